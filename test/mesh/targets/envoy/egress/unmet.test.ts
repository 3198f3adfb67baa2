import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { gatewayRouteOf } from '../../../../../shared/mesh/routing/gateway-routes.ts';
import {
  reportRewrite,
  reportUnmet,
} from '../../../../../shared/mesh/targets/envoy/translate/route/report-unmet.ts';
import type { GatewayRouteSpec } from '../../../../../shared/model/mesh/kinds/gateway-route.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../../../harness/manifests.ts';
import { reported as reportedOfIngress } from '../ingress/translated.ts';
import { reported } from './harness.ts';

/** What is stated of the match of a route, as `effect field: message; instead`. */
function stated(match: object, type = 'httpRoute'): readonly string[] {
  const report = new Report();
  const action = { target: { virtualService: {} } };
  reportUnmet(gatewayRouteOf({ [type]: { match, action } } as GatewayRouteSpec), report);
  return report.differences.map(
    ({ effect, path, message, instead }) =>
      `${effect} ${path.replace(`spec.${type}.match.`, '')}: ${message}; ${instead}`,
  );
}

const header = (match: object, invert = false) => ({ headers: [{ name: 'x', match, invert }] });
const query = (exact: string, name = 'a') => ({ queryParameters: [{ name, match: { exact } }] });

describe('conditions that no request can meet', () => {
  it.each([
    [{ prefix: '/ü' }, 'prefix: no request can match: proxies compare the path as "/%C3%BC"; /%C3%BC'],
    [
      { path: { exact: '/a b' } },
      'path.exact: no request can match: proxies compare the path as "/a%20b"; /a%20b',
    ],
    [
      { path: { exact: '/a//b' } },
      'path.exact: no request can match: proxies compare the path as "/a/b"; /a/b',
    ],
    [{ path: { exact: '/users/{id}' } }, /^differs path.exact: .* as "\/users\/%7Bid%7D"/],
    [{ prefix: '/a/../b' }, /^differs prefix: .* as "\/b"/],
    [{ prefix: '/%41' }, /^differs prefix: .* as "\/A"/],
    [
      { prefix: '/a?b=c' },
      /^differs prefix: .* ends before "\?" and "#"; the part before, and queryParameters$/,
    ],
    [{ prefix: '/a%00' }, /^differs prefix: .* %00/],
    [
      { hostname: { exact: 'bücher.example' } },
      'hostname.exact: no request can match: "bücher.example" has characters that no Host header has; xn--bcher-kva.example',
    ],
    [{ hostname: { suffix: '.bücher.example' } }, /^differs hostname.suffix: .*; \.xn--bcher-kva\.example$/],
    [{ hostname: { exact: 'a b' } }, /^differs hostname.exact: .*; letters, digits and "-", parted by dots$/],
    [{ hostname: { exact: '*.example.com' } }, /^differs hostname.exact: .*; suffix: \.example\.com$/],
    [
      { method: 'CONNECT' },
      'method: no request can match: Envoy refuses CONNECT, which opens tunnels; another method',
    ],
    [
      { path: { exact: '/a%00' } },
      'path.exact: no request can match: Envoy refuses paths with %00; a path without it',
    ],
    [
      { hostname: { exact: 'a*b.example.com' } },
      'hostname.exact: no client sends "*", which stands for nothing else here; suffix: .example.com',
    ],
    [
      { hostname: { exact: 'a b/c' } },
      /^differs hostname.exact: .*; letters, digits and "-", parted by dots$/,
    ],
    [{ hostname: { exact: 'ü/c' } }, /^differs hostname.exact: .*; letters, digits and "-", parted by dots$/],
    [header({ prefix: ' a' }), /^differs headers\[0\].match.prefix: no request can match: .*; "a"$/],
    [header({ prefix: '\ta ' }, true), /^differs headers\[0\].match.prefix: every value matches: .*; "a"$/],
    [header({ exact: ' a' }), /^differs headers\[0\].match.exact: no request can match: .*; "a"$/],
    [header({ suffix: 'a ' }, true), /^differs headers\[0\].match.suffix: every value matches: /],
    [query('ü'), /^differs queryParameters\[0\].match.exact: .* written "%C3%BC"/],
    [query('a b&c#d'), /^differs queryParameters\[0\].match.exact: .* written "a%20b%26c%23d"/],
    [query('b', 'a=b'), /^differs queryParameters\[0\].name: .* written "a%3Db"/],
  ] as const)('%j is stated', (match, expected) => {
    expect(stated(match)).toEqual([
      typeof expected === 'string' ? `differs ${expected}` : expect.stringMatching(expected),
    ]);
  });

  it.each([
    { prefix: '/' },
    { prefix: "/a-b_c.d~e!f$g&h'i(j)k*l+m,n;o=p:q@r" },
    { prefix: '/a%2' },
    { prefix: '/a/..' },
    { prefix: '/a%' },
    { path: { exact: '/a%2Fb' } },
    { path: { exact: '/%c3%bc' } },
    { path: { regex: '/ü|/a' } },
    { hostname: { exact: 'A_b-c.example.com' } },
    { hostname: { exact: '[::1]' } },
    { hostname: { suffix: 'example.com:8080' } },
    { method: 'TRACE' },
    header({ exact: 'a b' }),
    header({ prefix: 'a ' }),
    header({ prefix: 'a b' }),
    header({ suffix: ' a' }),
    header({ suffix: 'a b' }),
    header({ regex: ' a ' }),
    header({ exact: 'ü' }),
    query('a=b/c?d{e}"f%20g'),
    query(''),
  ])('%j is not stated', (match) => {
    expect(stated(match)).toEqual([]);
  });

  it('a gRPC name with other characters is stated', () => {
    const text = 'no request can match: a gRPC name has letters, digits, "_" and "."; shop.Cart';
    expect(stated({ serviceName: 'shop.Kätzchen' }, 'grpcRoute')).toEqual([`differs serviceName: ${text}`]);
    expect(stated({ serviceName: 'shop.Cart', methodName: 'Räum' }, 'grpcRoute')).toEqual([
      `differs methodName: ${text}`,
    ]);
    expect(stated({ serviceName: 'shop.Cart', methodName: 'Get_2' }, 'grpcRoute')).toEqual([]);
    expect(stated({ serviceName: 'shop.Cart' }, 'grpcRoute')).toEqual([]);
    expect(stated({}, 'grpcRoute')).toEqual([]);
  });

  it('the metadata of gRPC is named as such', () => {
    const metadata = [{ name: 'x', match: { exact: ' a' } }];
    expect(stated({ serviceName: 'shop.Cart', metadata }, 'grpcRoute')).toEqual([
      'differs metadata[0].match.exact: no request can match: spaces around values are not compared; "a"',
    ]);
  });

  it('a query parameter is stated as it is written', () => {
    expect(stated(query('ü'))).toEqual([
      'differs queryParameters[0].match.exact: no request can match: in a query it is written "%C3%BC"; "%C3%BC"',
    ]);
    expect(stated({ queryParameters: [{ name: 'a' }, { name: 'b c' }] })).toEqual([
      'differs queryParameters[1].name: no request can match: in a query it is written "b%20c"; "b%20c"',
    ]);
  });
});

