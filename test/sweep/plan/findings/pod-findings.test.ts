import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate as gate } from '../../../../shared/model/kubernetes.ts';
import type { Claim } from '../../../../shared/model/records/registration.ts';
import { isDeregistered } from '../../../../shared/model/records/registration.ts';
import { aPod } from '../../../fakes/objects.ts';
import {
  allFound,
  claim,
  claims,
  found,
  key,
  none,
  owner,
  ownOperation,
  type pod,
  registration,
  seen,
} from '../drift.ts';

describe('a stored pod that the cluster no longer has', () => {
  const gone = { pods: none };
  const isDeleted =
    'PodDeleted: it is no longer in the cluster, but no event about its deletion was received';

  it('a stored pod that the cluster no longer has is deleted with its instance, which is reported once', () => {
    expect(found(gone)).toEqual([isDeleted]);
  });

  it('a stored pod that the cluster no longer has is deleted without its instance, which does not exist', () => {
    const [first] = allFound(gone, { instances: none, claims: none });
    expect(first).toMatchObject({
      kind: 'PodDeleted',
      ...{ service: 'shop.local/front', instanceId: '10.0.0.1' },
      action: { do: 'retire', from: [] },
    });
  });

  it('a stored pod that the cluster no longer has names first the registration whose instance exists', () => {
    const registrations = [{ ...registration, instanceId: '10.0.0.9' }, registration];
    const input = { ...gone, seen: new Map([['shop/front-1', { ...seen, registrations }]]) };
    expect(allFound(input)).toMatchObject([
      { kind: 'PodDeleted', instanceId: '10.0.0.1', action: { do: 'retire', from: ['shop.local/front'] } },
    ]);
  });

  it('a stored pod that the cluster no longer has does not remove again an instance whose deregistration was accepted', () => {
    const releasing = claim({ phase: 'releasing' });
    expect(isDeregistered(releasing)).toBe(true);
    const view = { claims: new Map([['10.0.0.1', releasing]]) };
    expect(allFound(gone, view)).toMatchObject([
      { kind: 'PodDeleted', action: { do: 'retire', from: [] } },
      { kind: 'InstanceStale' },
    ]);
  });

  it('a stored pod that the cluster no longer has does not count as deleted if the listing is incomplete, or it is out of scope', () => {
    expect(found({ ...gone, complete: false })).toEqual([]);
    expect(found({ ...gone, inScope: () => false })).toEqual([]);
  });
});

describe('the record of a deleted pod', () => {
  const deleted = (target = key.target) => ({
    pods: none,
    seen: new Map([
      [
        'shop/front-1',
        { ...seen, deleted: true, registrations: [{ ...registration, service: { ...key, target } }] },
      ],
    ]),
  });
  const left = [
    expect.stringMatching(/^ClaimUnfinished: the pod is deleted, but its record still has registration /),
  ];

  it('the record of a deleted pod keeps a registration for as long as the pod has the claim', () => {
    const taken = (changes: Partial<Claim['owner']>) =>
      found(deleted(), {
        instances: none,
        claims: claims({ phase: 'releasing', owner: { ...owner, ...changes } }),
        underWay: ownOperation('deregister'),
      });
    expect(taken({})).toEqual([]);
    expect(taken({ name: 'front-2' })).toEqual(left);
    expect(taken({ cluster: 'other' })).toEqual(left);
  });

  it('the record of a deleted pod says nothing of a place where nothing was read', () => {
    expect(found(deleted(), { instances: none, claims: none })).toEqual(left);
    expect(found(deleted('999999999999/own'), { instances: none, claims: none })).toEqual([]);
  });
});

