import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';

/** An application behind a virtual node, on an address of its own. */
export interface LocalServer extends AsyncDisposable {
  readonly address: string;
  /** The requests that arrived, as `GET /path`. */
  readonly requests: string[];
  readonly last: () => IncomingMessage['headers'];
}

/** A server of HTTP/1.1. */
export interface WebServer extends LocalServer {
  /** Takes connections that a client upgrades to another protocol. */
  onUpgrade(serve: (socket: Duplex) => void): void;
}

export const port = 8080;

/** `answer`: without it, 200 with the name as body. */
export async function startServer(name: string, answer?: RequestListener): Promise<WebServer> {
  const requests: string[] = [];
  let last: IncomingMessage['headers'] = {};
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    last = request.headers;
    if (answer) answer(request, response);
    else response.end(name);
  });
  const onUpgrade: WebServer['onUpgrade'] = (serve) =>
    server.on('upgrade', (_request, socket) => serve(socket));
  return { ...(await listening(server)), requests, last: () => last, onUpgrade };
}

/** Of HTTP/2 without TLS; answers gRPC calls with its name in a header. */
export async function startHttp2Server(name: string): Promise<LocalServer> {
  const requests: string[] = [];
  const server = createHttp2Server((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/grpc', 'x-server': name, 'grpc-status': '0' });
    response.end();
  });
  return { ...(await listening(server as unknown as Server)), requests, last: () => ({}) };
}

export async function startTcpServer(serve: (socket: Socket) => void): Promise<LocalServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  return { ...(await listening(server)), requests: [], last: () => ({}) };
}

async function listening(server: Server | TcpServer) {
  const address = `127.${randomInt(4, 250)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { address, [Symbol.asyncDispose]: stop };
}
