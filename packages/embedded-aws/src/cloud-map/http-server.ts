import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudMap } from './cloud-map.ts';
import { handleJson11 } from './json11.ts';

export interface CloudMapServer {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The engine on its own HTTP port, without the gateway. Port 0 uses a free port. */
export async function serveCloudMap(engine: CloudMap, port = 0): Promise<CloudMapServer> {
  const server = createServer((request, response) => {
    answer(engine, request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${actualPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(engine: CloudMap, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.headers['x-amz-target'];
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const result = await handleJson11(engine, {
    target: typeof target === 'string' ? target : undefined,
    body: Buffer.concat(chunks).toString(),
  });
  if (result === undefined) response.destroy();
  else response.writeHead(result.status, result.headers).end(result.body);
}
