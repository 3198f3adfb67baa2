import { describe, expect, test } from 'vitest';
import { listener, nodeSpec } from '../specs.ts';
import { Bench, gatewayRoute, node, route } from './setup.ts';

type Json = Record<string, unknown>;

function withAll(): Bench {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue');
  bench.router('r');
  bench.service('s.example');
  bench.gateway('g');
  return bench;
}

/** Whole messages of the refusals, so that each names its member and nothing else is wrong. */
function expectRefusals(
  call: (spec: Json) => readonly [string, Json],
  cases: readonly (readonly [Json, string])[],
): void {
  test.each(cases)('%j → %s', (spec, message) => {
    const [operation, input] = call(spec);
    const error = withAll().refusal(operation, input);
    expect(error).toMatchObject({ code: 'BadRequestException', status: 400 });
    expect(error.message).toBe(message);
  });
}

const thresholds = { healthyThreshold: 2, unhealthyThreshold: 2 };
const times = { intervalMillis: 5000, timeoutMillis: 2000 };
const httpCheck = { ...thresholds, ...times, protocol: 'http', path: '/' };
const { path: _path, ...pathless } = httpCheck;
const grpcCheck = { ...thresholds, ...times, protocol: 'grpc' };
const file = { certificateChain: '/c', privateKey: '/k' };
const trust = { file: { certificateChain: '/c' } };
const tls = { mode: 'STRICT', certificate: { file } };
const withListener = (more: Json): Json => nodeSpec({ listeners: [{ ...listener, ...more }] }) as Json;
const listenerOf = (protocol: string) => ({ portMapping: { port: 8080, protocol } });
const dns = { dns: { hostname: 'blue.example' } };
const backend = { virtualService: { virtualServiceName: 's.example' } };

