import { describe, expect, it } from 'vitest';
import { type Fields, listening, reported, upstream } from './translated.ts';

const check = {
  ...{ healthyThreshold: 2, unhealthyThreshold: 3, intervalMillis: 5000, timeoutMillis: 2000 },
  ...{ protocol: 'http', path: '/ping' },
};
const outlierDetection = {
  ...{ maxServerErrors: 5, maxEjectionPercent: 50 },
  ...{ interval: { unit: 's', value: 10 }, baseEjectionDuration: { unit: 's', value: 30 } },
};

describe("what a client's cluster has of a listener", () => {
  it('it has no limits: the pool of a listener limits its own Envoy', () => {
    const { cluster } = upstream(listening({ connectionPool: { http: { maxConnections: 1 } } })) as Fields;
    expect(new Set(Object.values(cluster.circuit_breakers.thresholds[0]))).toEqual(new Set([2147483647]));
  });

  it('outlier detection ejects by consecutive errors only, and one host at least', () => {
    expect(upstream(listening({ outlierDetection })).cluster).toMatchObject({
      outlier_detection: {
        ...{ consecutive_5xx: 5, interval: '10s', base_ejection_time: '30s', max_ejection_percent: 50 },
        ...{ always_eject_one_host: true, enforcing_success_rate: 0 },
      },
    });
  });

  it('times of 0, which Envoy does not take, are refused', () => {
    const zero = { unit: 'ms', value: 0 };
    const node = listening({
      outlierDetection: { ...outlierDetection, interval: zero, baseEjectionDuration: zero },
    });
    expect(upstream(node).cluster).not.toHaveProperty('outlier_detection');
    expect(reported('VirtualNode', 'blue', node)).toEqual([
      'refused spec.listeners[0].outlierDetection.interval',
      'refused spec.listeners[0].outlierDetection.baseEjectionDuration',
    ]);
  });

  it.each([
    [check, { http_health_check: { path: '/ping', host: 'blue.apps.svc.cluster.local' } }],
    [
      { ...check, protocol: 'http2' },
      { http_health_check: expect.objectContaining({ codec_client_type: 'HTTP2' }) },
    ],
    [{ ...check, protocol: 'grpc' }, { grpc_health_check: {} }],
    [{ ...check, protocol: 'tcp' }, { tcp_health_check: {} }],
  ])('each client runs the health check: %o', (healthCheck, expected) => {
    const { cluster } = upstream(listening({ healthCheck }, {}, 'grpc')) as Fields;
    expect(cluster.health_checks).toEqual([
      {
        ...{ timeout: '2s', interval: '5s', no_traffic_interval: '5s' },
        ...{ healthy_threshold: 2, unhealthy_threshold: 3, ...expected },
      },
    ]);
  });

  it.each([
    [{ ...check, port: 9000 }, ['refused spec.listeners[0].healthCheck.port']],
    [{ ...check, port: 8080 }, []],
    [{ ...check, protocol: 'grpc' }, ['refused spec.listeners[0].healthCheck.protocol']],
    [{ ...check, path: null }, ['differs spec.listeners[0].healthCheck.path']],
  ])('of the health check %o it is stated what is not possible', (healthCheck, expected) => {
    expect(reported('VirtualNode', 'blue', listening({ healthCheck }))).toEqual(expected);
  });

  it('what Envoy would refuse in the proxies of clients is refused here', () => {
    const node = listening({ healthCheck: { ...check, path: '/a\nb' } });
    expect(reported('VirtualNode', 'blue', node)).toEqual(['refused spec.listeners[0]']);
  });

  it('a health check that Envoy would refuse is left out of the clients', () => {
    const healthCheck = { ...check, protocol: 'grpc' };
    expect(upstream(listening({ healthCheck })).cluster).not.toHaveProperty('health_checks');
  });
});