describe('rewrites of a gateway after which Envoy refuses the request', () => {
  const rewritten = (rewrite: object) => {
    const report = new Report();
    const action = { target: { virtualService: {} }, rewrite };
    reportRewrite(
      gatewayRouteOf({ httpRoute: { match: { prefix: '/' }, action } } as GatewayRouteSpec),
      report,
    );
    return report.differences.map(({ path, message, instead }) => `${path}: ${message}; ${instead}`);
  };

  it('what no path has is stated, with how to write it', () => {
    expect(rewritten({ path: { exact: '/a b#ü' } })).toEqual([
      'spec.httpRoute.action.rewrite.path.exact: every request gets 400: "/a b#ü" has characters that no path has; /a%20b%23%C3%BC',
    ]);
    expect(rewritten({ prefix: { value: '/ü/' } })).toEqual([
      'spec.httpRoute.action.rewrite.prefix.value: every request gets 400: "/ü/" has characters that no path has; /%C3%BC/',
    ]);
  });

  it('what Envoy takes is not stated', () => {
    expect(rewritten({ path: { exact: '/{a}"?b=%zz' } })).toEqual([]);
    expect(rewritten({ prefix: { defaultPrefix: 'DISABLED' } })).toEqual([]);
  });
});

describe('the objects of which this is stated', () => {
  const base = [aNamespace(), aMesh(), aNode('blue')];

  it('a router is applied all the same', () => {
    const router = aRouter('router', [aRoute('a', { blue: 1 }, { match: { prefix: '/ü' } })]);
    expect(reported('VirtualRouter', 'router', [...base, router])).toEqual([
      'differs spec.routes[0].httpRoute.match.prefix',
    ]);
  });

  it('so is a gateway route', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
    const action = { target, rewrite: { path: { exact: '/ü' } } };
    const httpRoute = { match: { path: { exact: '/a' }, method: 'CONNECT' }, action };
    const objects = [
      aService('cart', 'node/blue'),
      aGateway('entry'),
      aGatewayRoute('cart', 'cart', { httpRoute }),
    ];
    expect(reportedOfIngress('GatewayRoute', 'cart', ...base, ...objects)).toEqual([
      'differs spec.httpRoute.match.method',
      'differs spec.httpRoute.action.rewrite.path.exact',
    ]);
  });
});
