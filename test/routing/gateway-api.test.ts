import { describe, expect, it } from 'vitest';
import { GatewayApi } from './gateway-api.ts';
import { manifests, request, shown } from './harness.ts';

const services = ['cart', 'blue', 'red'].map(
  (name) => `
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ports: [{ port: 80 }] }
`,
);
const route = (
  name: string,
  rules: string,
  rest = 'parentRefs: [{ kind: Service, group: "", name: cart, port: 80 }]',
) => `
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec: { ${rest}, rules: ${rules} }
`;
const to = (color: string, matches?: string, filters = '') =>
  `{ ${matches === undefined ? '' : `matches: [${matches}],`} ${filters} backendRefs: [{ name: ${color}, port: 80 }] }`;
const cart = 'cart.shop.svc.cluster.local';

describe('what the Gateway API does with a request of a pod', () => {
  it.each([
    [
      'a rule with an exact path before one with a prefix',
      [to('blue'), to('red', '{ path: { type: Exact, value: /a } }')],
      { path: '/a' },
      'red',
    ],
    [
      'the rule with the longest prefix',
      [to('blue', '{ path: { value: /a } }'), to('red', '{ path: { value: /a/b } }')],
      { path: '/a/b/c' },
      'red',
    ],
    [
      'no rule whose prefix ends within a path element',
      [to('blue', '{ path: { value: /a } }'), to('red')],
      { path: '/ab' },
      'red',
    ],
    [
      'a rule whose prefix ends with a slash as one without it',
      [to('blue', '{ path: { value: /a/ } }'), to('red')],
      { path: '/a' },
      'blue',
    ],
    [
      'a rule with a method before one with headers',
      [to('blue', '{ headers: [{ name: N, value: a }] }'), to('red', '{ method: GET }')],
      { headers: { n: 'a' } },
      'red',
    ],
    [
      'the rule with more headers',
      [
        to('blue', '{ headers: [{ name: n, value: a }] }'),
        to('red', '{ headers: [{ name: n, value: a }, { name: m, value: b }] }'),
      ],
      { headers: { n: 'a', m: 'b' } },
      'red',
    ],
    ['the first of equal rules', [to('blue'), to('red')], {}, 'blue'],
    [
      'a rule with the query parameter of the request',
      [to('blue'), to('red', '{ queryParams: [{ name: q, value: "1" }] }')],
      { path: '/?q=1' },
      'red',
    ],
    ['no backend if no rule matches', [to('blue', '{ method: PUT }')], {}, undefined],
  ] as const)('the Gateway API chooses %s', (_, rules, overrides, expected) => {
    const api = new GatewayApi(manifests(...services, route('cart', `[${rules.join()}]`)));
    const choice = api.fromPod(request({ host: cart, ...overrides }), 'shop');
    expect(shown(choice)).toBe(expected === undefined ? 'none' : `${expected}.shop.svc.cluster.local:80 1`);
  });

  it('the Gateway API orders equal routes by name, and takes the Service itself if there is no route', () => {
    const api = new GatewayApi(
      manifests(...services, route('b', `[${to('red')}]`), route('a', `[${to('blue')}]`)),
    );
    expect(shown(api.fromPod(request({ host: cart }), 'shop'))).toBe('blue.shop.svc.cluster.local:80 1');
    expect(shown(new GatewayApi(manifests(...services)).fromPod(request({ host: cart }), 'shop'))).toBe(
      `${cart}:80 1`,
    );
  });

  it('a backend of another namespace needs a ReferenceGrant', () => {
    const far = 'kind: Service\nmetadata: { name: far, namespace: other }\nspec: { ports: [{ port: 80 }] }';
    const grant =
      'kind: ReferenceGrant\nmetadata: { name: g, namespace: other }\nspec: { from: [{ group: g, kind: HTTPRoute, namespace: shop }], to: [{ group: "", kind: Service }] }';
    const crossing = route('cart', '[{ backendRefs: [{ name: far, namespace: other, port: 80 }] }]');
    const choose = (...texts: readonly string[]) =>
      new GatewayApi(manifests(...services, far, crossing, ...texts)).fromPod(
        request({ host: cart }),
        'shop',
      );
    expect(() => choose()).toThrow('no ReferenceGrant');
    expect(shown(choose(grant))).toBe('far.other.svc.cluster.local:80 1');
  });
});

describe('what the Gateway API does with a request to a Gateway', () => {
  const gateway =
    'kind: Gateway\nmetadata: { name: in, namespace: shop }\nspec: { listeners: [{ name: http, port: 88, protocol: HTTP }] }';
  const fromGateway = (overrides: object, ...routes: readonly string[]) =>
    new GatewayApi(manifests(...services, gateway, ...routes)).fromGateway(
      { name: 'in', namespace: 'shop' },
      request({ port: 88, ...overrides }),
    );
  const attached = (hosts = '') =>
    `parentRefs: [{ name: in }]${hosts === '' ? '' : `, hostnames: [${hosts}]`}`;

  it('the Gateway API takes the most specific host name, and this evaluator chooses nothing where implementations differ', () => {
    const any = route('any', `[${to('red')}]`, attached());
    const one = route('one', `[${to('blue', '{ path: { value: /a } }')}]`, attached('"*.shop"'));
    expect(shown(fromGateway({ path: '/a' }, any, one))).toContain('blue');
    expect(shown(fromGateway({ path: '/a', host: 'else' }, any, one))).toContain('red');
    expect(() => fromGateway({ path: '/b' }, any, one)).toThrow('implementations differ');
  });

  it.each([
    ['/foo', '/xyz', '/foo/bar', '/xyz/bar'],
    ['/foo', '/xyz/', '/foo/bar', '/xyz/bar'],
    ['/foo/', '/xyz', '/foo/bar?q', '/xyz/bar?q'],
    ['/foo', '/xyz', '/foo', '/xyz'],
    ['/foo', '/xyz', '/foo/', '/xyz/'],
    ['/foo', '', '/foo/bar', '/bar'],
    ['/foo', '/', '/foo', '/'],
    ['/foo', '/', '/foo/', '/'],
  ])('a ReplacePrefixMatch filter replaces the prefix %s by "%s" in %s', (prefix, by, path, arrives) => {
    const filter = `filters: [{ type: URLRewrite, urlRewrite: { hostname: h, path: { type: ReplacePrefixMatch, replacePrefixMatch: "${by}" } } }],`;
    const rewriting = route('r', `[${to('red', `{ path: { value: ${prefix} } }`, filter)}]`, attached());
    expect(fromGateway({ path }, rewriting)).toMatchObject({ path: arrives, host: 'h' });
  });
});
