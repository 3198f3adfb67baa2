import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import type { Connection } from '../../../shared/adapters/kubernetes/connection.ts';

export const servers: Server[] = [];

export async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function client(
  answer: RequestListener,
  connection: Partial<Connection> = {},
): Promise<KubernetesClient> {
  const port = await listen(createServer(answer));
  return new KubernetesClient({ server: `http://127.0.0.1:${port}`, ...connection });
}

export function body(items: unknown[], metadata: object = { resourceVersion: '7' }): string {
  return JSON.stringify({ metadata, items });
}
