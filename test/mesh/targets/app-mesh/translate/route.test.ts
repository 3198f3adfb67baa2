import { describe, expect, it } from 'vitest';
import { routeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/route.ts';
import { route } from '../../../../../shared/model/mesh/route.ts';
import { aResolver, arn } from './harness.ts';
import {
  allTypes,
  each,
  httpTypes,
  minMatch,
  namedMatches,
  pathMatches,
  type Row,
  requestTypes,
  routeOf,
  second,
  type Translated,
} from './route-tables.ts';

const ordersInput = { weightedTargets: [{ virtualNode: 'orders_shop', weight: 1 }] };
const inputOf = (said: object) =>
  routeSpecInput(route.parse({ name: 'r', ...said }), aResolver(), 'spec.routes[0]');

describe('a route in App Mesh', () => {
  it.each(each(httpTypes, pathMatches))('%s: match by %s', (type, _, match) => {
    expect(inputOf(routeOf(type, { match }))).toEqual({ [type]: { match, action: ordersInput } });
  });

  it.each(each(httpTypes, namedMatches))('%s: a header by %s', (type, _, header) => {
    const match = { prefix: '/', headers: [header] };
    expect(inputOf(routeOf(type, { match }))).toEqual({ [type]: { match, action: ordersInput } });
  });

  it.each(namedMatches)('grpcRoute: metadata by %s', (_, metadata) => {
    const match = { metadata: [metadata] };
    expect(inputOf(routeOf('grpcRoute', { match }))).toEqual({ grpcRoute: { match, action: ordersInput } });
  });

  it.each([
    ...each<Row>(httpTypes, [
      [{ match: { prefix: '/', scheme: 'https' } }],
      [
        {
          match: {
            prefix: '/',
            headers: [
              { name: 'v', match: { prefix: '2' } },
              { name: 'v', match: { suffix: 'b' } },
            ],
          },
        },
      ],
      [{ retryPolicy: { maxRetries: 0, perRetryTimeout: second, tcpRetryEvents: ['connection-error'] } }],
    ]),
    ...each<Row>(requestTypes, [
      ...['server-error', 'gateway-error', 'client-error', 'stream-error'].map(
        (event): Row => [
          { retryPolicy: { maxRetries: 3, perRetryTimeout: second, httpRetryEvents: [event] } },
        ],
      ),
      [{ timeout: { idle: { unit: 'ms', value: 0 } } }],
      [{ timeout: { perRequest: second } }],
      [{ timeout: { idle: second, perRequest: second } }],
    ]),
    ...each<Row>(
      ['grpcRoute'],
      [
        [{ match: {} }],
        [{ match: { serviceName: 'color.ColorService' } }],
        [{ match: { serviceName: 'color.ColorService', methodName: 'GetColor' } }],
        [{ match: { port: 65535 } }],
        [{ retryPolicy: { maxRetries: 1, perRetryTimeout: second, tcpRetryEvents: ['connection-error'] } }],
        ...['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'].map(
          (event): Row => [
            { retryPolicy: { maxRetries: 1, perRetryTimeout: second, grpcRetryEvents: [event] } },
          ],
        ),
      ],
    ),
    ...each<Row>(
      ['tcpRoute'],
      [[{ match: { port: 6379 } }], [{ match: {} }], [{ timeout: { idle: second } }]],
    ),
  ])('%s: %j', (type, said) => {
    const usual = type === 'tcpRoute' ? {} : { match: minMatch(type) };
    expect(inputOf(routeOf(type, said))).toEqual({ [type]: { ...usual, action: ordersInput, ...said } });
  });

  it.each(
    each<Translated>(allTypes, [
      [
        'by reference',
        { virtualNodeRef: { name: 'a' }, weight: 100 },
        { virtualNode: 'a_shop', weight: 100 },
      ],
      [
        'in another namespace',
        { virtualNodeRef: { name: 'a', namespace: 'b' }, virtualNodeARN: null, weight: 1, port: null },
        { virtualNode: 'a_b', weight: 1 },
      ],
      [
        'by ARN',
        { virtualNodeRef: null, virtualNodeARN: arn('virtualNode', 'a'), weight: 1 },
        { virtualNode: 'a', weight: 1 },
      ],
      [
        'at a port',
        { virtualNodeRef: { name: 'a' }, weight: 1, port: 8080 },
        { virtualNode: 'a_shop', weight: 1, port: 8080 },
      ],
    ]),
  )('%s: a target %s', (type, _, target, expected) => {
    const said = routeOf(type, { action: { weightedTargets: [target] } });
    expect(Object(inputOf(said))[type].action).toEqual({ weightedTargets: [expected] });
  });

  it.each(allTypes)('%s: ten targets, of which one has a weight, each asked for where it stands', (type) => {
    const weightedTargets = Array.from({ length: 10 }, (_, index) => ({
      virtualNodeRef: { name: `n${index}` },
      weight: index === 9 ? 1 : 0,
    }));
    const resolver = aResolver();
    const said = route.parse({ name: 'r', ...routeOf(type, { action: { weightedTargets } }) });
    const input = routeSpecInput(said, resolver, 'spec.routes[3]');
    expect(Object(input)[type].action.weightedTargets).toEqual(
      weightedTargets.map(({ weight }, index) => ({ virtualNode: `n${index}_shop`, weight })),
    );
    expect(resolver.asked).toEqual(
      weightedTargets.map(
        (_, index) => `VirtualNode spec.routes[3].${type}.action.weightedTargets[${index}].virtualNodeRef`,
      ),
    );
  });

  it.each([[0], [1000]])('priority %i', (priority) => {
    expect(inputOf({ priority, ...routeOf('tcpRoute', {}) })).toEqual({
      priority,
      tcpRoute: { action: ordersInput },
    });
  });

  it.each([
    [
      'httpRoute',
      {
        match: {
          prefix: '/',
          path: null,
          method: null,
          scheme: null,
          headers: null,
          queryParameters: null,
          port: null,
        },
        retryPolicy: null,
        timeout: { idle: null, perRequest: null },
      },
      { match: { prefix: '/' }, timeout: {} },
    ],
    [
      'http2Route',
      {
        match: {
          prefix: null,
          path: { exact: '/', regex: null },
          headers: [
            {
              name: 'a',
              match: { exact: null, prefix: null, suffix: null, regex: 'b', range: null },
              invert: null,
            },
          ],
          queryParameters: [{ name: 'a', match: null }],
        },
        retryPolicy: {
          maxRetries: 1,
          perRetryTimeout: second,
          httpRetryEvents: null,
          tcpRetryEvents: ['connection-error'],
        },
        timeout: null,
      },
      {
        match: {
          path: { exact: '/' },
          headers: [{ name: 'a', match: { regex: 'b' } }],
          queryParameters: [{ name: 'a' }],
        },
        retryPolicy: { maxRetries: 1, perRetryTimeout: second, tcpRetryEvents: ['connection-error'] },
      },
    ],
    [
      'grpcRoute',
      { match: { serviceName: null, methodName: null, metadata: null, port: null } },
      { match: {} },
    ],
    ['tcpRoute', { match: null, timeout: null }, {}],
  ])('%s: null is nothing', (type, said, expected) => {
    const others = Object.fromEntries(
      allTypes.filter((other) => other !== type).map((other) => [other, null]),
    );
    expect(inputOf({ priority: null, ...others, ...routeOf(type, said) })).toEqual({
      [type]: { action: ordersInput, ...expected },
    });
  });
});
