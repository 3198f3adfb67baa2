import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

function unhealthyAfter30Seconds(): { bench: Bench; service: string; set: (status: string) => void } {
  const bench = new Bench({ customHealthAfterMs: 30_000 });
  const service = bench.service();
  bench.register(service, 'i');
  bench.clock.advance(100);
  const set = (Status: string) => {
    bench.call('UpdateInstanceCustomHealthStatus', { ServiceId: service, InstanceId: 'i', Status });
  };
  return { bench, service, set };
}

it('a change of custom health counts after its delay, and the revision stands still', () => {
  const { bench, service, set } = unhealthyAfter30Seconds();
  const before = bench.revision();
  set('UNHEALTHY');
  bench.clock.advance(29_999);
  expect([bench.health(service), bench.discovered({ HealthStatus: 'HEALTHY' })]).toEqual([
    { i: 'HEALTHY' },
    ['i'],
  ]);
  bench.clock.advance(1);
  expect([bench.health(service), bench.discovered({ HealthStatus: 'HEALTHY' })]).toEqual([
    { i: 'UNHEALTHY' },
    [],
  ]);
  expect(bench.revision()).toBe(before);
});

it('a repeated request changes health neither sooner nor later', () => {
  const { bench, service, set } = unhealthyAfter30Seconds();
  set('UNHEALTHY');
  bench.clock.advance(20_000);
  set('UNHEALTHY');
  bench.clock.advance(9_999);
  expect(bench.health(service)).toEqual({ i: 'HEALTHY' });
  bench.clock.advance(1);
  expect(bench.health(service)).toEqual({ i: 'UNHEALTHY' });
});

it('a change of health that is taken back in time has no effect', () => {
  const { bench, service, set } = unhealthyAfter30Seconds();
  set('UNHEALTHY');
  bench.clock.advance(20_000);
  set('HEALTHY');
  bench.clock.advance(60_000);
  expect(bench.health(service)).toEqual({ i: 'HEALTHY' });
});

it('another registration resets the health to the initial one and drops a change in progress', () => {
  const { bench, service, set } = unhealthyAfter30Seconds();
  set('UNHEALTHY');
  bench.clock.advance(30_000);
  set('HEALTHY');
  bench.register(service, 'i', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
  bench.clock.advance(100);
  expect(bench.health(service)).toEqual({ i: 'UNHEALTHY' });
  bench.clock.advance(60_000);
  expect(bench.health(service)).toEqual({ i: 'UNHEALTHY' });
});

it('a change of health without a delay counts at once', () => {
  const { bench, service, set } = unhealthyAfter30Seconds();
  bench.engine.settings.customHealthAfterMs = 0;
  set('UNHEALTHY');
  expect(bench.health(service)).toEqual({ i: 'UNHEALTHY' });
});

it('GetInstancesHealthStatus for an instance that does not exist is InstanceNotFound', () => {
  const { bench, service } = unhealthyAfter30Seconds();
  const input = { ServiceId: service, Instances: ['i', 'other'] };
  expect(bench.refusal('GetInstancesHealthStatus', input)).toMatchObject({ code: 'InstanceNotFound' });
});

it('GetInstancesHealthStatus pages, in whatever order the instances are named', () => {
  const { bench, service } = unhealthyAfter30Seconds();
  bench.register(service, 'j');
  bench.clock.advance(100);
  const input = { ServiceId: service, Instances: ['j', 'i'], MaxResults: 1 };
  const { Status, NextToken } = bench.call('GetInstancesHealthStatus', input);
  const rest = bench.call('GetInstancesHealthStatus', { ...input, NextToken });
  expect([Status, rest.Status, rest.NextToken]).toEqual([{ i: 'HEALTHY' }, { j: 'HEALTHY' }, undefined]);
});

it('a service with a Route 53 health check is checked, its health unknown', () => {
  const bench = new Bench();
  const namespaceId = bench.namespace();
  const HealthCheckConfig = { Type: 'TCP' };
  const service = bench.service({ namespaceId, HealthCheckConfig, HealthCheckCustomConfig: undefined });
  const withoutPort = { ServiceId: service, InstanceId: 'i', Attributes: {} };
  expect(bench.refusal('RegisterInstance', withoutPort)).toMatchObject({ code: 'InvalidInput' });
  bench.register(service, 'i', { AWS_INSTANCE_IPV4: '192.0.2.1', AWS_INSTANCE_PORT: '80' });
  bench.clock.advance(100);
  expect(bench.health(service)).toEqual({ i: 'UNKNOWN' });
  expect(bench.discovered({ HealthStatus: 'UNHEALTHY' })).toEqual([]);
  expect(bench.discovered({ HealthStatus: 'HEALTHY_OR_ELSE_ALL' })).toEqual(['i']);
});
