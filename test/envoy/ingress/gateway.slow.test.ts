import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../mesh/harness/harness.ts';
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
import { Mesh } from './mesh.ts';
import { Server } from './server.ts';

type Members = Readonly<Record<string, unknown>>;

const port = 8088;

/** `service`: `cart` is the application's, `other` answers 404. */
function route(
  name: string,
  match: Members,
  { rewrite, service = 'cart', ...others }: Members & { rewrite?: Members; service?: string } = {},
): Manifest {
  const target = { virtualService: { virtualServiceRef: { name: service } } };
  return aGatewayRoute(name, service, { httpRoute: { match, action: { target, rewrite } }, ...others });
}

const off = { defaultPrefix: 'DISABLED' };
const keepsHost = { hostname: { defaultTargetHostname: 'DISABLED' } };

const routes = [
  route('chapter', { prefix: '/chapter' }),
  route('as-is', { prefix: '/as-is' }, { rewrite: { prefix: off } }),
  route('value', { prefix: '/value' }, { rewrite: { prefix: { value: '/new/' } } }),
  route('exact', { path: { exact: '/exact' } }),
  route('exact-rewritten', { path: { exact: '/old' } }, { rewrite: { path: { exact: '/new' } } }),
  route('regex', { path: { regex: '/re[0-9]+' } }, { rewrite: { path: { exact: '/regex' } } }),
  route('host-kept', { prefix: '/kept' }, { rewrite: keepsHost }),
  route('post', { prefix: '/post', method: 'POST' }),
  route('header', {
    prefix: '/header',
    headers: [{ name: 'x-color', match: { exact: 'blue' } }],
  }),
  route('query', { prefix: '/query', queryParameters: [{ name: 'a', match: { exact: '1' } }] }),
  route('host', { prefix: '/', hostname: { exact: 'shop.example.com' } }),
  route('suffix', { prefix: '/', hostname: { suffix: '.example.org' } }),
  route('other', { prefix: '/other' }, { service: 'other' }),
  // Of two for the same path the priority decides, not the length.
  route('first', { prefix: '/pri' }, { rewrite: { prefix: { value: '/first/' } }, priority: 1 }),
  route('second', { prefix: '/prio' }, { rewrite: { prefix: { value: '/second/' } }, priority: 2 }),
];

describe.skipIf(missingEnvoy)(`a gateway in a real Envoy ${missingEnvoy ?? ''}`, () => {
  let mesh: Mesh;
  let server: Server;

  beforeAll(async () => {
    const matched = (name: string, prefix: string) => aRoute(name, { blue: 1 }, { match: { prefix } });
    mesh = new Mesh([
      aGateway('entry'),
      ...routes,
      aNode('blue'),
      aRouter('color', [matched('all', '/'), matched('new', '/new')]),
      aService('cart', 'router/color', { awsName: 'cart.example.com' }),
      aService('other'),
    ]);
    server = await Server.start(mesh.placeOf('blue').pod, 8080);
    await mesh.start('entry.virtual-gateway');
  });
  afterAll(async () => {
    await mesh[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const call = (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { host = 'any.example.net', ...others } = headers;
    return ask({ address: mesh.placeOf('entry').pod, port, path, host, headers: others, method });
  };

  it.each([
    ['/chapter', '/'],
    ['/chapter/', '/'],
    ['/chapter/1?q=2', '/1?q=2'],
    ['/chapter1', '/1'],
    ['/as-is/1', '/as-is/1'],
    ['/value/1', '/new/1'],
    ['/value1', '/new/1'],
    ['/exact?q=2', '/exact?q=2'],
    ['/old?q=2', '/new?q=2'],
    ['/re42?q=2', '/regex?q=2'],
    ['/prio/1', '/first/o/1'],
  ])('%s arrives as %s, with the name of the virtual service as its host', async (path, expected) => {
    const { seen } = await call(path);
    expect(seen).toMatchObject({ path: expected, headers: { host: 'cart.example.com' } });
  });

  it('keeps the host where its rewrite is off, also with a port', async () => {
    const { seen } = await call('/kept/1', { host: 'a.example.net:8443' });
    expect(seen).toMatchObject({ path: '/1', headers: { host: 'a.example.net:8443' } });
  });

  it.each(['shop.example.com', 'SHOP.example.com', 'shop.example.com:8443', 'a.b.example.org'])(
    'takes the host %s',
    async (host) => {
      expect((await call('/x', { host })).status).toBe(200);
    },
  );

  it.each([
    'example.com',
    'xshop.example.com',
    'shop.example.com.evil.net',
    'shopXexample.com',
    'example.org',
  ])('takes not the host %s', async (host) => {
    expect((await call('/x', { host })).status).toBe(404);
  });

  it.each([
    ['/post', {}, 'POST', 200],
    ['/post', {}, 'GET', 404],
    ['/header', { 'x-color': 'blue' }, 'GET', 200],
    ['/header', { 'x-color': 'red' }, 'GET', 404],
    ['/header', {}, 'GET', 404],
    ['/query?a=1', {}, 'GET', 200],
    ['/query?a=2', {}, 'GET', 404],
    ['/exact/1', {}, 'GET', 404],
    ['/re42x', {}, 'GET', 404],
    ['/other', { host: 'shop.example.com' }, 'GET', 404],
  ])('%s with %o by %s is answered with %s', async (path, headers, method, expected) => {
    expect((await call(path, headers as Record<string, string>, method)).status).toBe(expected);
  });

  it('a client cannot choose the virtual service, and the application does not see how it was chosen', async () => {
    const name = 'x-app-mesh-virtual-service';
    expect((await call('/other', { [name]: 'cart.example.com:8080' })).status).toBe(404);
    const { seen, status } = await call('/chapter/1', { [name]: 'other.apps:8080' });
    expect(status).toBe(200);
    expect(seen.headers).not.toHaveProperty(name);
  });

  it('a path cannot leave the prefix of its route', async () => {
    expect((await call('/chapter/../other')).status).toBe(404);
    expect((await call('/chapter//1')).seen.path).toBe('/1');
  });
});

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
