import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Authority } from '../../envoy/ingress/certificates.ts';

/** A proxy that inspects TLS, as those of companies do: it answers for every host with a certificate of its own CA. */
export class InspectingProxy {
  /** `host:port` of each CONNECT, and the URL of each request in plain HTTP. */
  readonly requests: string[] = [];
  readonly #authority: Authority;
  readonly #upstream: string;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    response.writeHead(502).end();
  });
  readonly #tls = createTlsServer(
    {
      SNICallback: (name, callback) => void this.#contextOf(name).then((context) => callback(null, context)),
    },
    (request, response) => this.#forward(request, response),
  );

  private constructor(authority: Authority, upstream: string) {
    this.#authority = authority;
    this.#upstream = upstream;
    this.#server.on('connect', (request, socket) => {
      this.requests.push(request.url ?? '');
      this.#sockets.add(socket as Socket);
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      this.#tls.emit('connection', socket);
    });
  }

  /** All requests are answered by the server at `upstream`. */
  static async start(upstream: string): Promise<InspectingProxy> {
    const proxy = new InspectingProxy(await Authority.create('company'), upstream);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** PEM. */
  get ca(): string {
    return this.#authority.certificate;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #contextOf(name: string): Promise<SecureContext> {
    const { certificate, key } = await this.#authority.issue(name);
    return createSecureContext({ cert: certificate, key });
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = '/' } = request;
    const sent = forward(new URL(url, this.#upstream), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  }
}