describe('the record of a live pod', () => {
  const stored = (changes: Partial<typeof pod>, deleted = false) => ({
    seen: new Map([['shop/front-1', { ...seen, deleted, pod: aPod(changes) }]]),
  });
  const listed = (changes: Partial<typeof pod>) => ({ pods: new Map([['shop/front-1', aPod(changes)]]) });
  it('the record of a live pod is out of date if a field that is used has changed', () => {
    const newer = { ...listed({ resourceVersion: '2' }), ...stored({}) };
    expect(found(newer), 'no other field').toEqual([]);
    expect(found({ ...newer, ...stored({ phase: 'Pending' }) })).toEqual([
      'PodOutdated: the pod is at resourceVersion 2; the last event received is of 1',
    ]);
  });

  it('the record of a live pod is out of date if its node has another zone', () => {
    expect(found(stored({ node: { name: 'node-1' } }))).toEqual([
      'PodOutdated: its node node-1 is in zone us-west-2a; the last event received says none',
    ]);
  });

  it.each([
    ['out of date', 'has another zone', { zone: 'us-west-2b' }],
    ['out of date', 'has another Region', { region: 'eu-west-1' }],
    ['current', 'has none: a deleted node has no zone', { zone: undefined, region: undefined }],
  ])('the record of a live pod is %s if a later version of its node %s', (state, _what, changes) => {
    const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a', resourceVersion: '5' };
    const later = { ...node, ...changes, resourceVersion: '9' };
    const kinds = allFound({ ...stored({ node }), ...listed({ node: later }) }).map(({ kind }) => kind);
    expect(kinds.includes('PodOutdated')).toBe(state === 'out of date');
  });

  it.each<[string, Partial<typeof pod>, Partial<typeof pod>]>([
    ['is terminating', { terminating: true }, { terminating: false }],
    ['has another phase', { phase: 'Running' }, { phase: 'Pending' }],
    ['has another address', { ips: ['10.0.0.1'] }, { ips: ['10.0.0.2'] }],
    ['has one address more', { ips: ['10.0.0.1', 'fd00::1'] }, { ips: ['10.0.0.1'] }],
    ['has another condition', { conditions: { Ready: 'True' } }, { conditions: { Ready: 'False' } }],
    ['is not ready for another reason', { notReadyReason: 'NodeLost' }, { notReadyReason: '' }],
    ['has another label', { labels: { app: 'front', v: '1' } }, { labels: { app: 'front', v: '2' } }],
    ['has one label more', { labels: { app: 'front', v: '1' } }, { labels: { app: 'front' } }],
    ['has one label less', { labels: { app: 'front' } }, { labels: { app: 'front', v: '1' } }],
    ['has another annotation', { annotations: { a: '1' } }, { annotations: { a: '2' } }],
  ])('the record of a live pod is contradicted if the listed one %s at its version', (_, one, other) => {
    const [finding] = allFound({ ...listed(one), ...stored(other) });
    expect(finding).toMatchObject({
      kind: 'RecordContradicted',
      detail: 'the cluster lists it with other content at resourceVersion 1, which the table has, too',
      stored: { uid: 'uid-1', resourceVersion: '1', deleted: false },
    });
    expect(allFound({ ...listed(one), ...stored(one) }).map(({ kind }) => kind)).not.toContain(
      'RecordContradicted',
    );
  });

  it('the record of a live pod is current if a relay of an earlier version stored no reason', () => {
    const kinds = allFound({ ...listed({ notReadyReason: 'NodeLost' }), ...stored({}) }).map(
      ({ kind }) => kind,
    );
    expect(kinds).not.toContain('RecordContradicted');
  });

  it('the record of a live pod is current if it is not known which zone of its node is the later one', () => {
    expect(found(stored({ node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2b' } }))).toEqual([]);
  });

  it('the record of a live pod contradicts a record of its deletion, or of another pod at the same version', () => {
    expect(allFound(stored({}, true))).toMatchObject([
      {
        ...{ kind: 'RecordContradicted', detail: expect.stringContaining('its deletion') },
        stored: { uid: 'uid-1', resourceVersion: '1', deleted: true },
      },
    ]);
    expect(allFound(stored({ uid: 'uid-0' }))).toMatchObject([
      { kind: 'RecordContradicted', stored: { uid: 'uid-0', deleted: false } },
    ]);
  });
});

describe('a pod with a wrong readiness gate', () => {
  const gated = aPod({
    readinessGates: [gate],
    conditions: { Ready: 'True', ContainersReady: 'True', [gate]: 'False' },
  });
  const input = { pods: new Map([['shop/front-1', gated]]) };
  const stored = new Map([['shop/front-1', { ...seen, pod: gated }]]);

  it('has a finding of its own', () => {
    expect(found({ ...input, seen: stored })).toEqual([
      'ReadinessGateDrifted: the pod can be discovered, but its readiness gate is False',
    ]);
  });

  it('has none if another repair sets it, too', () => {
    const kinds = allFound({ ...input, seen: none }).map(({ kind }) => kind);
    expect(kinds).toEqual(['PodNotObserved']);
  });
});
