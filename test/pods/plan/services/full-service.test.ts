import { describe, expect, it } from 'vitest';
import { fullError, isAwake, isStillFull } from '../../../../shared/pods/plan/services/full-service.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';

const nowMs = 1e12;
const minute = 60_000;
const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const waiting = {
  cluster: 'local',
  namespace: 'shop',
  name: 'front-1',
  createdAt: '',
  instanceId: '10.0.0.1',
};

describe('a service that was noted as full', () => {
  it.each([
    [0, true],
    [15 * minute - 1, true],
    [15 * minute, false],
    [-15 * minute + 1, true],
    [-15 * minute, false],
  ])('%i ms ago still is: %s', (agoMs, isFull) => {
    const full = { atMs: nowMs - agoMs, quota: 'service' } as const;
    expect(isStillFull(full, nowMs)).toBe(isFull);
    expect(isStillFull({ ...full, reopening: true }, nowMs)).toBe(false);
  });

  it('never, is not', () => {
    expect(isStillFull(undefined, nowMs)).toBe(false);
  });
});

it.each([
  [undefined, false],
  [0, true],
  [2 * minute - 1, true],
  [2 * minute, false],
  [-2 * minute + 1, true],
  [-2 * minute, false],
])('a pod that was woken %s ms ago is awake: %s', (agoMs, expected) => {
  const wokenAtMs = agoMs === undefined ? undefined : nowMs - agoMs;
  expect(isAwake({ ...waiting, wokenAtMs }, nowMs)).toBe(expected);
});

describe('the refusal in a full service', () => {
  it('says which quota is reached, and what to do', () => {
    const ofService = fullError(service, { quota: 'service' }, aConfig());
    expect({ ...ofService, message: ofService.message }).toMatchObject({
      ...{ dependsOn: 'service quota', waitsIn: service },
      message:
        'Cloud Map service shop.local/front is full: it has 1000 instances, the quota "Instances per service", ' +
        'which AWS does not raise; spread the pods over several services (a VirtualNode each), or remove instances that nobody needs; ' +
        'the pod is registered when an instance leaves the service',
    });
    const ofNamespace = fullError(service, { quota: 'namespace' }, aConfig());
    expect({ ...ofNamespace, message: ofNamespace.message }).toMatchObject({
      ...{ dependsOn: 'namespace quota', waitsIn: service },
      message:
        'Cloud Map namespace shop.local is full: it has as many instances as its quota "Instances per namespace" allows (2,000 unless AWS raised it); ' +
        'ask for more in Service Quotas, or use another namespace for shop.local/front',
    });
  });

  it('keeps its cause, if it has one', () => {
    const cause = new Error('refused');
    expect(fullError(service, { quota: 'service' }, aConfig(), cause).cause).toBe(cause);
    expect(fullError(service, { quota: 'namespace' }, aConfig(), cause).cause).toBe(cause);
    expect('cause' in fullError(service, { quota: 'service' }, aConfig())).toBe(false);
  });
});
