import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { Pair } from './certificates.ts';

/** Protobuf by hand: fields of type string, bytes or message. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  return value < 128
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >>> 7)]);
}

const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** A Secret Discovery Service on a socket, as SPIRE's agent. It sends one certificate to whoever asks for its name. */
export class SecretServer implements AsyncDisposable {
  readonly #server: Http2Server = createServer();

  static async start(socket: string, name: string, { certificate, key }: Pair): Promise<SecretServer> {
    const inline = (text: string) => field(3, text);
    const pair = Buffer.concat([field(1, inline(certificate)), field(2, inline(key))]);
    const secret = Buffer.concat([field(1, name), field(2, pair)]);
    const resource = Buffer.concat([field(1, type), field(2, secret)]);
    const response = Buffer.concat([field(1, '1'), field(2, resource), field(4, type), field(5, '1')]);
    const started = new SecretServer();
    started.#server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      let request = Buffer.alloc(0);
      stream.on('data', (part: Buffer) => {
        const isAsked = request.includes(name);
        request = Buffer.concat([request, part]);
        if (!isAsked && request.includes(name)) stream.write(message(response));
      });
      stream.on('error', () => undefined);
    });
    started.#server.listen(socket);
    await once(started.#server, 'listening');
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }
}

/** As gRPC frames it: not compressed, with its length. */
function message(content: Buffer): Buffer {
  const start = Buffer.alloc(5);
  start.writeUInt32BE(content.length, 1);
  return Buffer.concat([start, content]);
}
