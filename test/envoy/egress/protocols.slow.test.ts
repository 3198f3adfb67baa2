import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { aRouter, aService, backends, listenersOn, routeOn } from '../../mesh/harness/manifests.ts';
import { startHttp2Server, startServer, startTcpServer } from './local-server.ts';
import { aLocalNode, missingEnvoy, startFront } from './running-front.ts';

type Spec = Readonly<Record<string, unknown>>;

function grpcRoute(name: string, node: string, match: Spec, others: Spec = {}): Spec {
  const weightedTargets = [{ virtualNodeRef: { name: node }, weight: 1 }];
  return { name, grpcRoute: { match, action: { weightedTargets }, ...others } };
}

/** A call with an empty message, over HTTP/2 without TLS. */
async function call(address: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  const session = connectHttp2(`http://${address}:8080`);
  const stream = session.request({
    ...{ ':method': 'POST', ':path': path, ':authority': 'orders.apps' },
    ...{ 'content-type': 'application/grpc', te: 'trailers', ...headers },
  });
  stream.end();
  const [response] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  stream.resume();
  session.close();
  return response['grpc-status'] === '0'
    ? response['x-server']
    : `status ${response['grpc-status'] ?? response[':status']}`;
}

describe.skipIf(missingEnvoy)(`gRPC in a running Envoy${missingEnvoy}`, () => {
  it('calls are routed by service, method and metadata, and one that no route takes gets the status UNIMPLEMENTED', async () => {
    await using blue = await startHttp2Server('blue');
    await using red = await startHttp2Server('red');
    const grpc = listenersOn('grpc/8080');
    await using front = await startFront([
      aLocalNode('front', '127.0.0.1', backends('orders')),
      aLocalNode('blue', blue.address, grpc),
      aLocalNode('red', red.address, grpc),
      aService('orders', 'router/router'),
      aRouter(
        'router',
        [
          grpcRoute('method', 'blue', { serviceName: 'shop.Cart', methodName: 'Add' }),
          grpcRoute('service', 'red', { serviceName: 'shop.Cart' }),
          grpcRoute('metadata', 'blue', { metadata: [{ name: 'x-user', match: { prefix: 'a' } }] }),
        ],
        grpc,
      ),
    ]);
    const to = (path: string, headers?: Readonly<Record<string, string>>) =>
      call(front.envoy.place.outbound, path, headers);
    expect(await to('/shop.Cart/Add')).toBe('blue');
    expect(await to('/shop.Cart/AddAll')).toBe('red');
    expect(await to('/shop.Carts/Add')).toBe('status 12');
    expect(await to('/shop.Carts/Add', { 'x-user': 'anna' })).toBe('blue');
    // Without the content type of gRPC no route of gRPC takes it.
    expect(await to('/shop.Cart/Add', { 'content-type': 'text/plain' })).toBe('status 404');
  });

  it('a client of HTTP/1.1 and one of HTTP/2 both reach a target of the other version', async () => {
    await using modern = await startHttp2Server('modern');
    await using plain = await startServer('plain', (_request, response) =>
      response.writeHead(200, { 'x-server': 'plain', 'grpc-status': '0' }).end(),
    );
    await using front = await startFront([
      aLocalNode('front', '127.0.0.1', backends('orders', 'plain')),
      aLocalNode('modern', modern.address, listenersOn('http2/8080')),
      aLocalNode('blue', plain.address),
      aService('orders', 'node/modern'),
      aService('plain', 'node/blue'),
    ]);
    expect((await front.get('/')).headers['x-server']).toBe('modern');
    expect(await call(front.envoy.place.outbound, '/', { ':authority': 'plain.apps' })).toBe('plain');
  });
});

describe.skipIf(missingEnvoy)(`TCP in a running Envoy${missingEnvoy}`, () => {
  it('connections go to the target of the port, also if its server speaks first; a port without a route closes them', async () => {
    await using blue = await startTcpServer((socket) => {
      socket.write('hello ');
      socket.on('data', (data) => socket.write(`echo ${data}`));
    });
    await using front = await startFront([
      aLocalNode('front', '127.0.0.1', backends('orders')),
      aLocalNode('blue', blue.address, listenersOn('tcp/8080')),
      aService('orders', 'router/router'),
      aRouter('router', [routeOn('a', 'tcp/5432')], listenersOn('tcp/5432', 'tcp/5433')),
    ]);
    const received: string[] = [];
    const socket = connect(5432, front.envoy.place.outbound);
    socket.on('data', (data) => received.push(`${data}`));
    await expect.poll(() => received.join('')).toBe('hello ');
    socket.write('world');
    await expect.poll(() => received.join('')).toBe('hello echo world');
    socket.destroy();
    const closed = connect(5433, front.envoy.place.outbound);
    closed.on('error', () => undefined);
    await new Promise((resolve) => closed.once('close', resolve));
    expect(closed.bytesRead).toBe(0);
  });

  it('an idle connection ends after the time of its route', async () => {
    await using blue = await startTcpServer((socket) => socket.resume());
    const weightedTargets = [{ virtualNodeRef: { name: 'blue' }, weight: 1 }];
    const timeout = { idle: { unit: 'ms', value: 400 } };
    await using front = await startFront([
      aLocalNode('front', '127.0.0.1', backends('orders')),
      aLocalNode('blue', blue.address, listenersOn('tcp/8080')),
      aService('orders', 'router/router'),
      aRouter(
        'router',
        [{ name: 'a', tcpRoute: { action: { weightedTargets }, timeout } }],
        listenersOn('tcp/5432'),
      ),
    ]);
    const socket = connect(5432, front.envoy.place.outbound);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const begin = performance.now();
    await once(socket, 'close');
    expect(performance.now() - begin).toBeGreaterThan(350);
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});
