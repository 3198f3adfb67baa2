import { describe, expect, it } from 'vitest';
import { isAvailable, isOfCluster } from '../../../../shared/service-entries/plan/instances/available.ts';
import { importedInstances } from '../../../../shared/service-entries/plan/instances/imported-instances.ts';
import { type Attributes, instancesOf, optionsOf, serviceOf } from '../fixtures.ts';

describe('an instance', () => {
  it.each([
    ['HEALTHY', {}, true],
    ['UNKNOWN', {}, true],
    ['UNHEALTHY', {}, false],
    ['HEALTHY', { READY: 'False' }, false],
    ['HEALTHY', { READY: 'true' }, true],
    ['HEALTHY', { READY: '' }, true],
    ['HEALTHY', { WEIGHT: '0' }, false],
    ['HEALTHY', { WEIGHT: '1' }, true],
    ['HEALTHY', { WEIGHT: 'none' }, true],
  ])('with health %s and the attributes %j gets requests: %s', (health, attributes, expected) => {
    expect(isAvailable({ id: 'i', attributes, health } as never, { weightAttribute: 'WEIGHT' })).toBe(
      expected,
    );
  });

  it('is of the cluster that its attribute names', () => {
    const of = (attributes: Attributes) => isOfCluster({ id: 'i', attributes } as never, 'production');
    expect([of({ 'k8s.io/cluster': 'production' }), of({ 'k8s.io/cluster': 'x' }), of({})]).toEqual([
      ...[true, false, false],
    ]);
  });
});

describe('the instances that are imported', () => {
  const imported = (...attributes: readonly Attributes[]) => {
    const instances = instancesOf(...attributes);
    return importedInstances({ ...serviceOf('web', instances), instances }, 'production', optionsOf(), []);
  };
  const own = { AWS_INSTANCE_IPV4: '10.0.0.1', 'k8s.io/cluster': 'production' };
  const ip = { AWS_INSTANCE_IPV4: '10.0.0.2' };
  const name = { AWS_INSTANCE_CNAME: 'db.example.com' };

  it('are not pods of the cluster itself, which are counted', () => {
    expect([imported(own, own, ip).ownPods, imported(ip).ownPods, imported().ownPods]).toEqual([2, 0, 0]);
    expect(imported(own, ip).available.map(({ id }) => id)).toEqual(['i1']);
  });

  it('have names if one of them has one', () => {
    expect([imported(ip, name).hasNames, imported(ip).hasNames, imported().hasNames]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('are without those that have no address or no port that can be routed, and say so', () => {
    const udp = { ...ip, SERVICE_PROTOCOL: 'UDP' };
    const noAddress =
      'it has no valid AWS_INSTANCE_IPV4, AWS_INSTANCE_IPV6, AWS_INSTANCE_CNAME or AWS_ALIAS_DNS_NAME';
    const noPort = 'the protocol of its port is not one that Istio routes';
    const { available, notes } = imported({}, udp, {}, ip);
    expect(available.map(({ id }) => id)).toEqual(['i3']);
    expect(notes).toEqual([
      { kind: 'InstanceSkipped', message: `2 instances are left out: ${noAddress}; the first is i0` },
      { kind: 'InstanceSkipped', message: `Instance i1 is left out: ${noPort}` },
    ]);
  });

  it('have notes about attributes that are ignored', () => {
    const { weightAttribute } = optionsOf();
    const { notes } = imported(
      { ...ip, AWS_INSTANCE_PORT: 'x' },
      { ...ip, AWS_INSTANCE_PORT: '0', [weightAttribute]: '-1' },
    );
    expect(notes).toEqual([
      {
        kind: 'InvalidAttribute',
        message:
          'AWS_INSTANCE_PORT is no port number, and the default ports are used instead: 2 instances; the first is i0',
      },
      {
        kind: 'InvalidAttribute',
        message: `${weightAttribute} is no integer from 0 to 1,000,000, and is ignored: 1 instance; the first is i1`,
      },
    ]);
  });
});
