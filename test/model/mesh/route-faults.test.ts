import { describe, expect, it } from 'vitest';
import { virtualRouterSpec } from '../../../shared/model/mesh/kinds/virtual-router.ts';
import { arn, expectedArn, expectedName } from '../../mesh/targets/app-mesh/translate/harness.ts';
import {
  allTypes,
  each,
  type Fault,
  httpTypes,
  namedMatchFaults,
  pathMatchFaults,
  requestTypes,
  routeOf,
  second,
} from '../../mesh/targets/app-mesh/translate/route-tables.ts';
import { faultsOf } from './specs.ts';

const faultsIn = (said: object) => faultsOf(virtualRouterSpec, { routes: [{ name: 'r', ...said }] });

describe('faults of a route', () => {
  const tcp = routeOf('tcpRoute', {});
  const oneType = 'expected exactly one of httpRoute, http2Route, grpcRoute, tcpRoute; found';
  it.each([
    [{}, `: ${oneType} none`],
    [{ ...routeOf('httpRoute', {}), ...routeOf('tcpRoute', {}) }, `: ${oneType} httpRoute and tcpRoute`],
    [{ name: '', ...tcp }, '.name: Too small: expected string to have >=1 characters'],
    [{ name: 'r'.repeat(256), ...tcp }, '.name: Too big: expected string to have <=255 characters'],
    [{ priority: -1, ...tcp }, '.priority: Too small: expected number to be >=0'],
    [{ priority: 1001, ...tcp }, '.priority: Too big: expected number to be <=1000'],
    [{ priority: 0.5, ...tcp }, '.priority: Invalid input: expected int, received number'],
    [{ udpRoute: {}, ...tcp }, ': Unrecognized key: "udpRoute"'],
  ])('%j', (said, received) => {
    expect(faultsIn(said)).toBe(`spec.routes[0]${received}`);
  });

  it.each([
    ...each<Fault>(httpTypes, pathMatchFaults),
    ...each<Fault>(httpTypes, [
      [{}, ': expected exactly one of prefix, path; found none'],
      [
        { prefix: '/', path: { exact: '/' } },
        ': expected exactly one of prefix, path; found prefix and path',
      ],
      [{ prefix: '/', scheme: 'ftp' }, '.scheme: Invalid option: expected one of "http"|"https"'],
      [{ prefix: '/', hostname: {} }, ': Unrecognized key: "hostname"'],
    ]),
    ...each<Fault>(
      ['grpcRoute'],
      [
        [{ serviceName: 1 }, '.serviceName: Invalid input: expected string, received number'],
        [{ methodName: 'GetColor' }, ': expected a serviceName beside the methodName'],
        [
          { serviceName: 's', methodName: '' },
          '.methodName: Too small: expected string to have >=1 characters',
        ],
        [
          { serviceName: 's', methodName: 'm'.repeat(51) },
          '.methodName: Too big: expected string to have <=50 characters',
        ],
        [{ metadata: [] }, '.metadata: Too small: expected array to have >=1 items'],
        [
          { metadata: Array.from({ length: 11 }, () => ({ name: 'a' })) },
          '.metadata: Too big: expected array to have <=10 items',
        ],
        [{ port: 0 }, '.port: Too small: expected number to be >=1'],
        [{ prefix: '/' }, ': Unrecognized key: "prefix"'],
      ],
    ),
    ...each<Fault>(['tcpRoute'], [[{ port: 65536 }, '.port: Too big: expected number to be <=65535']]),
  ])('%s: match %j', (type, match, received) => {
    expect(faultsIn(routeOf(type, { match }))).toBe(`spec.routes[0].${type}.match${received}`);
  });

  it.each(each<Fault>(httpTypes, namedMatchFaults))('%s: header %j', (type, header, received) => {
    expect(faultsIn(routeOf(type, { match: { prefix: '/', headers: [header] } }))).toBe(
      `spec.routes[0].${type}.match.headers[0]${received}`,
    );
  });

  it.each(namedMatchFaults)('grpcRoute: metadata %j', (metadata, received) => {
    expect(faultsIn(routeOf('grpcRoute', { match: { metadata: [metadata] } }))).toBe(
      `spec.routes[0].grpcRoute.match.metadata[0]${received}`,
    );
  });

  const node = { virtualNodeRef: { name: 'a' } };
  const oneNode = 'expected exactly one of virtualNodeRef, virtualNodeARN; found';
  it.each(
    each<Fault>(allTypes, [
      [[], ': Too small: expected array to have >=1 items'],
      [
        Array.from({ length: 11 }, () => ({ ...node, weight: 1 })),
        ': Too big: expected array to have <=10 items',
      ],
      [[{ ...node, weight: 0 }], ': expected a weight above 0 in one of the targets'],
      [[{ ...node, weight: 101 }], '[0].weight: Too big: expected number to be <=100'],
      [[{ ...node, weight: -1 }], '[0].weight: Too small: expected number to be >=0'],
      [[node], '[0].weight: Invalid input: expected number, received undefined'],
      [[{ ...node, weight: 1, port: 0 }], '[0].port: Too small: expected number to be >=1'],
      [[{ weight: 1 }], `[0]: ${oneNode} none`],
      [
        [{ ...node, virtualNodeARN: arn('virtualNode', 'a'), weight: 1 }],
        `[0]: ${oneNode} virtualNodeRef and virtualNodeARN`,
      ],
      [[{ virtualNodeRef: { name: 'a_b' }, weight: 1 }], `[0].virtualNodeRef.name: ${expectedName}`],
      [[{ virtualNodeARN: 'a', weight: 1 }], `[0].virtualNodeARN: ${expectedArn('virtualNode')}`],
    ]),
  )('%s: targets %j', (type, weightedTargets, received) => {
    expect(faultsIn(routeOf(type, { action: { weightedTargets } }))).toBe(
      `spec.routes[0].${type}.action.weightedTargets${received}`,
    );
  });

  const events = { httpRetryEvents: ['server-error'] };
  const retry = { ...events, maxRetries: 1, perRetryTimeout: second };
  it.each([
    ...each<Fault>(requestTypes, [
      [
        { ...events, perRetryTimeout: second },
        '.maxRetries: Invalid input: expected number, received undefined',
      ],
      [{ ...retry, maxRetries: -1 }, '.maxRetries: Too small: expected number to be >=0'],
      [{ ...events, maxRetries: 1 }, '.perRetryTimeout: Invalid input: expected object, received undefined'],
      [
        { ...retry, perRetryTimeout: { unit: 'm', value: 1 } },
        '.perRetryTimeout.unit: Invalid option: expected one of "s"|"ms"',
      ],
      [
        { ...retry, perRetryTimeout: { unit: 's', value: -1 } },
        '.perRetryTimeout.value: Too small: expected number to be >=0',
      ],
      [{ ...retry, httpRetryEvents: [] }, '.httpRetryEvents: Too small: expected array to have >=1 items'],
      [
        { ...retry, httpRetryEvents: ['5xx'] },
        '.httpRetryEvents[0]: Invalid option: expected one of "server-error"|"gateway-error"|"client-error"|"stream-error"',
      ],
      [
        { ...retry, httpRetryEvents: Array.from({ length: 26 }, () => 'server-error') },
        '.httpRetryEvents: Too big: expected array to have <=25 items',
      ],
      [
        { ...retry, tcpRetryEvents: ['reset'] },
        '.tcpRetryEvents[0]: Invalid input: expected "connection-error"',
      ],
      [
        { ...retry, tcpRetryEvents: ['connection-error', 'connection-error'] },
        '.tcpRetryEvents: Too big: expected array to have <=1 items',
      ],
    ]),
    ...each<Fault>(httpTypes, [
      [
        { ...retry, httpRetryEvents: null },
        ': expected at least one of httpRetryEvents, tcpRetryEvents; found none',
      ],
      [{ ...retry, grpcRetryEvents: ['internal'] }, ': Unrecognized key: "grpcRetryEvents"'],
    ]),
    ...each<Fault>(
      ['grpcRoute'],
      [
        [
          { ...retry, httpRetryEvents: null },
          ': expected at least one of grpcRetryEvents, httpRetryEvents, tcpRetryEvents; found none',
        ],
        [
          { ...retry, grpcRetryEvents: ['aborted'] },
          '.grpcRetryEvents[0]: Invalid option: expected one of "cancelled"|"deadline-exceeded"|"internal"|"resource-exhausted"|"unavailable"',
        ],
        [
          { ...retry, grpcRetryEvents: Array.from({ length: 6 }, () => 'internal') },
          '.grpcRetryEvents: Too big: expected array to have <=5 items',
        ],
      ],
    ),
  ])('%s: retryPolicy %j', (type, retryPolicy, received) => {
    expect(faultsIn(routeOf(type, { retryPolicy }))).toBe(`spec.routes[0].${type}.retryPolicy${received}`);
  });

  it.each([
    ...each<Fault>(allTypes, [
      [{ idle: 5 }, '.idle: Invalid input: expected object, received number'],
      [{ idle: { value: 1 } }, '.idle.unit: Invalid option: expected one of "s"|"ms"'],
    ]),
    ...each<Fault>(requestTypes, [
      [
        { perRequest: { unit: 's' } },
        '.perRequest.value: Invalid input: expected number, received undefined',
      ],
    ]),
    ...each<Fault>(['tcpRoute'], [[{ perRequest: second }, ': Unrecognized key: "perRequest"']]),
  ])('%s: timeout %j', (type, timeout, received) => {
    expect(faultsIn(routeOf(type, { timeout }))).toBe(`spec.routes[0].${type}.timeout${received}`);
  });

  it.each(each<readonly [missing: string]>(requestTypes, [['match'], ['action']]))(
    '%s: without its %s',
    (type, missing) => {
      expect(faultsIn(routeOf(type, { [missing]: undefined }))).toBe(
        `spec.routes[0].${type}.${missing}: Invalid input: expected object, received undefined`,
      );
    },
  );

  it('tcpRoute: a retry policy it has none of', () => {
    expect(faultsIn(routeOf('tcpRoute', { retryPolicy: retry }))).toBe(
      'spec.routes[0].tcpRoute: Unrecognized key: "retryPolicy"',
    );
  });
});
