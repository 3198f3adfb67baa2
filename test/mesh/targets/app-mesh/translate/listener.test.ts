import { describe, expect, it } from 'vitest';
import type { Faulty, Translated } from '../../../../model/mesh/specs.ts';
import { aListener, check, gateway, node, pool } from './node-and-gateway.ts';

const path = 'spec.listeners[0]';

describe.each([node, gateway])('a listener of a $kind', ({ faults, input, protocols, pools }) => {
  it.each<Translated>([
    [aListener({})],
    [aListener({}, 'http2')],
    [aListener({}, 'grpc')],
    [aListener({ healthCheck: null, connectionPool: null, tls: null }), aListener({})],
    [aListener(check({}))],
    [aListener(check({ protocol: 'http2' }))],
    [aListener(check({ protocol: 'grpc' }))],
    [aListener(check({ path: '/ping' }))],
    [aListener(check({ port: 8080 }))],
    [aListener(check({ path: null, port: null })), aListener(check({}))],
    [aListener(check({ healthyThreshold: 10, unhealthyThreshold: 2 }))],
    [aListener(check({ intervalMillis: 300_000, timeoutMillis: 60_000 }))],
    [pool('http', { maxConnections: 1 })],
    [pool('http', { maxConnections: 100, maxPendingRequests: 10 })],
    [pool('http', { maxConnections: 1, maxPendingRequests: null }), pool('http', { maxConnections: 1 })],
    [pool('http2', { maxRequests: 1 })],
    [pool('grpc', { maxRequests: 2_147_483_647 })],
    [
      aListener({ connectionPool: { http: { maxConnections: 1 }, http2: null, grpc: null } }),
      pool('http', { maxConnections: 1 }),
    ],
  ])('%j becomes %j', (listener, expected = listener) => {
    expect(input({ listeners: [listener] }).listeners).toStrictEqual([expected]);
  });

  it('a listener may be one of many', () => {
    const listeners = [aListener({}), { portMapping: { port: 65535, protocol: 'grpc' } }];
    expect(input({ listeners }).listeners).toStrictEqual(listeners);
  });

  it.each<Faulty>([
    [{}, `${path}.portMapping: Invalid input: expected object, received undefined`],
    [aListener({ port: 1 }), `${path}: Unrecognized key: "port"`],
    [
      { portMapping: { protocol: 'http' } },
      `${path}.portMapping.port: Invalid input: expected number, received undefined`,
    ],
    [
      { portMapping: { port: 0, protocol: 'http' } },
      `${path}.portMapping.port: Too small: expected number to be >=1`,
    ],
    [
      { portMapping: { port: 65536, protocol: 'http' } },
      `${path}.portMapping.port: Too big: expected number to be <=65535`,
    ],
    [
      { portMapping: { port: 80.5, protocol: 'http' } },
      `${path}.portMapping.port: Invalid input: expected int, received number`,
    ],
    [
      { portMapping: { port: 80 } },
      `${path}.portMapping.protocol: Invalid option: expected one of ${protocols}`,
    ],
    [
      { portMapping: { port: 80, protocol: 'HTTP' } },
      `${path}.portMapping.protocol: Invalid option: expected one of ${protocols}`,
    ],
    [
      aListener(check({ protocol: undefined })),
      `${path}.healthCheck.protocol: Invalid option: expected one of ${protocols}`,
    ],
    [
      aListener(check({ protocol: 'udp' })),
      `${path}.healthCheck.protocol: Invalid option: expected one of ${protocols}`,
    ],
    [
      aListener(check({ healthyThreshold: 1 })),
      `${path}.healthCheck.healthyThreshold: Too small: expected number to be >=2`,
    ],
    [
      aListener(check({ healthyThreshold: undefined })),
      `${path}.healthCheck.healthyThreshold: Invalid input: expected number, received undefined`,
    ],
    [
      aListener(check({ unhealthyThreshold: 11 })),
      `${path}.healthCheck.unhealthyThreshold: Too big: expected number to be <=10`,
    ],
    [
      aListener(check({ intervalMillis: 4999 })),
      `${path}.healthCheck.intervalMillis: Too small: expected number to be >=5000`,
    ],
    [
      aListener(check({ intervalMillis: 300_001 })),
      `${path}.healthCheck.intervalMillis: Too big: expected number to be <=300000`,
    ],
    [
      aListener(check({ timeoutMillis: 1999 })),
      `${path}.healthCheck.timeoutMillis: Too small: expected number to be >=2000`,
    ],
    [
      aListener(check({ timeoutMillis: 60_001 })),
      `${path}.healthCheck.timeoutMillis: Too big: expected number to be <=60000`,
    ],
    [
      aListener(check({ path: 80 })),
      `${path}.healthCheck.path: Invalid input: expected string, received number`,
    ],
    [aListener(check({ port: 0 })), `${path}.healthCheck.port: Too small: expected number to be >=1`],
    [aListener(check({ interval: 1 })), `${path}.healthCheck: Unrecognized key: "interval"`],
    [
      pool('http', {}),
      `${path}.connectionPool.http.maxConnections: Invalid input: expected number, received undefined`,
    ],
    [
      pool('http', { maxConnections: 0 }),
      `${path}.connectionPool.http.maxConnections: Too small: expected number to be >=1`,
    ],
    [
      pool('http', { maxConnections: 1, maxPendingRequests: 0 }),
      `${path}.connectionPool.http.maxPendingRequests: Too small: expected number to be >=1`,
    ],
    [
      pool('http2', { maxRequests: 0 }),
      `${path}.connectionPool.http2.maxRequests: Too small: expected number to be >=1`,
    ],
    [
      pool('grpc', { maxRequests: 2_147_483_648 }),
      `${path}.connectionPool.grpc.maxRequests: Too big: expected number to be <=2147483647`,
    ],
    [
      aListener({ connectionPool: { grpc: { maxRequests: 1 } } }),
      `${path}.connectionPool: expected http, as the listener's protocol is; found grpc`,
    ],
    [
      aListener({ connectionPool: {} }),
      `${path}.connectionPool: expected exactly one of ${pools}; found none`,
    ],
    [
      aListener({ connectionPool: { http: { maxConnections: 1 }, http2: { maxRequests: 1 } } }),
      [
        `${path}.connectionPool: expected exactly one of ${pools}; found http and http2`,
        `${path}.connectionPool: expected http, as the listener's protocol is; found http and http2`,
      ].join('\n'),
    ],
  ])('%j is wrong', (listener, expected) => {
    expect(faults({ listeners: [listener] })).toBe(expected);
  });
});
