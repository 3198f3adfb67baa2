import { describe, expect, it } from 'vitest';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../../../harness/manifests.ts';
import { chainsOf, clusterOf, egress, type Fields, hostsOf } from './harness.ts';

const base = [aNamespace(), aMesh(), aNode('blue'), aNode('green')];
const front = aNode('front', backends('orders'));
const orders = (...routes: readonly Fields[]) => [
  ...base,
  front,
  aService('orders', 'router/router'),
  aRouter('router', routes),
];
const routesOf = (...routes: readonly Fields[]) =>
  hostsOf(egress(orders(...routes)), 'egress-8080')['orders.apps'].routes as readonly Fields[];

describe('the routes of a backend', () => {
  it('a service with a route to a node that is named by its ARN is not written', () => {
    const far = {
      virtualNodeARN: 'arn:aws:appmesh:us-west-2:123456789012:mesh/m/virtualNode/far',
      weight: 1,
    };
    const action = { weightedTargets: [far] };
    const route = { name: 'far', httpRoute: { match: { prefix: '/far' }, action } };
    expect(hostsOf(egress(orders(route, aRoute('near', { blue: 1 }))), 'egress-8080')).not.toHaveProperty([
      'orders.apps',
    ]);
  });

  it('a route by prefix leads to its targets by weight, with the defaults of App Mesh', () => {
    expect(routesOf(aRoute('colors', { blue: 3, green: 0 }))).toEqual([
      {
        name: 'colors',
        match: { prefix: '/' },
        route: {
          weighted_clusters: {
            clusters: [
              { name: 'egress_apps_blue_8080', weight: 3 },
              { name: 'egress_apps_green_8080', weight: 0 },
            ],
          },
          timeout: '15s',
          retry_policy: {
            retry_on: 'reset,connect-failure,refused-stream,unavailable,retriable-status-codes',
            retriable_status_codes: [503],
            num_retries: 2,
            retry_host_predicate: [
              expect.objectContaining({ name: 'envoy.retry_host_predicates.previous_hosts' }),
            ],
            host_selection_retry_max_attempts: 5,
          },
        },
      },
    ]);
  });

  it('the virtual host of a backend has its name, and its name with the port', () => {
    const hosts = hostsOf(egress(orders(aRoute('a', { blue: 1 }))), 'egress-8080');
    expect(hosts['orders.apps'].domains).toEqual(['orders.apps', 'orders.apps:8080']);
  });

  it('each condition of a match becomes one of Envoy', () => {
    const match = {
      path: { regex: '/a.*' },
      method: 'GET',
      scheme: 'https',
      headers: [
        { name: 'x-a', match: { exact: 'a' } },
        { name: 'x-b', match: { prefix: 'b' }, invert: true },
        { name: 'x-c', match: { suffix: 'c' } },
        { name: 'x-d', match: { regex: 'd+' } },
        { name: 'x-e', match: { range: { start: 1, end: 5 } } },
        { name: 'x-f', invert: true },
      ],
      queryParameters: [{ name: 'q', match: { exact: '1' } }, { name: 'r' }],
    };
    expect(routesOf(aRoute('a', { blue: 1 }, { match }))[0].match).toEqual({
      safe_regex: { regex: '/a.*' },
      headers: [
        { name: ':method', string_match: { exact: 'GET' } },
        { name: ':scheme', string_match: { exact: 'https' } },
        { name: 'x-a', string_match: { exact: 'a' } },
        { name: 'x-b', string_match: { prefix: 'b' }, invert_match: true },
        { name: 'x-c', string_match: { suffix: 'c' } },
        { name: 'x-d', string_match: { safe_regex: { regex: 'd+' } } },
        { name: 'x-e', range_match: { start: 1, end: 5 } },
        { name: 'x-f', present_match: true, invert_match: true },
      ],
      query_parameters: [
        { name: 'q', string_match: { exact: '1' } },
        { name: 'r', present_match: true },
      ],
    });
  });

  it('a gRPC method is the path of a call, and its content type is required', () => {
    const grpcRoute = {
      match: { serviceName: 'shop.Cart', methodName: 'Add' },
      action: { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] },
    };
    const router = aRouter('router', [{ name: 'a', grpcRoute }], listenersOn('grpc/8080'));
    const part = egress([...base, front, aService('orders', 'router/router'), router]);
    expect(hostsOf(part, 'egress-8080')['orders.apps'].routes[0].match).toEqual({
      path: '/shop.Cart/Add',
      grpc: {},
    });
  });

  it('the events and times of a retry policy and of timeouts are those of the route', () => {
    const route = aRoute('a', { blue: 1 }) as Fields;
    const retryPolicy = {
      ...{ maxRetries: 4, perRetryTimeout: { unit: 'ms', value: 250 } },
      ...{ httpRetryEvents: ['gateway-error', 'client-error'], tcpRetryEvents: ['connection-error'] },
    };
    const timeout = { perRequest: { unit: 's', value: 0 }, idle: { unit: 's', value: 60 } };
    const [found] = routesOf({ ...route, httpRoute: { ...route.httpRoute, retryPolicy, timeout } });
    expect(found.route).toMatchObject({
      ...{ timeout: '0s', idle_timeout: '60s' },
      retry_policy: {
        retry_on: 'reset,connect-failure,retriable-status-codes',
        retriable_status_codes: [409, 502, 503, 504],
        num_retries: 4,
        per_try_timeout: '0.25s',
      },
    });
  });

  it('a route that names a port is only in the table of that port', () => {
    const listeners = listenersOn('http/8080', 'http/9090');
    const router = aRouter('router', [routeOn('a', 'http/9090'), routeOn('b', 'http')], listeners);
    const part = egress([...base, front, aService('orders', 'router/router'), router]);
    const names = (port: number) =>
      hostsOf(part, `egress-${port}`)['orders.apps'].routes.map(({ name }: Fields) => name);
    expect([names(8080), names(9090)]).toEqual([['b'], ['a', 'b']]);
  });

  it('a virtual node as provider answers on each of its ports', () => {
    const node = aNode('blue', listenersOn('http/8080', 'grpc/9090'));
    const part = egress([aNamespace(), aMesh(), node, front, aService('orders', 'node/blue')]);
    expect(hostsOf(part, 'egress-9090')['orders.apps'].routes).toMatchObject([
      { match: { prefix: '/' }, route: { cluster: 'egress_apps_blue_9090', timeout: '15s' } },
    ]);
  });

  it('a TCP route is a chain of its port', () => {
    const router = aRouter('router', [routeOn('a', 'tcp')], listenersOn('tcp/5432'));
    const part = egress([...base, front, aService('orders', 'router/router'), router]);
    expect(chainsOf(part)['orders.apps:5432']).toMatchObject({
      filter_chain_match: { destination_port: 5432 },
      filters: [{ typed_config: { cluster: 'egress_apps_blue_8080' } }],
    });
  });

  it('each target has a cluster, also one of weight 0', () => {
    const part = egress(orders(aRoute('a', { blue: 1, green: 0 })));
    expect(part.clusters.map(({ name }) => name)).toEqual([
      'passthrough',
      'egress_apps_blue_8080',
      'egress_apps_green_8080',
    ]);
    expect(clusterOf(part, 'egress_apps_blue_8080')).toMatchObject({ connect_timeout: '1s' });
  });
});
