import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { answerTo } from './answer.ts';
import type { ApplicationConfig, Endpoint } from './protocol.ts';

interface Listening {
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

/** The servers of a pod's containers: HTTP/1.1, HTTP/2 or plain TCP on each port, whatever a connection begins with. */
export class ApplicationServers {
  readonly #listening = new Map<string, Listening>();

  /** Binds what is new and ends what is not wanted any more. Rejects with the address that cannot be bound. */
  async configure(config: ApplicationConfig): Promise<void> {
    const wanted = new Map(config.endpoints.map((endpoint) => [keyOf(endpoint), endpoint]));
    for (const [key, listening] of this.#listening) {
      if (!wanted.has(key)) end(listening);
      if (!wanted.has(key)) this.#listening.delete(key);
    }
    for (const [key, endpoint] of wanted)
      if (!this.#listening.has(key)) this.#listening.set(key, await listen(endpoint, config));
  }
}

function keyOf({ address, port, container, rules }: Endpoint): string {
  return JSON.stringify([address, port, container, rules]);
}

function end({ server, sockets }: Listening): void {
  server.close();
  for (const socket of sockets) socket.destroy();
}

function listen(endpoint: Endpoint, config: ApplicationConfig): Promise<Listening> {
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void respond(request, response, endpoint, config);
  const http = createHttpServer(handle);
  // Its requests and responses have the interface of HTTP/1.1 as far as it is used here.
  const http2 = createHttp2Server(handle as unknown as Parameters<typeof createHttp2Server>[1]);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const start = first.toString('latin1', 0, 32);
      // It reads what is there and then takes the connection over, so it must not flow.
      if (start.startsWith('PRI * HTTP/2')) return void http2.emit('connection', socket);
      if (/^[A-Z]+ \S/.test(start)) http.emit('connection', socket);
      else socket.pipe(socket);
      socket.resume();
    });
  });
  const { address, port, container } = endpoint;
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`container ${container} cannot listen on ${address}:${port}: ${error.code}`)),
    );
    server.listen(port, address, () => resolve({ server, sockets }));
  });
}

/** A gRPC call gets the status OK and no message. */
async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoint,
  config: ApplicationConfig,
): Promise<void> {
  request.resume();
  if (String(request.headers['content-type']).startsWith('application/grpc')) {
    response.writeHead(200, { 'content-type': 'application/grpc', trailer: 'grpc-status' });
    response.addTrailers({ 'grpc-status': '0' });
    response.end();
    return;
  }
  const { status, type, body } = await answerTo(request, endpoint, config);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
