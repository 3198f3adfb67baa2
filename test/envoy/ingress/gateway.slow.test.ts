import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aGateway, aNode, aRoute, aRouter, aService } from '../../mesh/harness/manifests.ts';
import { missingEnvoy } from '../find.ts';
import { ask } from './ask.ts';
import { port, route } from './gateway-route.ts';
import { Mesh } from './mesh.ts';
import { Server } from './server.ts';

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
