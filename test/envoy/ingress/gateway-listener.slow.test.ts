import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../mesh/harness/manifests.ts';
import { missingEnvoy } from '../find.ts';
import { ask } from './ask.ts';
import { Authority, SecretFolder } from './certificates.ts';
import { type Members, port, route } from './gateway-route.ts';
import { Mesh } from './mesh.ts';
import { Server } from './server.ts';

describe.skipIf(missingEnvoy)(`a listener of a gateway in a real Envoy ${missingEnvoy ?? ''}`, () => {
  const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };

  async function entry(listener: Members, others: Members = {}, mounts: Record<string, string> = {}) {
    const listeners = [{ portMapping: { port, protocol: 'http' }, ...listener }];
    const mesh = new Mesh(
      [
        aGateway('entry', { listeners, ...others }),
        route('all', { prefix: '/' }),
        aNode('blue'),
        aService('cart', 'node/blue'),
      ],
      { mounts },
    );
    const server = await Server.start(mesh.placeOf('blue').pod, 8080, ({ path }) => ({
      delayMs: path === '/slow' ? 500 : 0,
    }));
    await mesh.start('entry.virtual-gateway');
    return {
      mesh,
      server,
      call: (path: string, isSecure = false) =>
        ask({ address: mesh.placeOf('entry').pod, port, host: 'a.example.com', path, isSecure }),
      [Symbol.asyncDispose]: async () => {
        await mesh[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  it.each([
    ['STRICT', false],
    ['PERMISSIVE', true],
  ])('%s takes TLS, and plain text: %s', async (mode, takesPlain) => {
    using folder = new SecretFolder();
    const authority = await Authority.create('ours');
    folder.write({}, { entry: await authority.issue('a.example.com') });
    const file = { certificateChain: '/certs/entry.pem', privateKey: '/certs/entry.key' };
    await using gateway = await entry(
      { tls: { mode, certificate: { file } } },
      {},
      { '/certs': folder.path },
    );
    const { status, seen } = await gateway.call('/1', true);
    expect({ status, proto: seen.headers['x-forwarded-proto'] }).toEqual({ status: 200, proto: 'https' });
    const plain = gateway.call('/1').then(
      (answer) => answer.status,
      () => 'closed',
    );
    expect(await plain).toBe(takesPlain ? 200 : 'closed');
  });

  it('a pool limits the connections to the second hop', async () => {
    await using gateway = await entry({
      connectionPool: { http: { maxConnections: 1, maxPendingRequests: 1 } },
    });
    const first = gateway.call('/slow');
    await expect.poll(() => gateway.server.received).toHaveLength(1);
    const answers = await Promise.all([first, ...[2, 3, 4].map(() => gateway.call('/slow'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503]);
  });

  it('writes one line to its access log for a request, as the client sent it', async () => {
    const format = { text: 'line %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %ROUTE_NAME% %RESPONSE_CODE%\n' };
    const logging = { accessLog: { file: { path: '/dev/stdout', format } } };
    await using gateway = await entry({}, { logging });
    await gateway.call('/1');
    const own = () => gateway.mesh.envoyOf('entry').lines.filter((line) => line.startsWith('line'));
    await expect.poll(own).toEqual(['line /1 apps/all 200']);
    // The second hop would have written it by now, too.
    await sleep(500);
    expect(own()).toHaveLength(1);
  });

  it('leads to the port of the virtual service that its route names', async () => {
    const to = (name: string, at: number) => {
      const virtualService = { virtualServiceRef: { name: 'cart' } };
      const httpRoute = { match: { prefix: `/${name}` }, action: { target: { virtualService, port: at } } };
      return aGatewayRoute(name, 'cart', { httpRoute });
    };
    const routed = (name: string, at: number) =>
      aRoute(name, { [name]: 1 }, { match: { prefix: '/', port: at } });
    await using mesh = new Mesh([
      aGateway('entry'),
      ...[to('blue', 80), to('green', 81)],
      aRouter('color', [routed('blue', 80), routed('green', 81)], listenersOn('http/80', 'http/81')),
      aService('cart', 'router/color'),
      ...[aNode('blue'), aNode('green')],
    ]);
    await using blue = await Server.start(mesh.placeOf('blue').pod, 8080);
    await using green = await Server.start(mesh.placeOf('green').pod, 8080);
    await mesh.start('entry.virtual-gateway');
    for (const path of ['/green/1', '/blue/2', '/green/3'])
      await ask({ address: mesh.placeOf('entry').pod, port, host: 'a.example.com', path });
    expect(blue.received.map(({ path }) => path)).toEqual(['/2']);
    expect(green.received.map(({ path }) => path)).toEqual(['/1', '/3']);
  });

  it("shows the certificate of the gateway's policy to a virtual node that requires one", async () => {
    using folder = new SecretFolder();
    const ours = await Authority.create('ours');
    const blueName = 'blue.apps.svc.cluster.local';
    folder.write({ ours }, { entry: await ours.issue('entry.shop'), blue: await ours.issue(blueName) });
    const file = (name: string) => ({
      file: { certificateChain: `/certs/${name}.pem`, privateKey: `/certs/${name}.key` },
    });
    const validation = { trust: { file: { certificateChain: '/certs/ours.pem' } } };
    const names = { subjectAlternativeNames: { match: { exact: ['entry.shop'] } } };
    const tls = {
      mode: 'STRICT',
      certificate: file('blue'),
      validation: { ...validation, ...names },
    };
    const clientPolicy = { tls: { certificate: file('entry'), validation } };
    await using mesh = new Mesh(
      [
        aGateway('entry', { backendDefaults: { clientPolicy } }),
        route('all', { prefix: '/' }),
        aNode('blue', { listeners: [{ portMapping: { port: 8080, protocol: 'http' }, tls }] }),
        aService('cart', 'node/blue'),
      ],
      { mounts: { '/certs': folder.path } },
    );
    await using server = await Server.start(mesh.placeOf('blue').application, 8080);
    await mesh.start('blue.virtual-node', 'entry.virtual-gateway');
    const { status } = await ask({
      address: mesh.placeOf('entry').pod,
      port,
      host: 'a.example.com',
      path: '/1',
    });
    expect(status).toBe(200);
    expect(server.received).toHaveLength(1);
  });

  it('gRPC goes through, by the name of its service', async () => {
    const listeners = [{ portMapping: { port, protocol: 'grpc' } }];
    const grpcRoute = { match: { serviceName: 'shop.Cart' }, action: { target } };
    await using mesh = new Mesh([
      aGateway('entry', { listeners }),
      aGatewayRoute('grpc', 'cart', { httpRoute: undefined, grpcRoute }),
      aNode('blue', listenersOn('grpc/8080')),
      aService('cart', 'node/blue', { awsName: 'cart.example.com' }),
    ]);
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer();
    server.on('stream', (stream, headers) => {
      seen.push(headers as IncomingHttpHeaders);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end();
    });
    server.listen(8080, mesh.placeOf('blue').pod);
    await once(server, 'listening');
    await mesh.start('entry.virtual-gateway');

    const session = connect(`http://${mesh.placeOf('entry').pod}:${port}`);
    const statusOf = async (path: string) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
      });
      let status: unknown;
      stream.on('response', (headers) => (status = headers['grpc-status']));
      stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
      stream.resume().end();
      await once(stream, 'close');
      return Number(status);
    };
    expect(await statusOf('/shop.Cart/Get')).toBe(0);
    expect(seen).toMatchObject([{ ':path': '/shop.Cart/Get', ':authority': 'cart.example.com' }]);
    // Envoy answers a call without a route as unimplemented.
    expect(await statusOf('/shop.Other/Get')).toBe(12);
    session.close();
    server.close();
  });
});
