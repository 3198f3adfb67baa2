import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Access, allowing, needed } from './rbac.ts';

/** In front of an API server: refuses what is not granted, and remembers by which access each request was allowed. */
export class GuardedServer {
  readonly used = new Set<Access>();
  readonly refused: Access[] = [];
  readonly #server;

  constructor(target: string, accesses: readonly Access[]) {
    this.#server = createServer((request, response) => {
      const { method = 'GET', url = '/', headers } = request;
      const access = needed(method, url);
      const allowed = allowing(accesses, access);
      if (!allowed) {
        this.refused.push(access);
        response.writeHead(403, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden' }));
        return;
      }
      this.used.add(allowed);
      const sent = forward(new URL(url, target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      sent.on('error', () => response.destroy());
      response.on('close', () => sent.destroy());
      request.pipe(sent);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
