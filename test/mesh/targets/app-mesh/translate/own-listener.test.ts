import { describe, expect, it } from 'vitest';
import type { Faulty, Translated } from '../../../../model/mesh/specs.ts';
import { aListener, check, gateway, node, pool } from './node-and-gateway.ts';

const path = 'spec.listeners[0]';

describe('a listener of a VirtualNode only', () => {
  const second = { unit: 's', value: 1 };
  const outlierDetection = {
    baseEjectionDuration: { unit: 'ms', value: 0 },
    interval: { unit: 's', value: 10 },
    maxEjectionPercent: 100,
    maxServerErrors: 5,
  };
  const outlier = (changes: object) => aListener({ outlierDetection: { ...outlierDetection, ...changes } });
  const timeout = (members: object) => aListener({ timeout: members });

  it.each<Translated>([
    [aListener({}, 'tcp')],
    [aListener(check({ protocol: 'tcp' }), 'tcp')],
    [pool('tcp', { maxConnections: 1 })],
    [aListener({ outlierDetection: null, timeout: null }), aListener({})],
    [outlier({})],
    [outlier({ maxEjectionPercent: 0 })],
    [outlier({ maxServerErrors: 1 })],
    [timeout({ http: { idle: second, perRequest: { unit: 'ms', value: 500 } } })],
    [timeout({ http: { idle: null, perRequest: second } }), timeout({ http: { perRequest: second } })],
    [timeout({ http2: { idle: second } })],
    [timeout({ http2: { perRequest: second } })],
    [timeout({ grpc: { idle: second } })],
    [timeout({ grpc: { perRequest: second }, tcp: null }), timeout({ grpc: { perRequest: second } })],
    [aListener({ timeout: { tcp: { idle: second } } }, 'tcp')],
    [timeout({ tcp: { idle: null } }), timeout({ tcp: {} })],
  ])('%j becomes %j', (listener, expected = listener) => {
    expect(node.input({ listeners: [listener] }).listeners).toStrictEqual([expected]);
  });

  it.each<Faulty>([
    [
      pool('tcp', { maxConnections: 0 }),
      `${path}.connectionPool.tcp.maxConnections: Too small: expected number to be >=1`,
    ],
    [
      pool('tcp', { maxRequests: 1 }),
      `${path}.connectionPool.tcp.maxConnections: Invalid input: expected number, received undefined\n${path}.connectionPool.tcp: Unrecognized key: "maxRequests"`,
    ],
    [
      aListener({ outlierDetection: {} }),
      [
        `${path}.outlierDetection.baseEjectionDuration: Invalid input: expected object, received undefined`,
        `${path}.outlierDetection.interval: Invalid input: expected object, received undefined`,
        `${path}.outlierDetection.maxEjectionPercent: Invalid input: expected number, received undefined`,
        `${path}.outlierDetection.maxServerErrors: Invalid input: expected number, received undefined`,
      ].join('\n'),
    ],
    [
      outlier({ baseEjectionDuration: { unit: 'm', value: 1 } }),
      `${path}.outlierDetection.baseEjectionDuration.unit: Invalid option: expected one of "s"|"ms"`,
    ],
    [
      outlier({ interval: { unit: 's', value: -1 } }),
      `${path}.outlierDetection.interval.value: Too small: expected number to be >=0`,
    ],
    [
      outlier({ maxEjectionPercent: 101 }),
      `${path}.outlierDetection.maxEjectionPercent: Too big: expected number to be <=100`,
    ],
    [
      outlier({ maxServerErrors: 0 }),
      `${path}.outlierDetection.maxServerErrors: Too small: expected number to be >=1`,
    ],
    [timeout({}), `${path}.timeout: expected exactly one of http, http2, grpc, tcp; found none`],
    [
      timeout({ http: {}, grpc: {} }),
      `${path}.timeout: expected exactly one of http, http2, grpc, tcp; found http and grpc`,
    ],
    [
      timeout({ http: { idle: '1s' } }),
      `${path}.timeout.http.idle: Invalid input: expected object, received string`,
    ],
    [
      timeout({ http2: { perRequest: { unit: 's' } } }),
      `${path}.timeout.http2.perRequest.value: Invalid input: expected number, received undefined`,
    ],
    [
      timeout({ grpc: { perRequest: { unit: 's', value: 0.5 } } }),
      `${path}.timeout.grpc.perRequest.value: Invalid input: expected int, received number`,
    ],
    [timeout({ tcp: { perRequest: second } }), `${path}.timeout.tcp: Unrecognized key: "perRequest"`],
  ])('%j is wrong', (listener, expected) => {
    expect(node.faults({ listeners: [listener] })).toBe(expected);
  });
});

describe('a listener of a VirtualGateway', () => {
  it.each<Faulty>([
    [
      aListener({}, 'tcp'),
      `${path}.portMapping.protocol: Invalid option: expected one of "http"|"http2"|"grpc"`,
    ],
    [
      aListener(check({ protocol: 'tcp' })),
      `${path}.healthCheck.protocol: Invalid option: expected one of "http"|"http2"|"grpc"`,
    ],
    [aListener({ timeout: {} }), `${path}: Unrecognized key: "timeout"`],
    [aListener({ outlierDetection: {} }), `${path}: Unrecognized key: "outlierDetection"`],
  ])('%j is wrong', (listener, expected) => {
    expect(gateway.faults({ listeners: [listener] })).toBe(expected);
  });
});
