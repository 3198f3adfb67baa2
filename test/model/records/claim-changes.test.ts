import { describe, expect, it } from 'vitest';
import {
  appliedChange,
  invalidatedChange,
  releasedChange,
  takenClaim,
  takenOverClaim,
} from '../../../shared/model/records/claim-changes.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const other = { cluster: 'local', namespace: 'shop', name: 'front-2' };
const id = { service, instanceId: '10.0.0.1', owner, serviceId: 'srv-1' };
const removal = { keys: ['tier'], operationId: 'op-0', acceptedAtMs: 1 };
const journey = { correlationId: 'c-1', observedAtMs: 1, receivedAtMs: 2, calledAtMs: 3 };
const applied: Claim = {
  ...{ ...id, phase: 'applied', fingerprint: 'f', health: 'HEALTHY', operationId: 'op-1', touchedAtMs: 5 },
  ...{ attributeKeys: ['app'], removal, journey, invalidatedIn: 'run-1', version: 3, waiting: [other] },
  waitRevision: 2,
};
const taken = { ...id, phase: 'claimed', touchedAtMs: 9 } as const;

describe('a claim that a pod takes', () => {
  it('for the first time has nothing of a registration', () => {
    expect(takenClaim(undefined, { ...id, nowMs: 9 })).toEqual({
      ...{ ...taken, version: 1, waiting: [], waitRevision: 0 },
    });
  });

  it('again in the same service keeps what is known of the registration, and who waits', () => {
    expect(takenClaim(applied, { ...id, nowMs: 9 })).toEqual({ ...applied, ...taken, version: 4 });
  });

  it('again after a release does not take the deregistration for its operation', () => {
    const { operationId: _ended, ...kept } = applied;
    const again = takenClaim({ ...applied, phase: 'releasing' }, { ...id, nowMs: 9 });
    expect(again).toEqual({ ...kept, ...taken, version: 4 });
    expect(again).not.toHaveProperty('operationId');
  });

  it('again in a replaced service keeps only its version and who waits', () => {
    expect(takenClaim(applied, { ...id, serviceId: 'srv-2', nowMs: 9 })).toStrictEqual({
      ...{ ...taken, serviceId: 'srv-2', version: 4, waiting: [other], waitRevision: 2 },
    });
  });

  it('has the keys that are about to be written', () => {
    const attributeKeys = ['app', 'tier'];
    expect(takenClaim(undefined, { ...id, nowMs: 9, attributeKeys })).toMatchObject({ attributeKeys });
    expect(takenClaim(applied, { ...id, nowMs: 9, attributeKeys })).toMatchObject({ attributeKeys });
  });

  it('over from another pod has nothing of its registration, and waits for itself no more', () => {
    const next = { ...other, uid: 'uid-2' };
    const third = { ...other, name: 'front-3' };
    const released: Claim = { ...applied, phase: 'releasing', waiting: [other, third] };
    expect(takenOverClaim(released, next, 'srv-2', 9)).toStrictEqual({
      ...{
        service,
        instanceId: '10.0.0.1',
        owner: next,
        phase: 'claimed',
        serviceId: 'srv-2',
        touchedAtMs: 9,
      },
      ...{ version: 4, waiting: [third], waitRevision: 2 },
    });
  });
});

describe('the change of a claim', () => {
  const accepted = { fingerprint: 'g', touchedAtMs: 9 };

  it.each<[string, Parameters<typeof appliedChange>[0], object]>([
    [
      'states no keys: keys and removal stay',
      accepted,
      { set: { phase: 'applied', ...accepted }, removed: [] },
    ],
    [
      'states its keys: nothing is removed any more',
      { ...accepted, attributeKeys: ['app'] },
      { set: { phase: 'applied', ...accepted, attributeKeys: ['app'] }, removed: ['removal'] },
    ],
    [
      'removes keys',
      { ...accepted, attributeKeys: ['app'], removal },
      { set: { phase: 'applied', ...accepted, attributeKeys: ['app'], removal }, removed: [] },
    ],
    [
      'has an operation, a health and a cause',
      { ...accepted, operationId: 'op-2', health: 'UNHEALTHY', journey },
      {
        set: { phase: 'applied', ...accepted, operationId: 'op-2', health: 'UNHEALTHY', journey },
        removed: [],
      },
    ],
  ])('by an accepted update that %s', (_what, change, expected) => {
    expect(appliedChange(change)).toStrictEqual(expected);
  });

  it.each<[string, Parameters<typeof invalidatedChange>, object]>([
    [
      'attributes may differ',
      [applied, 'attributes', {}],
      { set: { phase: 'claimed', fingerprint: 'invalidated' }, removed: ['operationId'] },
    ],
    [
      'attributes and health may differ',
      [applied, 'all', { invalidatedIn: 'run-2', attributeKeys: ['a'] }],
      {
        set: { phase: 'claimed', fingerprint: 'invalidated', invalidatedIn: 'run-2', attributeKeys: ['a'] },
        removed: ['operationId', 'health'],
      },
    ],
    [
      'registration was never accepted',
      [{ ...applied, fingerprint: undefined }, 'attributes', {}],
      { set: { phase: 'claimed' }, removed: ['operationId'] },
    ],
  ])('of which the %s', (_what, change, expected) => {
    expect(invalidatedChange(...change)).toStrictEqual(expected);
  });

  it('by a release forgets the former operation, until the deregistration is accepted', () => {
    expect(releasedChange(undefined, undefined)).toStrictEqual({
      set: { phase: 'releasing' },
      removed: ['operationId'],
    });
    const releaseCause = { correlationId: 'c-1', observedAtMs: 1 };
    expect(releasedChange('op-2', releaseCause)).toStrictEqual({
      set: { phase: 'releasing', operationId: 'op-2', releaseCause },
      removed: [],
    });
  });
});