describe('a virtual node', () => {
  expectRefusals(
    (spec) => ['CreateVirtualNode', node('x', { spec })],
    [
      [
        { serviceDiscovery: dns },
        "spec.serviceDiscovery: Service Discovery can't be set without a listener.",
      ],
      [{ listeners: [listener] }, 'spec.serviceDiscovery: must be set where a listener is'],
      [
        nodeSpec({ listeners: [listener, listener] }) as Json,
        'spec.listeners: port 8080 has more than one listener',
      ],
      [{ backends: [backend, backend] }, 'spec.backends: virtual service s.example stands there twice'],
      [{ color: 'blue' }, 'spec: unknown member color'],
      [{ backends: [{}] }, 'spec.backends[0]: exactly one of virtualService must be set; found none'],
      [{ backends: {} }, 'spec.backends: must be of type array'],
      [
        nodeSpec({
          serviceDiscovery: { ...dns, awsCloudMap: { namespaceName: 'n', serviceName: 's' } } as never,
        }) as Json,
        'spec.serviceDiscovery: exactly one of awsCloudMap, dns must be set; found awsCloudMap, dns',
      ],
      [
        nodeSpec({ serviceDiscovery: { awsCloudMap: { namespaceName: 'n' } } as never }) as Json,
        'spec.serviceDiscovery.awsCloudMap.serviceName: must not be null',
      ],
      [
        nodeSpec({
          serviceDiscovery: {
            awsCloudMap: {
              ...{ namespaceName: 'n', serviceName: 's' },
              attributes: [{ key: 'AWS_INSTANCE_IPV4', value: '192.0.2.1' }],
            },
          },
        }) as Json,
        'spec.serviceDiscovery.awsCloudMap.attributes[0].key: must not begin with AWS_',
      ],
      [
        nodeSpec({
          serviceDiscovery: {
            awsCloudMap: { namespaceName: 'n', serviceName: 's', attributes: [{ key: 'a b', value: 'v' }] },
          },
        }) as Json,
        'spec.serviceDiscovery.awsCloudMap.attributes[0].key: must match /^[a-zA-Z0-9!-~]+$/',
      ],
      [
        withListener({ portMapping: { port: '80', protocol: 'http' } }),
        'spec.listeners[0].portMapping.port: must be of type number',
      ],
      [
        withListener({ portMapping: { port: 65536, protocol: 'udp' } }),
        'spec.listeners[0].portMapping.port: must be at most 65535; ' +
          'spec.listeners[0].portMapping.protocol: must be one of http, tcp, http2, grpc',
      ],
      [
        withListener({ connectionPool: { http2: { maxRequests: 1 } } }),
        "spec.listeners[0].connectionPool: must be of the listener's protocol http",
      ],
      [
        withListener({ timeout: { tcp: {} } }),
        "spec.listeners[0].timeout: must be of the listener's protocol http",
      ],
      [
        withListener({ timeout: { http: { idle: { value: 1 } } } }),
        'spec.listeners[0].timeout.http.idle: must have unit and value',
      ],
      [
        withListener({ healthCheck: pathless }),
        'spec.listeners[0].healthCheck.path: a http health check needs a path',
      ],
      [
        withListener({ healthCheck: { ...pathless, protocol: 'http2' } }),
        'spec.listeners[0].healthCheck.path: a http2 health check needs a path',
      ],
      [
        withListener({ healthCheck: grpcCheck }),
        'spec.listeners[0].healthCheck.protocol: GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
      ],
      [
        withListener({ healthCheck: { ...httpCheck, port: 81 } }),
        "spec.listeners[0].healthCheck.port: must be the listener's port 8080",
      ],
      [
        withListener({ healthCheck: { ...httpCheck, intervalMillis: 4999, healthyThreshold: 11 } }),
        'spec.listeners[0].healthCheck.healthyThreshold: must be at most 10; ' +
          'spec.listeners[0].healthCheck.intervalMillis: must be at least 5000',
      ],
      [
        withListener({ tls: { ...tls, mode: 'strict' } }),
        'spec.listeners[0].tls.mode: must be one of STRICT, PERMISSIVE, DISABLED',
      ],
      [
        withListener({ tls: { ...tls, certificate: { file, sds: { secretName: 's' } } } }),
        'spec.listeners[0].tls.certificate: exactly one of acm, file, sds must be set; found file, sds',
      ],
      [
        { backendDefaults: { clientPolicy: { tls: { ports: [0], validation: { trust } } } } },
        'spec.backendDefaults.clientPolicy.tls.ports[0]: must be at least 1',
      ],
      [
        { backendDefaults: { clientPolicy: { tls: {} } } },
        'spec.backendDefaults.clientPolicy.tls.validation: must not be null',
      ],
      [
        { logging: { accessLog: { file: { path: '' } } } },
        'spec.logging.accessLog.file.path: must have a length of at least 1',
      ],
    ],
  );

  test.each([
    withListener({ healthCheck: httpCheck }),
    nodeSpec({ listeners: [{ ...listenerOf('http2'), healthCheck: grpcCheck }] as never }),
    withListener({ healthCheck: { ...pathless, protocol: 'tcp' }, tls }),
    {},
  ])('%j is taken', (spec) => {
    withAll().node('x', { spec });
  });
});

describe('a virtual router and a virtual gateway', () => {
  expectRefusals(
    (spec) => ['CreateVirtualRouter', { meshName: 'm', virtualRouterName: 'x', spec }],
    [[{ listeners: [listener, listener] }, 'spec.listeners: port 8080 has more than one listener']],
  );
  expectRefusals(
    (spec) => ['CreateVirtualGateway', { meshName: 'm', virtualGatewayName: 'x', spec }],
    [
      [{}, 'spec.listeners: must not be null'],
      [{ listeners: [] }, 'spec.listeners: a virtual gateway needs a listener'],
      [
        { listeners: [listenerOf('tcp')] },
        'spec.listeners[0].portMapping.protocol: must be one of http, http2, grpc',
      ],
      [
        { listeners: [{ ...listener, connectionPool: { grpc: { maxRequests: 1 } } }] },
        "spec.listeners[0].connectionPool: must be of the listener's protocol http",
      ],
      [
        { listeners: [{ ...listener, healthCheck: grpcCheck }] },
        'spec.listeners[0].healthCheck.protocol: GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
      ],
    ],
  );
});

