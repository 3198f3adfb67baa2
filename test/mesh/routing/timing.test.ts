import { describe, expect, it } from 'vitest';
import type { RouterRoute } from '../../../shared/mesh/routing/routes.ts';
import { listenerTimeoutMs, requestTimeoutMs, retriesOf } from '../../../shared/mesh/routing/timing.ts';
import { virtualNodeSpec } from '../../../shared/model/mesh/kinds/virtual-node.ts';

describe('the timeout of a request', () => {
  it.each([
    ['15 seconds by default', undefined, 15_000],
    ['in seconds', { unit: 's', value: 60 }, 60_000],
    ['in milliseconds', { unit: 'ms', value: 250 }, 250],
    ['unlimited if it is 0', { unit: 's', value: 0 }, Number.POSITIVE_INFINITY],
  ] as const)('the timeout of a request is %s', (_, perRequest, expected) => {
    expect(requestTimeoutMs(perRequest)).toBe(expected);
  });

  it('the timeout of a request is that of the listener with the port', () => {
    const node = virtualNodeSpec.parse({
      serviceDiscovery: { dns: { hostname: 'a.b' } },
      listeners: [
        { portMapping: { port: 80, protocol: 'http' } },
        {
          portMapping: { port: 81, protocol: 'grpc' },
          timeout: { grpc: { perRequest: { unit: 's', value: 2 } } },
        },
      ],
    });
    expect([80, 81, 82].map((port) => listenerTimeoutMs(node, port))).toEqual([15_000, 2000, 15_000]);
  });
});

describe('the timeout of a listener', () => {
  it.each(['http', 'http2', 'grpc'])('of %s is that of its protocol', (protocol) => {
    const timeout = { [protocol]: { perRequest: { unit: 's', value: 2 } } };
    const node = virtualNodeSpec.parse({
      serviceDiscovery: { dns: { hostname: 'a.b' } },
      listeners: [{ portMapping: { port: 80, protocol }, timeout }],
    });
    expect(listenerTimeoutMs(node, 80)).toBe(2000);
  });

  it('is the default of a virtual node without listeners', () => {
    expect(listenerTimeoutMs(virtualNodeSpec.parse({}), 80)).toBe(15_000);
  });
});

describe('the retries of a route', () => {
  const policy = (members: object) =>
    ({ maxRetries: 1, perRetryTimeout: { unit: 's', value: 0 }, ...members }) as RouterRoute['retryPolicy'];

  it('a route without a retry policy has App Mesh’s default retries', () => {
    expect(retriesOf(undefined)).toEqual({
      attempts: 2,
      perTryMs: undefined,
      conditions: ['reset', 'connect-failure', 'refused-stream', 'unavailable'],
      codes: [503],
    });
  });

  it.each([
    ['server-error', ['reset'], [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511]],
    ['gateway-error', ['reset'], [502, 503, 504]],
    ['client-error', [], [409]],
    ['stream-error', ['refused-stream'], []],
  ])(
    'retries on the event %s have the conditions and codes that App Mesh states',
    (event, conditions, codes) => {
      expect(retriesOf(policy({ httpRetryEvents: [event] }))).toMatchObject({ conditions, codes });
    },
  );

  it('retries name each condition once, with the events of gRPC and TCP', () => {
    const all = policy({
      httpRetryEvents: ['gateway-error', 'server-error'],
      grpcRetryEvents: ['cancelled'],
      tcpRetryEvents: ['connection-error'],
    });
    const { conditions, codes } = retriesOf(all);
    expect(conditions).toEqual(['reset', 'cancelled', 'connect-failure']);
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  it('retries have the timeout of each try, unless it is 0', () => {
    expect(retriesOf(policy({ httpRetryEvents: ['stream-error'] })).perTryMs).toBeUndefined();
    const limited = { perRetryTimeout: { unit: 'ms', value: 250 }, httpRetryEvents: ['stream-error'] };
    expect(retriesOf(policy(limited)).perTryMs).toBe(250);
  });
});
