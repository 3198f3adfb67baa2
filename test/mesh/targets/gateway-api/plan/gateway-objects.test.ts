import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { namesOf, objectIn, translated } from '../harness.ts';
import { limitsIn } from './findings.ts';

type Spec = Readonly<Record<string, unknown>>;

const cluster = [aNamespace(), aMesh(), aNode('blue'), aNode('green'), aService('blue', 'node/blue')];
/** A gateway route to the virtual service blue that rewrites nothing. */
function way(name: string, match: Spec, { service = 'blue', ...spec }: Spec & { service?: string } = {}) {
  const target = { virtualService: { virtualServiceRef: { name: service } } };
  const rewrite = {
    hostname: { defaultTargetHostname: 'DISABLED' },
    ...(match.prefix !== undefined && { prefix: { defaultPrefix: 'DISABLED' } }),
  };
  return aGatewayRoute(name, service, { httpRoute: { match, action: { target, rewrite } }, ...spec });
}
/** What class istio makes of them, without the route of the virtual service. */
function written(...manifests: readonly Manifest[]) {
  const result = translated([...cluster, ...manifests]);
  return {
    result,
    routes: namesOf(result).filter((name) => name.includes('gateway-route')),
    found: (name: string) => limitsIn(result.differences[`GatewayRoute apps/${name}`] ?? []),
    spec: (name: string) => objectIn(result, `HTTPRoute apps/gateway-route-${name}`).spec,
  };
}
const parentOn = (port: number, name = 'entry') => ({
  ...{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'apps', name },
  sectionName: `port-${port}`,
});
const toBlue = [{ group: '', kind: 'Service', name: 'blue', port: 8080, weight: 1 }];
const ruleFor = (...paths: readonly Spec[]) => ({
  ...{ matches: paths.map((path) => ({ path })), backendRefs: toBlue, timeouts: { request: '15s' } },
});
const exact = (value: string) => ({ type: 'Exact', value });

describe('the objects of a gateway route', () => {
  it('are a route for each port of its gateway', () => {
    const { routes, spec } = written(
      aGateway('entry', listenersOn('http/8088', 'http/8089')),
      way('a', { path: { exact: '/a' } }),
    );
    expect(routes).toEqual(['HTTPRoute apps/gateway-route-a-8088', 'HTTPRoute apps/gateway-route-a-8089']);
    expect(spec('a-8088')).toEqual({ parentRefs: [parentOn(8088)], rules: [ruleFor(exact('/a'))] });
    expect(spec('a-8089')).toEqual({ parentRefs: [parentOn(8089)], rules: [ruleFor(exact('/a'))] });
  });

  it('name the Gateway of a long name as the Gateway itself is named', () => {
    const name = `entry-${'x'.repeat(50)}`;
    const { result, spec } = written(aGateway(name), way('a', { path: { exact: '/a' } }));
    const gateway = result.objects.find(({ kind }) => kind === 'Gateway')?.metadata.name ?? '';
    expect(gateway).toMatch(/^entry-x+-[0-9a-f]{8}$/);
    expect(gateway).toHaveLength(50);
    expect(spec('a-8088').parentRefs).toEqual([parentOn(8088, gateway)]);
  });

  it('are also a route for each more specific host name, since only routes of that may be tried', () => {
    const on = (path: string, hostname?: Spec) => ({ path: { exact: path }, hostname });
    const { result, found } = written(
      aGateway('entry'),
      way('all', on('/all')),
      way('suffix', on('/suffix', { suffix: '.b.com' })),
      way('exact', on('/exact', { exact: 'a.b.com' })),
      way('other', on('/other', { exact: 'b.com' })),
    );
    const routes = result.objects.filter(
      ({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name.startsWith('gateway-route'),
    );
    const names = routes.map(({ metadata: { name } }) => name);
    const texts = routes.map(({ metadata: { name }, spec }) => {
      const shape = name.replace('gateway-route-', '').replace(/-[0-9a-f]{8}$/, '-#');
      return `${shape} ${spec.hostnames} ${spec.rules[0].matches[0].path.value}`;
    });
    expect(texts.sort()).toEqual([
      'all-8088 undefined /all',
      'all-8088-# *.b.com /all',
      'all-8088-# a.b.com /all',
      'all-8088-# b.com /all',
      'exact-8088 a.b.com /exact',
      'other-8088 b.com /other',
      'suffix-8088 *.b.com /suffix',
      'suffix-8088-# a.b.com /suffix',
    ]);
    expect(new Set(names).size).toBe(8);
    expect(['all', 'suffix', 'exact', 'other'].flatMap(found)).toEqual([]);
  });

  it('are ordered among those of its port only', () => {
    const gateway = aGateway('entry', listenersOn('http/8088', 'http2/8089'));
    const target = { virtualService: { virtualServiceRef: { name: 'green' } } };
    const action = { target, rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } };
    const { routes, spec } = written(
      ...[gateway, aService('green', 'node/green')],
      way('exact', { path: { exact: '/a' } }, { priority: 2 }),
      aGatewayRoute('first', 'green', {
        ...{ httpRoute: undefined, priority: 1 },
        http2Route: { match: { path: { exact: '/a' } }, action },
      }),
    );
    expect(routes).toEqual([
      'HTTPRoute apps/gateway-route-exact-8088',
      'HTTPRoute apps/gateway-route-first-8089',
    ]);
    expect(spec('first-8089').rules).toMatchObject([{ backendRefs: [{ name: 'green' }] }]);
    expect(spec('exact-8088').rules).toMatchObject([{ backendRefs: [{ name: 'blue' }] }]);
  });

  it('are none for requests that an earlier route takes, even if that is in the same place', () => {
    const { routes, found } = written(
      ...[aGateway('entry'), aService('green', 'node/green')],
      way('later', { path: { exact: '/a' } }, { priority: 2 }),
      way('earlier', { prefix: '/' }, { priority: 1, service: 'green' }),
    );
    expect(routes).toEqual(['HTTPRoute apps/gateway-route-earlier-8088']);
    expect(found('later')).toEqual([]);
  });

  it('are a GRPCRoute for gRPC, with the service and the metadata of the call', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'calls' } } };
    const match = { serviceName: 'shop.Orders', metadata: [{ name: 'x', match: { exact: 'a' } }] };
    const { result } = written(
      ...[aGateway('entry', listenersOn('grpc/8088')), aNode('calls', listenersOn('grpc/9000'))],
      ...[aService('calls', 'node/calls')],
      aGatewayRoute('orders', 'calls', {
        ...{ httpRoute: undefined },
        grpcRoute: {
          match,
          action: { target, rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } },
        },
      }),
    );
    expect(objectIn(result, 'GRPCRoute apps/gateway-route-orders-8088').spec).toEqual({
      parentRefs: [parentOn(8088)],
      rules: [
        {
          matches: [
            {
              method: { type: 'Exact', service: 'shop.Orders' },
              headers: [{ name: 'x', type: 'Exact', value: 'a' }],
            },
          ],
          backendRefs: [{ group: '', kind: 'Service', name: 'calls', port: 9000, weight: 1 }],
        },
      ],
    });
  });

  it('permit requests to a Service of another namespace', () => {
    const far = aNode('far', { serviceDiscovery: { dns: { hostname: 'far.other.svc' } } }, 'other');
    const provider = { virtualNode: { virtualNodeRef: { name: 'far', namespace: 'other' } } };
    const { result } = written(
      ...[aGateway('entry'), aNamespace('other'), far, aService('far', undefined, { provider })],
      way('a', { path: { exact: '/a' } }, { service: 'far' }),
    );
    expect(
      objectIn(result, 'ReferenceGrant other/httproute-apps-gateway-route-a-8088-dc5bed15').spec,
    ).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'apps' }],
      to: [{ group: '', kind: 'Service', name: 'far' }],
    });
  });
});

