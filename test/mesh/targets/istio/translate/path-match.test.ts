import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayRoute } from '../../../../../shared/mesh/routing/gateway-routes.ts';
import type { PathMatch } from '../../../../../shared/mesh/routing/match.ts';
import { pathsThrough } from '../../../../../shared/mesh/targets/istio/translate/match/path-match.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 500);

type Rewrite = GatewayRoute['rewrite'];

function gatewayRoute(path: PathMatch, rewrite?: Rewrite): GatewayRoute {
  const match = { path, headers: [], queryParameters: [] };
  return { protocol: 'http', path: 'spec.httpRoute', match, target: { virtualService: {} }, rewrite };
}

const fits = (path: PathMatch, text: string) =>
  path === undefined || (path.kind === 'exact' ? text === path.value : text.startsWith(path.value));

/** App Mesh's two steps: the gateway route's match and rewrite, then the route's match. The path that arrives. */
function inAppMesh({ match, rewrite }: GatewayRoute, route: PathMatch, text: string): string | undefined {
  if (!fits(match.path, text)) return undefined;
  const arrived = rewritten(match.path, rewrite, text);
  return fits(route, arrived) ? arrived : undefined;
}

function rewritten(path: PathMatch, rewrite: Rewrite, text: string): string {
  if (path?.kind === 'exact') return rewrite?.path?.exact ?? text;
  if (path === undefined || rewrite?.prefix?.defaultPrefix === 'DISABLED') return text;
  const rest = text.slice(path.value.length);
  const isWhole = !path.value.endsWith('/') && rest.startsWith('/');
  return (rewrite?.prefix?.value ?? '/') + (isWhole ? rest.slice(1) : rest);
}

/** Envoy's: the first path that fits; its prefix, or the whole path, is replaced. */
function inIstio(found: ReturnType<typeof pathsThrough>, text: string): string | undefined {
  if (found === 'never' || 'fault' in found) return undefined;
  const uris = found.uris.length > 0 ? found.uris : [{ prefix: '/' }];
  const uri = uris.find(({ exact, prefix = '' }) =>
    exact === undefined ? text.startsWith(prefix) : text === exact,
  );
  if (uri === undefined || found.rewrite === undefined) return uri && text;
  return uri.exact === undefined ? found.rewrite + text.slice((uri.prefix ?? '').length) : found.rewrite;
}

const path = fc.stringMatching(/^(\/[ab]{1,2}){0,3}\/?$/).map((text) => text || '/');
const pathMatches = fc.option(
  fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const), value: path }),
  { nil: undefined },
);
const rewrites: fc.Arbitrary<Rewrite> = fc.oneof(
  fc.constant(undefined),
  fc.constant({ prefix: { defaultPrefix: 'DISABLED' as const } }),
  fc.stringMatching(/^(\/[ab]){0,2}\/$/).map((value) => ({ prefix: { value } })),
  path.map((exact) => ({ path: { exact } })),
);

describe('a gateway route’s path with that of a route', () => {
  it('one Istio path match with its rewrite takes the same paths to the same paths as App Mesh’s two steps', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        pathMatches,
        rewrites,
        pathMatches,
        fc.array(path, { minLength: 5 }),
        (first, rewrite, second, given) => {
          const isOfPrefix = rewrite?.prefix !== undefined;
          if (rewrite && (first?.kind === 'prefix') !== isOfPrefix) return;
          const route = gatewayRoute(first, rewrite);
          const found = pathsThrough(route, second);
          const further = [first?.value, second?.value, `${first?.value}/a`, `${first?.value}a`].filter(
            (each) => each?.startsWith('/') && !each.includes('//'),
          ) as string[];
          for (const text of [...given, ...further]) {
            const expected = inAppMesh(route, second, text);
            taken += expected === undefined ? 0 : 1;
            expect([text, inIstio(found, text)]).toEqual([text, expected]);
          }
        },
      ),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns / 10);
  });

  const prefix = (value: string) => ({ kind: 'prefix', value }) as const;
  const exact = (value: string) => ({ kind: 'exact', value }) as const;
  const regex = (value: string) => ({ kind: 'regex', value }) as const;

  it.each<[string, GatewayRoute, PathMatch, object | 'never']>([
    [
      'a prefix that becomes /',
      gatewayRoute(prefix('/shop')),
      prefix('/'),
      { uris: [{ prefix: '/shop/' }, { prefix: '/shop' }], rewrite: '/' },
    ],
    [
      'a prefix with a route’s prefix behind it',
      gatewayRoute(prefix('/shop')),
      prefix('/cart'),
      { uris: [{ prefix: '/shop/cart' }, { prefix: '/shopcart' }], rewrite: '/cart' },
    ],
    [
      'a prefix that becomes another',
      gatewayRoute(prefix('/shop'), { prefix: { value: '/v2/' } }),
      exact('/v2/cart'),
      { uris: [{ exact: '/shop/cart' }, { exact: '/shopcart' }], rewrite: '/v2/cart' },
    ],
    ['the prefix /', gatewayRoute(prefix('/')), prefix('/cart'), { uris: [{ prefix: '/cart' }] }],
    [
      'no rewrite, and a longer prefix',
      gatewayRoute(prefix('/shop'), { prefix: { defaultPrefix: 'DISABLED' } }),
      prefix('/shop/cart'),
      { uris: [{ prefix: '/shop/cart' }] },
    ],
    ['paths that exclude each other', gatewayRoute(exact('/a')), exact('/b'), 'never'],
    [
      'a whole path that becomes another',
      gatewayRoute(exact('/a'), { path: { exact: '/b' } }),
      exact('/b'),
      { uris: [{ exact: '/a' }], rewrite: '/b' },
    ],
    [
      'a regular expression that becomes a path',
      gatewayRoute(regex('/a+'), { path: { exact: '/b' } }),
      prefix('/'),
      { uris: [{ regex: '/a+' }], rewrite: '/b' },
    ],
    ['a host name only', gatewayRoute(undefined), regex('/a+'), { uris: [{ regex: '/a+' }] }],
  ])('the path match of a gateway route and a route can be %s', (_, route, second, expected) => {
    expect(pathsThrough(route, second)).toEqual(expected);
  });

  it.each<[string, GatewayRoute, PathMatch]>([
    ['a route’s regular expression behind a rewritten prefix', gatewayRoute(prefix('/shop')), regex('/c.*')],
    ['two regular expressions', gatewayRoute(regex('/a+')), regex('/b+')],
    ['what is no regular expression', gatewayRoute(undefined), regex('(')],
  ])('the path match of a gateway route and a route is refused for %s', (_, route, second) => {
    expect(pathsThrough(route, second)).toMatchObject({ fault: expect.any(String) });
  });
});
