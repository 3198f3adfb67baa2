import { describe, expect, it } from 'vitest';
import { manifests, request, shown } from './harness.ts';
import { Istio } from './istio.ts';

const entry = (host: string, port: number) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${host}, namespace: shop }
spec: { hosts: [${host}], resolution: STATIC, ports: [{ number: ${port}, name: http, protocol: HTTP }] }
`;
const registry = [...['blue', 'red', 'green'].map((name) => entry(name, 8080)), entry('cart.shop', 80)].map(
  (text) => text.replaceAll('blue', 'blue.ex').replaceAll('red', 'red.ex').replaceAll('green', 'green.ex'),
);

const service = (http: string, rest = 'hosts: [cart.shop]', name = 'cart') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: { ${rest}, http: ${http} }
`;
const to = (color: string, match?: string, rest = '') =>
  `{ ${match === undefined ? '' : `match: [${match}],`} ${rest} route: [{ destination: { host: ${color}.ex } }] }`;

describe('what Istio does with a request of a pod', () => {
  it.each([
    [
      'the first of the routes that match',
      [to('blue', '{ uri: { prefix: / } }'), to('red', '{ uri: { exact: /a } }')],
      { path: '/a' },
      'blue',
    ],
    [
      'a route whose prefix ends within a path element',
      [to('blue', '{ uri: { prefix: /a } }'), to('red')],
      { path: '/ab' },
      'blue',
    ],
    [
      'a route with an exact path, whatever the query',
      [to('blue', '{ uri: { exact: /a } }'), to('red')],
      { path: '/a?b' },
      'blue',
    ],
    [
      'no route whose regular expression takes only a part of the path',
      [to('blue', '{ uri: { regex: /a } }'), to('red')],
      { path: '/ab' },
      'red',
    ],
    [
      'a route of which one of several matches takes the request',
      [to('blue', '{ method: { exact: PUT } }, { scheme: { exact: http } }')],
      {},
      'blue',
    ],
    [
      'no route if one condition of its match fails',
      [to('blue', '{ method: { exact: PUT }, scheme: { exact: http } }')],
      {},
      undefined,
    ],
    [
      'a route that requires a header if the request has it, even empty',
      [to('blue', '{ headers: { n: {} } }'), to('red')],
      { headers: { n: '' } },
      'blue',
    ],
    [
      'a route that excludes a header if the request has none',
      [to('blue', '{ withoutHeaders: { n: {} } }'), to('red')],
      {},
      'blue',
    ],
    [
      'a route that excludes a header value if the header is absent',
      [to('blue', '{ withoutHeaders: { n: { exact: a } } }'), to('red')],
      {},
      'blue',
    ],
    [
      'a route with the query parameter of the request',
      [to('blue', '{ queryParams: { q: { exact: "1" } } }'), to('red')],
      { path: '/?q=1' },
      'blue',
    ],
    ['no route with another port', [to('blue', '{ port: 81 }'), to('red')], {}, 'red'],
    [
      'no destination if the first route answers with an error',
      ['{ directResponse: { status: 404 } }', to('red')],
      {},
      undefined,
    ],
    ['the requested host itself without a route for it', [], { host: 'blue.ex', port: 8080 }, 'blue'],
    ['no destination for a port that the registry does not have', [to('blue')], { port: 81 }, undefined],
  ] as const)('Istio chooses %s', (_, http, overrides, expected) => {
    const choice = new Istio(manifests(...registry, service(`[${http.join()}]`))).fromPod(
      request(overrides),
      'shop',
    );
    expect(shown(choice)).toBe(expected === undefined ? 'none' : `${expected}.ex:8080 1`);
  });

  it('Istio shares requests by weight, and refuses a destination that is in no registry', () => {
    const weighted = (other: string) =>
      `[{ route: [{ destination: { host: blue.ex }, weight: 3 }, { destination: { host: ${other} }, weight: 1 }] }]`;
    const choose = (other: string) =>
      new Istio(manifests(...registry, service(weighted(other)))).fromPod(request(), 'shop');
    expect(shown(choose('red.ex'))).toBe('blue.ex:8080 0.75 red.ex:8080 0.25');
    expect(() => choose('other.ex')).toThrow('not in the registry');
  });
});

describe('what Istio does with a request to a gateway', () => {
  const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: in, namespace: shop }
spec: { selector: { app: in }, servers: [{ port: { number: 88, name: http, protocol: HTTP }, hosts: ['*'] }] }
`;
  const fromGateway = (overrides: object, ...services: readonly string[]) =>
    new Istio(manifests(...registry, gateway, ...services)).fromGateway(
      { app: 'in' },
      request({ port: 88, ...overrides }),
    );

  it('a gateway of Istio takes the most specific host, and tries the routes of that host only', () => {
    const any = service(`[${to('red')}]`, 'hosts: ["*"], gateways: [in]', 'any');
    const one = service(
      `[${to('blue', '{ uri: { prefix: /a } }')}]`,
      'hosts: ["*.shop"], gateways: [shop/in]',
      'one',
    );
    expect(shown(fromGateway({ path: '/a' }, any, one))).toBe('blue.ex:8080 1');
    expect(shown(fromGateway({ path: '/b' }, any, one))).toBe('none');
    expect(shown(fromGateway({ host: 'else', path: '/a' }, any, one))).toBe('red.ex:8080 1');
    expect(shown(fromGateway({ port: 89 }, any))).toBe('none');
  });

  it('Istio moves a route that takes every request to the end, if several VirtualServices have the host', () => {
    const all = service(`[${to('red')}]`, 'hosts: ["*"], gateways: [in]', 'a');
    const some = service(`[${to('blue', '{ uri: { prefix: /a } }')}]`, 'hosts: ["*"], gateways: [in]', 'b');
    expect(shown(fromGateway({ path: '/a' }, all, some))).toBe('blue.ex:8080 1');
  });

  it('Istio puts the routes of a VirtualService in the place of the route that delegates to it', () => {
    const root = service(
      '[{ delegate: { name: a } }, { delegate: { name: b } }]',
      'hosts: ["*"], gateways: [in]',
      'root',
    );
    const only = service(`[${to('blue', '{ uri: { exact: /a } }')}]`, '', 'a').replace('{ ,', '{');
    const all = service(`[${to('red')}]`, '', 'b').replace('{ ,', '{');
    expect(shown(fromGateway({ path: '/a' }, root, only, all))).toBe('blue.ex:8080 1');
    expect(shown(fromGateway({ path: '/b' }, root, only, all))).toBe('red.ex:8080 1');
  });

  it.each([
    ['{ uri: { prefix: /a } }', 'uri: /b', '/a/1?q', '/b/1?q'],
    ['{ uri: { prefix: /a/ } }', 'uri: /', '/a/1', '/1'],
    ['{ uri: { exact: /a/1 } }', 'uri: /c', '/a/1', '/c'],
    [
      '{ uri: { regex: "/a/.*" } }',
      "uriRegexRewrite: { match: '^/a/(.*)', rewrite: '/b/\\1' }",
      '/a/1',
      '/b/1',
    ],
  ])('an Istio route with match %s rewrites the path with %s', (match, rewrite, path, arrives) => {
    const rewriting = service(
      `[${to('red', match, `rewrite: { authority: other, ${rewrite} },`)}]`,
      'hosts: ["*"], gateways: [in]',
    );
    expect(fromGateway({ path }, rewriting)).toMatchObject({ path: arrives, host: 'other' });
  });
});
