import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

interface Reply {
  readonly status?: number;
  readonly delayMs?: number;
}

/** An application that records what it receives. */
export class Server implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: HttpServer;

  private constructor(respond: (request: Received) => Reply) {
    this.#server = createServer(async ({ method = '', url: path = '', headers }, response) => {
      const request = { method, path, headers };
      this.received.push(request);
      const { status = 200, delayMs = 0 } = respond(request);
      if (delayMs > 0) await sleep(delayMs);
      response.writeHead(status).end(JSON.stringify(request));
    });
  }

  static async start(
    address: string,
    port: number,
    respond: (request: Received) => Reply = () => ({}),
  ): Promise<Server> {
    const server = new Server(respond);
    server.#server.listen(port, address);
    await once(server.#server, 'listening');
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