describe('a route', () => {
  const weights = (...all: number[]) => ({
    weightedTargets: all.map((weight) => ({ virtualNode: 'blue', weight })),
  });
  const action = weights(1);
  const http = (more: Json): Json => ({ httpRoute: { action, match: { prefix: '/' }, ...more } });
  const matching = (match: Json): Json => ({ httpRoute: { action, match } });
  const perRetryTimeout = { unit: 's', value: 1 };
  const oneOf = 'exactly one of grpcRoute, http2Route, httpRoute, tcpRoute must be set; found';

  expectRefusals(
    (spec) => ['CreateRoute', route('x', spec)],
    [
      [{}, `spec: ${oneOf} none`],
      [{ ...http({}), tcpRoute: { action } }, `spec: ${oneOf} httpRoute, tcpRoute`],
      [{ ...http({}), priority: 1001 }, 'spec.priority: must be at most 1000'],
      [matching({}), 'spec.httpRoute.match: exactly one of prefix, path must be set; found none'],
      [
        matching({ prefix: '/', path: { exact: '/' } }),
        'spec.httpRoute.match: exactly one of prefix, path must be set; found prefix, path',
      ],
      [matching({ prefix: 'color' }), 'spec.httpRoute.match.prefix: must start with /'],
      [matching({ path: { exact: 'color' } }), 'spec.httpRoute.match.path.exact: must start with /'],
      [
        matching({ path: {} }),
        'spec.httpRoute.match.path: exactly one of exact, regex must be set; found none',
      ],
      [
        matching({ prefix: '/', headers: [{ name: 'h', match: { exact: 'a', prefix: 'a' } }] }),
        'spec.httpRoute.match.headers[0].match: ' +
          'exactly one of exact, prefix, range, regex, suffix must be set; found exact, prefix',
      ],
      [
        matching({ prefix: '/', headers: [{ name: 'h', match: { range: { start: 5, end: 5 } } }] }),
        'spec.httpRoute.match.headers[0].match.range.end: must be greater than start',
      ],
      [
        matching({ prefix: '/', headers: [] }),
        'spec.httpRoute.match.headers: must have a length of at least 1',
      ],
      [
        matching({ prefix: '/', method: 'get' }),
        'spec.httpRoute.match.method: must be one of GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH',
      ],
      [
        http({ action: weights() }),
        'spec.httpRoute.action.weightedTargets: must have a length of at least 1; ' +
          'spec.httpRoute.action.weightedTargets: the weight of at least one target must be above 0',
      ],
      [
        http({ action: weights(0, 0) }),
        'spec.httpRoute.action.weightedTargets: the weight of at least one target must be above 0',
      ],
      [
        http({ action: weights(101) }),
        'spec.httpRoute.action.weightedTargets[0].weight: must be at most 100',
      ],
      [
        http({ retryPolicy: { maxRetries: 1, perRetryTimeout } }),
        'spec.httpRoute.retryPolicy: ' + 'at least one of httpRetryEvents, tcpRetryEvents must be set',
      ],
      [
        http({ retryPolicy: { maxRetries: 1, perRetryTimeout, httpRetryEvents: ['error'] } }),
        'spec.httpRoute.retryPolicy.httpRetryEvents: ' +
          'must be of server-error, gateway-error, client-error, stream-error; found error',
      ],
      [
        http({
          retryPolicy: {
            maxRetries: 1,
            perRetryTimeout,
            httpRetryEvents: ['server-error'],
            grpcRetryEvents: [],
          },
        }),
        'spec.httpRoute.retryPolicy: unknown member grpcRetryEvents',
      ],
      [
        { grpcRoute: { action, match: { methodName: 'Get' } } },
        'spec.grpcRoute.match.methodName: needs a serviceName',
      ],
      [{ tcpRoute: { action, match: { prefix: '/' } } }, 'spec.tcpRoute.match: unknown member prefix'],
    ],
  );

  test.each<Json>([
    { grpcRoute: { action, match: {} } },
    { tcpRoute: { action } },
    matching({ path: { regex: '.*' }, scheme: 'https', port: 8080, headers: [{ name: 'h', invert: true }] }),
    http({
      action: weights(0, 100),
      retryPolicy: { maxRetries: 0, perRetryTimeout, tcpRetryEvents: ['connection-error'] },
    }),
  ])('%j is taken', (spec) => {
    const bench = withAll();
    const protocol = Object.keys(spec)[0]?.replace('Route', '');
    const listeners = [{ portMapping: { port: 8080, protocol } }];
    bench.call('UpdateVirtualRouter', { meshName: 'm', virtualRouterName: 'r', spec: { listeners } });
    bench.call('CreateRoute', route('x', spec));
  });
});

