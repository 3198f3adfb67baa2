import { describe, expect, it } from 'vitest';
import { expectRefusals, type Json, withAll } from './refusals.ts';
import { gatewayRoute, node, route } from './setup.ts';

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

  it.each<Json>([
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

  it.each<Json>([
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
  it.each<readonly [string, Json, string]>([
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