describe('a gateway route that is refused', () => {
  const rest = { path: { exact: '/b' } };

  it('stands before no other route', () => {
    const { routes, found } = written(
      ...[aGateway('entry'), aService('green', 'node/green')],
      way(
        'wrong',
        { prefix: '/', headers: [{ name: 'x', match: { exact: 'a' }, invert: true }] },
        { priority: 1 },
      ),
      way('right', rest, { priority: 2, service: 'green' }),
    );
    expect(routes).toEqual(['HTTPRoute apps/gateway-route-right-8088']);
    expect(found('wrong')).toEqual(['refused spec.httpRoute.match.headers[0].invert: invert']);
    expect(found('right')).toEqual([]);
  });

  it('is one of an invalid gateway; one that is invalid itself leaves the others as they are', () => {
    const gateway = aGateway('entry');
    const listeners = [{ portMapping: { port: 'x', protocol: 'http' } }];
    const broken = aGateway('entry', { listeners });
    expect(written(broken, way('a', rest)).found('a')).toEqual(['refused spec.virtualGatewayRef: invalid']);
    const { routes } = written(gateway, way('a', rest), way('broken', { prefix: 'x' }));
    expect(routes).toEqual(['HTTPRoute apps/gateway-route-a-8088']);
  });

  it('is one with more rules than an HTTPRoute can have', () => {
    const routesOf = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRoute(
          `r${index}`,
          { [index % 2 ? 'blue' : 'green']: 1 },
          { match: { path: { exact: `/a${index}` } } },
        ),
      );
    // One more rule is for the requests that no route takes.
    for (const [count, expected] of [
      [15, []],
      [16, ['refused spec: rules']],
    ] as const) {
      const many = [aService('many', 'router/many'), aRouter('many', routesOf(count))];
      const { routes, found } = written(
        ...many,
        aGateway('entry'),
        way('a', { prefix: '/a' }, { service: 'many' }),
      );
      expect(found('a')).toEqual(expected);
      expect(routes).toHaveLength(count === 15 ? 1 : 0);
    }
  });

  it('is the second of two that cannot be ordered, with the names of both; a third stays as it is', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'green' } } };
    const rewritten = { match: { prefix: '/a/' }, action: { target } };
    const { routes, result, found } = written(
      ...[aGateway('entry'), aService('green', 'node/green')],
      way('one', { path: { regex: '/.*' } }, { priority: 1 }),
      aGatewayRoute('two', 'green', { httpRoute: rewritten, priority: 2 }),
      way('three', { path: { regex: '/.+' } }, { priority: 3 }),
    );
    const [, message] = found('two');
    expect(found('two')[0]).toBe('differs spec.httpRoute.match.prefix: prefix');
    expect(message).toMatch(
      /^refused spec.priority: App Mesh tries GatewayRoute apps\/one \(the provider\) before GatewayRoute apps\/two/,
    );
    expect(found('two')).toHaveLength(2);
    expect(['one', 'three'].flatMap(found)).toEqual([]);
    expect(routes).toEqual([
      'HTTPRoute apps/gateway-route-one-8088',
      'HTTPRoute apps/gateway-route-three-8088',
    ]);
    expect(result.problems['GatewayRoute apps/two']).toHaveLength(1);
  });
});
