import { describe, expect, it } from 'vitest';
import { isSameSpec } from '../../../../../shared/mesh/targets/app-mesh/plan/compare.ts';
import type { ResourceKind } from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';

const portMapping = { port: 8080, protocol: 'http' };
const trust = { file: { certificateChain: '/ca.pem' } };
const listening = (said: object) => ({ listeners: [{ portMapping, ...said }] });
const health = (said: object) => listening({ healthCheck: { protocol: 'http', ...said } });
const pool = (said: object) => listening({ connectionPool: { http: { maxConnections: 1, ...said } } });
const backendTls = (said: object) => ({
  backends: [
    {
      virtualService: { virtualServiceName: 'a', clientPolicy: { tls: { validation: { trust }, ...said } } },
    },
  ],
});
const defaultTls = (said: object) => ({
  backendDefaults: { clientPolicy: { tls: { validation: { trust }, ...said } } },
});
const authorities = (...certificateAuthorityArns: readonly string[]) =>
  defaultTls({ validation: { trust: { acm: { certificateAuthorityArns } } } });
const alternatives = (...exact: readonly string[]) =>
  defaultTls({ validation: { trust, subjectAlternativeNames: { match: { exact } } } });
const listenerAlternatives = (...exact: readonly string[]) =>
  listening({
    tls: { mode: 'STRICT', validation: { trust, subjectAlternativeNames: { match: { exact } } } },
  });
const logging = (json: readonly object[]) => ({
  logging: { accessLog: { file: { path: '/dev/stdout', format: { json } } } },
});
const attributes = (...keys: readonly string[]) => ({
  serviceDiscovery: {
    awsCloudMap: {
      namespaceName: 'n',
      serviceName: 's',
      attributes: keys.map((key) => ({ key, value: 'v' })),
    },
  },
});
const dns = (said: object) => ({ serviceDiscovery: { dns: { hostname: 'a', ...said } } });
const backends = (...names: readonly string[]) => ({
  backends: names.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
});
const ports = (...numbers: readonly number[]) => ({
  listeners: numbers.map((port) => ({ portMapping: { port, protocol: 'http' } })),
});

const http = (said: object) => ({ httpRoute: { match: { prefix: '/' }, action: {}, ...said } });
const headers = (...all: readonly object[]) => http({ match: { prefix: '/', headers: all } });
const grpc = (said: object) => ({ grpcRoute: { match: {}, action: {}, ...said } });
const metadata = (...all: readonly object[]) => grpc({ match: { serviceName: 's', metadata: all } });
const query = (...names: readonly string[]) =>
  http({ match: { prefix: '/', queryParameters: names.map((name) => ({ name })) } });
const targets = (...weights: readonly number[]) =>
  http({ action: { weightedTargets: weights.map((weight) => ({ virtualNode: `n${weight}`, weight })) } });
const rewrite = (said?: object) => http({ action: { target: { port: 1 }, ...(said && { rewrite: said }) } });

/** `[kind, as it is desired, as it is described]` */
type Pair = readonly [kind: ResourceKind, desired: unknown, described: unknown];

