import { describe, expect, it } from 'vitest';
import { statusPatch } from '../../../shared/mesh/plan/status.ts';
import type { StatusRecord } from '../../../shared/model/records/status-record.ts';
import { driftOf, statusDrifted } from '../../../shared/sweep/plan/status-drift.ts';

const changedAt = '2026-11-21T12:00:00Z';
const router: StatusRecord = {
  object: { kind: 'VirtualRouter', namespace: 'shop', name: 'front' },
  uid: 'uid-1',
  mesh: {
    condition: { status: 'True', reason: 'Applied', message: 'App Mesh matches the spec' },
    ...{ arn: 'arn:router', routeArns: { a: 'arn:a', b: 'arn:b' }, observedGeneration: 3, changedAt },
  },
  ...{ revision: 4, written: 4 },
};
const instances = { status: 'True', reason: 'AllRegistered', message: '1 of 1', changedAt } as const;
const node: StatusRecord = {
  object: { kind: 'VirtualNode', namespace: 'shop', name: 'front' },
  ...{ uid: 'uid-2', instances, revision: 1, written: 1 },
};
const statusOf = (record: StatusRecord) => statusPatch(record.object, record);
const theirs = { type: 'Synced', status: 'True' };

/** The fields that drifted, if the object has this status. */
function drift(record: StatusRecord, status: object, uid = record.uid, hasMeshTarget = true) {
  const key = `${record.object.kind} shop/front`;
  return driftOf(
    record,
    new Map([[key, { uid, status: status as Readonly<Record<string, unknown>> }]]),
    hasMeshTarget,
  );
}

describe('the status of a mesh object', () => {
  it('is as it was written, whatever others added', () => {
    for (const record of [router, node]) expect(drift(record, statusOf(record))).toBeUndefined();
    const { conditions } = statusOf(router) as { readonly conditions: readonly object[] };
    const added = { ...statusOf(router), phase: 'Ready', conditions: [theirs, ...conditions, theirs] };
    expect(drift(router, added)).toBeUndefined();
    expect(drift(node, { ...statusOf(node), virtualNodeARN: 'arn:of the controller' })).toBeUndefined();
    const none = { ...router, mesh: undefined };
    expect(drift(none, {}), 'no condition of ours is written, and there is none').toBeUndefined();
  });

  it('keeps the ARNs of routes that somebody else wrote where this system writes none', () => {
    const found = drift(node, { routeARNs: { a: 'arn:a' } });
    expect(found?.next).toEqual({ ...node, written: undefined });
  });

  it('is not if it was never written, or is of another object or of none', () => {
    expect(drift({ ...router, written: 3 }, {})).toBeUndefined();
    expect(drift({ ...router, written: undefined }, {})).toBeUndefined();
    expect(drift(router, {}, 'uid-9')).toBeUndefined();
    expect(driftOf(router, new Map(), true)).toBeUndefined();
  });

  it('is that of the pods alone without a mesh target: the App Mesh controller may write the rest again', () => {
    const both = { ...node, mesh: router.mesh };
    const [theirs, own] = statusOf(both).conditions as [object, object];
    const again = { ...theirs, message: 'of the controller' };
    const status = { virtualNodeARN: 'arn:again', conditions: [again, own] };
    expect(drift(both, status)?.fields).toContain('conditions');
    expect(drift(both, status, both.uid, false)).toBeUndefined();
    expect(drift(both, { conditions: [again] }, both.uid, false)?.fields).toEqual(['conditions']);
    expect(drift(router, {}, router.uid, false)).toBeUndefined();
  });

  it('has no generation where none was observed', () => {
    const unobserved = { ...router, mesh: router.mesh && { ...router.mesh, observedGeneration: undefined } };
    const { observedGeneration, ...status } = statusOf(unobserved);
    expect(drift(unobserved, status)).toBeUndefined();
    expect(drift(unobserved, { ...status, observedGeneration: 2 })?.fields).toEqual(['observedGeneration']);
  });

  it.each<[string, object, readonly string[]]>([
    ['is empty', {}, ['virtualRouterARN', 'routeARNs', 'observedGeneration', 'conditions']],
    ['has no conditions', { ...statusOf(router), conditions: undefined }, ['conditions']],
    ['has conditions that are none', { ...statusOf(router), conditions: [null, 'x'] }, ['conditions']],
    [
      'has conditions of no type',
      { ...statusOf(router), conditions: [{ type: { toString: 1, valueOf: 1 } }] },
      ['conditions'],
    ],
    ['is of an earlier generation', { ...statusOf(router), observedGeneration: 2 }, ['observedGeneration']],
    ['lacks a route', { ...statusOf(router), routeARNs: { a: 'arn:a' } }, ['routeARNs']],
    [
      'has a condition that is not ours any more',
      {
        ...statusOf(router),
        conditions: [...(statusOf(router).conditions as []), { type: 'CloudMapInstancesRegistered' }],
      },
      ['conditions'],
    ],
  ])('is to be written again if it %s', (_, status, fields) => {
    const found = drift(router, status);
    expect(found?.fields).toEqual(fields);
    expect(found?.next).toEqual({ ...router, written: undefined });
    expect(found && statusDrifted(found)).toEqual({
      ...{ kind: 'StatusDrifted', action: { do: 'reevaluate' }, object: 'VirtualRouter shop/front' },
      detail: `its status is not the one that was written to it: ${fields.join(', ')}`,
    });
  });

  it('loses the ARNs of routes that the router does not have', () => {
    const found = drift(router, { ...statusOf(router), routeARNs: { a: 'arn:a', c: 'arn:c' } });
    expect(found?.next.mesh?.routeArns).toEqual({ a: 'arn:a', b: 'arn:b', c: null });
    expect(found?.record).toBe(router);
  });
});
