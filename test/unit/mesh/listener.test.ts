import { describe, expect, it } from 'vitest';
import { virtualGatewaySpecInput } from '../../../shared/mesh/translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../../../shared/mesh/translate/virtual-node.ts';
import { virtualGatewaySpec } from '../../../shared/model/mesh/virtual-gateway.ts';
import { virtualNodeSpec } from '../../../shared/model/mesh/virtual-node.ts';
import { aResolver } from './kit.ts';
import { type Faulty, faultsOf, type Translated } from './specs.ts';

const serviceDiscovery = { dns: { hostname: 'orders.shop' } };
const node = {
  kind: 'VirtualNode',
  faults: (listeners: unknown) => faultsOf(virtualNodeSpec, { serviceDiscovery, listeners }),
  input: (listeners: unknown) =>
    virtualNodeSpecInput(virtualNodeSpec.parse({ serviceDiscovery, listeners }), aResolver()).listeners,
  protocols: '"http"|"http2"|"grpc"|"tcp"',
  pools: 'http, http2, grpc, tcp',
};
const gateway = {
  kind: 'VirtualGateway',
  faults: (listeners: unknown) => faultsOf(virtualGatewaySpec, { listeners }),
  input: (listeners: unknown) => virtualGatewaySpecInput(virtualGatewaySpec.parse({ listeners })).listeners,
  protocols: '"http"|"http2"|"grpc"',
  pools: 'http, http2, grpc',
};

const aListener = (changes: object, protocol = 'http') => ({
  portMapping: { port: 8080, protocol },
  ...changes,
});
const healthCheck = {
  protocol: 'http',
  healthyThreshold: 2,
  unhealthyThreshold: 10,
  intervalMillis: 5000,
  timeoutMillis: 2000,
};
const check = (changes: object) => ({ healthCheck: { ...healthCheck, ...changes } });
const pool = (protocol: string, members: object) =>
  aListener({ connectionPool: { [protocol]: members } }, protocol);
const path = 'spec.listeners[0]';

describe.each([node, gateway])('a listener of a $kind', ({ faults, input, protocols, pools }) => {
  it.each<Translated>([
    [aListener({})],
    [aListener({}, 'http2')],
    [aListener({}, 'grpc')],
    [aListener({ healthCheck: null, connectionPool: null, tls: null }), aListener({})],
    [aListener({ healthCheck })],
    [aListener(check({ protocol: 'http2' }))],
    [aListener(check({ protocol: 'grpc' }))],
    [aListener(check({ path: '/ping' }))],
    [aListener(check({ port: 8080 }))],
    [aListener(check({ path: null, port: null })), aListener({ healthCheck })],
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
    expect(input([listener])).toStrictEqual([expected]);
  });

  it('may be one of many', () => {
    const listeners = [aListener({}), { portMapping: { port: 65535, protocol: 'grpc' } }];
    expect(input(listeners)).toStrictEqual(listeners);
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
    expect(faults([listener])).toBe(expected);
  });
});

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
    expect(node.input([listener])).toStrictEqual([expected]);
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
    expect(node.faults([listener])).toBe(expected);
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
    expect(gateway.faults([listener])).toBe(expected);
  });
});