const defaults: readonly Pair[] = [
  ['mesh', {}, { egressFilter: { type: 'DROP_ALL' } }],
  [
    'mesh',
    { serviceDiscovery: { ipPreference: 'IPv4_ONLY' } },
    { serviceDiscovery: { ipPreference: 'IPv4_ONLY' }, egressFilter: {} },
  ],
  ['virtualNode', dns({}), dns({ responseType: 'LOADBALANCER' })],
  ['virtualNode', backendTls({}), backendTls({ enforce: true, ports: [] })],
  ['virtualNode', defaultTls({}), defaultTls({ enforce: true })],
  ['virtualNode', health({}), health({ port: 8080 })],
  ['virtualNode', pool({}), pool({ maxPendingRequests: 2_147_483_647 })],
  ['virtualNode', listening({}), { ...listening({}), backends: [], backendDefaults: {}, logging: {} }],
  [
    'virtualNode',
    attributes(),
    { serviceDiscovery: { awsCloudMap: { namespaceName: 'n', serviceName: 's' } } },
  ],
  ['virtualGateway', defaultTls({}), defaultTls({ enforce: true })],
  ['virtualGateway', health({}), health({ port: 8080 })],
  ['virtualGateway', pool({}), pool({ maxPendingRequests: 2_147_483_647 })],
  ['virtualRouter', {}, { listeners: [] }],
  ['virtualService', {}, { provider: {} }],
  ['virtualService', {}, undefined],
  ['virtualService', { provider: null }, { provider: { virtualNode: undefined } }],
  [
    'virtualRouter',
    { listeners: [{ healthCheck: { port: 1 } }] },
    { listeners: [{ healthCheck: { port: 1 } }] },
  ],
  ['route', headers({ name: 'a' }), headers({ name: 'a', invert: false })],
  ['route', metadata({ name: 'a' }), metadata({ name: 'a', invert: false })],
  ['route', http({}), http({ match: { prefix: '/', headers: [], queryParameters: [] }, timeout: {} })],
  [
    'route',
    http({ retryPolicy: { maxRetries: 1 } }),
    http({ retryPolicy: { maxRetries: 1, httpRetryEvents: [] } }),
  ],
  ['route', { tcpRoute: { action: targets(1) } }, { tcpRoute: { match: {}, action: targets(1) } }],
  ['gatewayRoute', http({}), { ...http({}), priority: 1000 }],
  ['gatewayRoute', headers({ name: 'a' }), headers({ name: 'a', invert: false })],
  ['gatewayRoute', metadata({ name: 'a' }), metadata({ name: 'a', invert: false })],
  ['gatewayRoute', rewrite(), rewrite({})],
  ['gatewayRoute', rewrite(), rewrite({ hostname: { defaultTargetHostname: 'ENABLED' } })],
  ['gatewayRoute', rewrite(), rewrite({ prefix: { defaultPrefix: 'ENABLED' } })],
  [
    'gatewayRoute',
    rewrite({ prefix: { value: '/a/' } }),
    rewrite({ prefix: { value: '/a/' }, hostname: { defaultTargetHostname: 'ENABLED' } }),
  ],
];

const unordered: readonly Pair[] = [
  ['virtualNode', backends('a', 'b', 'c'), backends('c', 'a', 'b')],
  ['virtualNode', attributes('a', 'b'), attributes('b', 'a')],
  ['virtualNode', backendTls({ ports: [1, 2, 10] }), backendTls({ ports: [10, 2, 1] })],
  ['virtualNode', authorities('a', 'b'), authorities('b', 'a')],
  ['virtualNode', alternatives('a', 'b'), alternatives('b', 'a')],
  ['virtualNode', listenerAlternatives('a', 'b'), listenerAlternatives('b', 'a')],
  ['virtualGateway', defaultTls({ ports: [1, 2] }), defaultTls({ ports: [2, 1] })],
  ['virtualGateway', authorities('a', 'b'), authorities('b', 'a')],
  ['virtualGateway', alternatives('a', 'b'), alternatives('b', 'a')],
  ['virtualGateway', listenerAlternatives('a', 'b'), listenerAlternatives('b', 'a')],
  ['route', targets(10, 90, 0), targets(0, 10, 90)],
  ['route', headers({ name: 'a' }, { name: 'b' }), headers({ name: 'b' }, { name: 'a', invert: false })],
  ['route', metadata({ name: 'a' }, { name: 'b' }), metadata({ name: 'b' }, { name: 'a' })],
  ['route', query('a', 'b'), query('b', 'a')],
  [
    'route',
    http({ retryPolicy: { httpRetryEvents: ['server-error', 'client-error'] } }),
    http({ retryPolicy: { httpRetryEvents: ['client-error', 'server-error'] } }),
  ],
  [
    'route',
    grpc({ retryPolicy: { grpcRetryEvents: ['internal', 'cancelled'] } }),
    grpc({ retryPolicy: { grpcRetryEvents: ['cancelled', 'internal'] } }),
  ],
  ['gatewayRoute', headers({ name: 'a' }, { name: 'b' }), headers({ name: 'b' }, { name: 'a' })],
  ['gatewayRoute', metadata({ name: 'a' }, { name: 'b' }), metadata({ name: 'b' }, { name: 'a' })],
  ['gatewayRoute', query('a', 'b'), query('b', 'a')],
  [
    'route',
    { priority: 1, ...http({ action: { a: 1, b: 2 } }) },
    { ...http({ action: { b: 2, a: 1 } }), priority: 1 },
  ],
];