describe('a gateway route', () => {
  const target = { virtualService: { virtualServiceName: 's.example' } };
  const http = (match: Json, rewrite?: Json): Json => ({ httpRoute: { match, action: { target, rewrite } } });
  const prefix = { prefix: '/a/' };

  expectRefusals(
    (spec) => ['CreateGatewayRoute', gatewayRoute('x', spec)],
    [
      [{ priority: 1 }, 'spec: exactly one of grpcRoute, http2Route, httpRoute must be set; found none'],
      [http({}), 'spec.httpRoute.match: at least one of prefix, path, hostname must be set'],
      [
        http({ ...prefix, path: { exact: '/a' } }),
        'spec.httpRoute.match: at most one of prefix, path may be set; found prefix, path',
      ],
      [http({ prefix: 'a' }), 'spec.httpRoute.match.prefix: must start with /'],
      [
        http({ hostname: {} }),
        'spec.httpRoute.match.hostname: exactly one of exact, suffix must be set; found none',
      ],
      [
        http(prefix, { prefix: { value: '/b/' }, path: { exact: '/b' } }),
        'spec.httpRoute.action.rewrite: at most one of prefix, path may be set; found prefix, path',
      ],
      [
        http(prefix, { prefix: { value: '/b/', defaultPrefix: 'DISABLED' } }),
        'spec.httpRoute.action.rewrite.prefix: ' +
          'exactly one of defaultPrefix, value must be set; found defaultPrefix, value',
      ],
      [
        http(prefix, { prefix: { value: 'b' } }),
        'spec.httpRoute.action.rewrite.prefix.value: must start with /',
      ],
      [http(prefix, { path: { exact: '/b' } }), 'spec.httpRoute.action.rewrite.path: needs a match by path'],
      [
        http({ path: { exact: '/a' } }, { prefix: { value: '/b/' } }),
        'spec.httpRoute.action.rewrite.prefix: needs a match by prefix',
      ],
      [
        http(prefix, { hostname: { defaultTargetHostname: 'NO' } }),
        'spec.httpRoute.action.rewrite.hostname.defaultTargetHostname: must be one of ENABLED, DISABLED',
      ],
      [
        { grpcRoute: { match: {}, action: { target } } },
        'spec.grpcRoute.match: at least one of serviceName, hostname, metadata must be set',
      ],
    ],
  );

  test.each<Json>([
    http({ hostname: { suffix: '.example' } }, { path: { exact: '/b' } }),
    http(prefix, { prefix: { defaultPrefix: 'DISABLED' }, hostname: { defaultTargetHostname: 'DISABLED' } }),
    http({ path: { regex: '/a.*' }, queryParameters: [{ name: 'q', match: { exact: 'v' } }] }),
    { grpcRoute: { match: { serviceName: 'a.B', port: 8080 }, action: { target } }, priority: 0 },
  ])('%j is taken', (spec) => {
    withAll().call('CreateGatewayRoute', gatewayRoute('x', spec));
  });
});

describe('requests', () => {
  const name = 'must be of letters, digits, - and _';
  test.each<readonly [string, Json, string]>([
    ['CreateMesh', {}, 'meshName: must not be null'],
    ['CreateMesh', { meshName: 'a.b' }, `meshName: ${name}`],
    ['CreateMesh', { meshName: 'x'.repeat(256) }, 'meshName: must have a length of at most 255'],
    ['CreateMesh', { meshName: 'x', spec: { egressFilter: {} } }, 'spec.egressFilter.type: must not be null'],
    ['CreateVirtualNode', { meshName: 'm', virtualNodeName: 'x' }, 'spec: must not be null'],
    ['CreateVirtualNode', node('a/b'), `virtualNodeName: ${name}`],
    [
      'CreateVirtualService',
      { meshName: 'm', virtualServiceName: 'x', spec: { provider: {} } },
      'spec.provider: exactly one of virtualNode, virtualRouter must be set; found none',
    ],
    ['CreateMesh', { meshName: 'x', tags: [{ key: 'k' }] }, 'tags[0].value: must not be null'],
    ['CreateMesh', { meshName: 'x', color: 'blue' }, 'request: unknown member color'],
    ['UntagResource', { resourceArn: 'arn' }, 'tagKeys: must not be null'],
  ])('%s %j → %s', (operation, input, message) => {
    expect(withAll().refusal(operation, input)).toMatchObject({ code: 'BadRequestException', message });
  });
});
