import { describe, expect, it } from 'vitest';
import {
  serviceSpec,
  targetGroupPolicySpec,
} from '../../../../../shared/mesh/targets/gateway-api/translate/node.ts';
import { listener } from '../../../../../shared/model/mesh/listener.ts';

const on = (port: number, protocol: string) => listener.parse({ portMapping: { port, protocol } });

describe('the Service of a virtual node', () => {
  it('has each port of the listeners once, under the name and protocol of the last', () => {
    const listeners = [on(80, 'http'), on(81, 'http2'), on(82, 'grpc'), on(83, 'tcp'), on(80, 'http2')];
    const port = (name: string, number: number, appProtocol: string) => ({
      ...{ name, port: number, targetPort: number, protocol: 'TCP' },
      appProtocol,
    });
    expect(serviceSpec({ app: 'blue' }, listeners)).toEqual({
      selector: { app: 'blue' },
      ports: [
        port('http2-80', 80, 'kubernetes.io/h2c'),
        port('http2-81', 81, 'kubernetes.io/h2c'),
        port('grpc-82', 82, 'grpc'),
        port('tcp-83', 83, 'tcp'),
      ],
    });
  });
});

describe('how VPC Lattice calls the pods of a Service', () => {
  const targetRef = { group: '', kind: 'Service', name: 'blue' };
  const specFor = (protocol: string, healthCheck?: object) =>
    targetGroupPolicySpec(
      { namespace: 'apps', name: 'blue' },
      listener.parse({
        portMapping: { port: 8080, protocol },
        ...(healthCheck && {
          healthCheck: {
            ...{ healthyThreshold: 2, unhealthyThreshold: 3, intervalMillis: 5001, timeoutMillis: 2001 },
            ...healthCheck,
          },
        }),
      }),
    );

  it.each([
    ['http', 'HTTP1'],
    ['http2', 'HTTP2'],
    ['grpc', 'GRPC'],
    ['tcp', undefined],
  ])('for %s is %s', (protocol, protocolVersion) => {
    expect(specFor(protocol)).toEqual({ targetRef, protocol: 'HTTP', protocolVersion });
  });

  it.each([
    [
      { protocol: 'http', path: '/ping', port: 8081 },
      { protocolVersion: 'HTTP1', path: '/ping', port: 8081 },
    ],
    [
      { protocol: 'http2', path: '/ping' },
      { protocolVersion: 'HTTP2', path: '/ping' },
    ],
    [
      { protocol: 'http', path: '/' },
      { protocolVersion: 'HTTP1', path: '/' },
    ],
    [
      { protocol: 'http', path: '/', intervalMillis: 6000, timeoutMillis: 3000 },
      { protocolVersion: 'HTTP1', path: '/', intervalSeconds: 6, timeoutSeconds: 3 },
    ],
  ])('with the health check %j checks by %j, in whole seconds, rounded up', (healthCheck, expected) => {
    expect(specFor('http', healthCheck)).toEqual({
      ...{ targetRef, protocol: 'HTTP', protocolVersion: 'HTTP1' },
      healthCheck: {
        ...{ enabled: true, protocol: 'HTTP', intervalSeconds: 6, timeoutSeconds: 3 },
        ...{ healthyThresholdCount: 2, unhealthyThresholdCount: 3 },
        ...expected,
      },
    });
  });

  it.each(['tcp', 'grpc'])('has no check by %s', (protocol) => {
    expect(specFor('http', { protocol })).toEqual({ targetRef, protocol: 'HTTP', protocolVersion: 'HTTP1' });
  });
});