const differences: readonly Pair[] = [
  ['mesh', {}, { egressFilter: { type: 'ALLOW_ALL' } }],
  ['mesh', {}, { serviceDiscovery: { ipPreference: 'IPv4_PREFERRED' } }],
  ['virtualNode', dns({}), dns({ responseType: 'ENDPOINTS' })],
  ['virtualNode', dns({}), dns({ ipPreference: 'IPv6_ONLY' })],
  ['virtualNode', backendTls({}), backendTls({ enforce: false })],
  ['virtualNode', backendTls({}), backendTls({ ports: [443] })],
  ['virtualNode', health({}), health({ port: 9090 })],
  ['virtualNode', health({ port: 8080 }), listening({})],
  ['virtualNode', pool({}), pool({ maxPendingRequests: 100 })],
  ['virtualNode', backends('a'), backends('a', 'b')],
  ['virtualNode', backends('a', 'b'), backends('a', 'a')],
  ['virtualNode', attributes('a'), attributes()],
  ['virtualNode', ports(1, 2), ports(2, 1)],
  [
    'virtualNode',
    logging([
      { key: 'a', value: 'a' },
      { key: 'b', value: 'b' },
    ]),
    logging([
      { key: 'b', value: 'b' },
      { key: 'a', value: 'a' },
    ]),
  ],
  ['virtualGateway', ports(1), ports(1, 2)],
  ['virtualGateway', health({}), health({ path: '/ping' })],
  ['virtualRouter', ports(1), ports(2)],
  ['virtualRouter', ports(1, 2), ports(2, 1)],
  ['virtualRouter', ports(1), {}],
  ['virtualService', {}, { provider: { virtualNode: { virtualNodeName: 'a' } } }],
  [
    'virtualService',
    { provider: { virtualRouter: { virtualRouterName: 'a' } } },
    { provider: { virtualNode: { virtualNodeName: 'a' } } },
  ],
  ['route', http({}), { ...http({}), priority: 1000 }],
  ['route', http({}), { ...http({}), priority: 0 }],
  ['route', http({}), { http2Route: http({}).httpRoute }],
  ['route', targets(0, 100), targets(100)],
  ['route', targets(50, 51), targets(50, 52)],
  ['route', headers({ name: 'a' }), headers({ name: 'a', invert: true })],
  ['route', headers({ name: 'a' }), headers({ name: 'a', match: { exact: 'b' } })],
  ['route', http({}), http({ timeout: { idle: { unit: 's', value: 0 } } })],
  ['route', http({}), http({ retryPolicy: { maxRetries: 0 } })],
  ['gatewayRoute', http({}), { ...http({}), priority: 999 }],
  ['gatewayRoute', rewrite(), rewrite({ hostname: { defaultTargetHostname: 'DISABLED' } })],
  ['gatewayRoute', rewrite(), rewrite({ prefix: { defaultPrefix: 'DISABLED' } })],
  ['gatewayRoute', rewrite({ prefix: { value: '/' } }), rewrite()],
  ['gatewayRoute', rewrite({ path: { exact: '/' } }), rewrite({ path: { exact: '/a' } })],
];

describe('a described spec is the desired one', () => {
  it.each(defaults)(
    'a described %s, %j, is the desired one with what App Mesh adds by default: %j',
    (kind, desired, described) => {
      expect([isSameSpec(kind, desired, described), isSameSpec(kind, described, desired)]).toEqual([
        true,
        true,
      ]);
    },
  );

  it.each(unordered)(
    'a described %s, %j, is the desired one in another order: %j',
    (kind, desired, described) => {
      expect(isSameSpec(kind, desired, described)).toBe(true);
    },
  );
});

describe('a described spec is not the desired one', () => {
  it.each(differences)('a described %s, %j, is not the desired one: %j', (kind, desired, described) => {
    expect([isSameSpec(kind, desired, described), isSameSpec(kind, described, desired)]).toEqual([
      false,
      false,
    ]);
  });
});
