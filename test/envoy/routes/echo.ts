import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityOf, type Request } from '../../routing/request.ts';
import { routeHeaders } from './merge.ts';

/** What came of a request. */
export interface Answer {
  /** 0: the connection was refused or closed. */
  readonly status: number;
  /** The places of the routes that took it. */
  readonly gatewayRoute?: string | undefined;
  readonly route?: string | undefined;
  /** Which server received it, and what that server received. */
  readonly cluster?: string;
  readonly path?: string;
  readonly host?: string;
}

/** Servers that say who they are and what they received, each on a socket of its own: the endpoints of clusters. */
export class Echoes {
  readonly #folder = mkdtempSync(join(tmpdir(), 'echo-'));
  readonly #servers = new Map<string, Server>();

  /** Of a cluster; listens a moment later. */
  readonly socketOf = (cluster: string): string => {
    const path = join(
      this.#folder,
      `${this.#servers.has(cluster) ? [...this.#servers.keys()].indexOf(cluster) : this.#servers.size}`,
    );
    if (!this.#servers.has(cluster)) {
      const server = createServer((request, response) => {
        response.end(JSON.stringify({ cluster, path: request.url, host: request.headers.host }));
      });
      this.#servers.set(cluster, server.listen(path));
    }
    return path;
  };

  close(): void {
    for (const server of this.#servers.values()) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function ask(address: string, request: Request): Promise<Answer> {
  const { path, method, headers, scheme, protocol, port } = request;
  const grpc = protocol === 'grpc' ? { 'content-type': 'application/grpc', te: 'trailers' } : {};
  const all = { ...headers, ...grpc, host: authorityOf(request), 'x-forwarded-proto': scheme };
  return new Promise((resolve, reject) => {
    const sent = send({ host: address, port, path, method, headers: all, agent: false, timeout: 20_000 });
    sent
      .on('response', async (response) => {
        const text = (await response.toArray()).join('');
        resolve({
          status: response.statusCode ?? 0,
          gatewayRoute: response.headers[routeHeaders.gateway] as string | undefined,
          route: response.headers[routeHeaders.router] as string | undefined,
          ...(text.startsWith('{"cluster"') && JSON.parse(text)),
        });
      })
      .on('timeout', () => sent.destroy(new Error(`no answer in 20 s from ${address}:${port}`)))
      .on('error', (error: NodeJS.ErrnoException) =>
        ['ECONNREFUSED', 'ECONNRESET'].includes(error.code ?? '') ? resolve({ status: 0 }) : reject(error),
      )
      .end();
  });
}
