import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';

const statuses = { SERVING: 1, NOT_SERVING: 2 } as const;

/** The health service of gRPC, which answers every check alike. */
export class HealthServer implements AsyncDisposable {
  readonly #server: Http2Server = createServer();

  static async start(address: string, port: number, status: keyof typeof statuses): Promise<HealthServer> {
    const started = new HealthServer();
    // HealthCheckResponse { status }, framed as gRPC does it.
    const response = Buffer.from([0, 0, 0, 0, 2, 8, statuses[status]]);
    started.#server.on('stream', (stream, { ':path': path }) => {
      const isCheck = path === '/grpc.health.v1.Health/Check';
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isCheck ? '0' : '12' }));
      stream.end(isCheck ? response : undefined);
    });
    started.#server.listen(port, address);
    await once(started.#server, 'listening');
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }
}
