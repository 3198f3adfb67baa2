import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../../../shared/model/kubernetes.ts';
import type { Pod } from '../../../../shared/model/pod.ts';
import { meshOf } from '../../../../shared/model/virtual-node.ts';
import { wrongGate } from '../../../../shared/sweep/plan/findings/gate-findings.ts';
import { aNode } from '../../../explain/harness/pod-facts.ts';
import { anObject, aPod } from '../../../fakes/objects.ts';
import { claim, config, context, desired, instance } from '../drift.ts';

type Input = Parameters<typeof wrongGate>[0];

const ready = { Ready: 'True', ContainersReady: 'True' };
const gated = (gate?: string, changes: Partial<Pod> = {}) =>
  aPod({
    readinessGates: [cloudMapReadinessGate],
    conditions: { ...ready, ...(gate && { [cloudMapReadinessGate]: gate }) },
    ...changes,
  });
const service = {
  instances: new Map([['10.0.0.1', instance]]),
  claims: new Map([['10.0.0.1', claim()]]),
};
const inputOf = (changes: Partial<Input> = {}): Input => ({
  ...{ config, gatesCanBeSet: true, registrationContext: () => context },
  services: new Map([['shop.local/front', service]]),
  ...changes,
});
const wanted = desired === undefined ? [] : [desired];
const withService = (changes: Partial<typeof service>) =>
  inputOf({ services: new Map([['shop.local/front', { ...service, ...changes }]]) });

describe('the readiness gate of a pod that can be discovered', () => {
  it('must be True', () => {
    expect(wrongGate(inputOf(), gated('True'), wanted)).toBeNull();
    expect(wrongGate(inputOf(), gated('False'), wanted)).toBe(
      'the pod can be discovered, but its readiness gate is False',
    );
    expect(wrongGate(inputOf(), gated(), wanted)).toBe(
      'the pod can be discovered, but its readiness gate is absent',
    );
  });

  it('is not compared if the pod does not declare it, or it cannot be set', () => {
    expect(wrongGate(inputOf(), gated('False', { readinessGates: ['other'] }), wanted)).toBeNull();
    expect(wrongGate(inputOf({ gatesCanBeSet: false }), gated('False'), wanted)).toBeNull();
  });
});

describe('the readiness gate of a pod that cannot be discovered', () => {
  const text = 'the pod cannot be discovered, but its readiness gate is True';

  it.each<[what: string, input: Input, changes: Partial<Pod>, wanted: (typeof desired)[]]>([
    ['that is wanted nowhere', inputOf(), {}, []],
    ['whose service is not known', inputOf({ services: new Map() }), {}, wanted],
    ['without its instance', withService({ instances: new Map() }), {}, wanted],
    ['without a claim', withService({ claims: new Map() }), {}, wanted],
    ['whose id another pod has', inputOf(), { uid: 'uid-2' }, wanted],
    ['that terminates', inputOf(), { terminating: true }, wanted],
  ])('must not be True: one %s', (_, input, changes, of) => {
    const all = of.filter((each) => each !== undefined);
    expect(wrongGate(input, gated('True', changes), all)).toBe(text);
    expect(wrongGate(input, gated('False', changes), all)).toBeNull();
    expect(wrongGate(input, gated(undefined, changes), all)).toBeNull();
  });

  it('must not be True while its containers are not ready', () => {
    const conditions = (gate: string) => ({ ContainersReady: 'False', [cloudMapReadinessGate]: gate });
    expect(wrongGate(inputOf(), gated('True', { conditions: conditions('True') }), wanted)).toBe(text);
    expect(wrongGate(inputOf(), gated('False', { conditions: conditions('False') }), wanted)).toBeNull();
  });

  it('must not be True while one of two instances is missing', () => {
    const both = wanted.flatMap((each) => [each, { ...each, serviceName: 'back' }]);
    expect(wrongGate(inputOf(), gated('True'), both)).toBe(text);
  });

  it('must not be True if the pod has no address of a family that one of its nodes wants', () => {
    const dual = { ...config, cloudMap: { ...config.cloudMap, ipFamily: 'dual' as const } };
    expect(wrongGate(inputOf({ config: dual }), gated('True'), wanted)).toBe(text);
  });
});

describe('the readiness gate of a pod whose nodes want two families', () => {
  const mesh = (name: string, ipPreference: string) =>
    meshOf(anObject('Mesh', { namespaceSelector: {}, meshServiceDiscovery: { ipPreference } }, { name }));
  const registrationContext = () => ({
    ...context,
    virtualNodes: ['four', 'six'].map((name) => aNode(name, { meshRef: { name, uid: name } })),
    meshes: [mesh('four', 'IPv4_ONLY'), mesh('six', 'IPv6_ONLY')],
  });

  it('must be True only if the pod has an address of each', () => {
    const text = 'the pod cannot be discovered, but its readiness gate is True';
    const input = inputOf({ registrationContext });
    expect(wrongGate(input, gated('True'), wanted)).toBe(text);
    expect(wrongGate(input, gated('True', { ips: ['fd00::1'] }), wanted)).toBe(text);
    expect(wrongGate(input, gated('True', { ips: ['10.0.0.1', 'fd00::1'] }), wanted)).toBeNull();
  });
});

describe('the readiness gate of a pod of a drained cluster', () => {
  const drained = inputOf({
    registrationContext: () => ({ ...context, drain: { sinceMs: 0 } as never }),
    services: new Map(),
  });

  it('must be True though the pod is in no service', () => {
    expect(wrongGate(drained, gated('True'), [])).toBeNull();
    expect(wrongGate(drained, gated('False'), [])).toBe(
      'the cluster is drained, but its readiness gate is False',
    );
    expect(wrongGate(drained, gated(), wanted)).toBe(
      'the cluster is drained, but its readiness gate is absent',
    );
  });
});
