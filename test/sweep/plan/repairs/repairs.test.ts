import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../../shared/model/events/event.ts';
import { clusterListed, podChanged } from '../../../../shared/model/events/schema.ts';
import type { PodObject } from '../../../../shared/model/kubernetes.ts';
import { type Pod, podOf } from '../../../../shared/model/pod.ts';
import type { SeenPod } from '../../../../shared/sweep/plan/findings/drift-input.ts';
import { type FindingKind, finding } from '../../../../shared/sweep/plan/findings/finding.ts';
import { repairs } from '../../../../shared/sweep/plan/repairs/repairs.ts';
import { aPod, aPodObject } from '../../../fakes/objects.ts';

const takenAtMs = Date.UTC(2026, 10, 21, 12);
const zoned = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };

interface Given {
  readonly kind?: FindingKind;
  readonly seen?: Pod | undefined;
  readonly deleted?: boolean;
  readonly listed?: PodObject | undefined;
  readonly node?: Pod['node'];
}

/** The repair of one finding about pod shop/front-1, of a listing at resourceVersion 50. */
function repairOf({
  kind = 'InstanceMissing',
  seen,
  deleted = false,
  listed,
  node = zoned,
}: Given): EventDetail | undefined {
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const [repair] = repairs([finding(kind, { pod, detail: 'd' })], {
    ...{ run: 'run-1', resourceVersion: '50', takenAtMs },
    listed: new Map(listed ? [['shop/front-1', { object: listed, node }]] : []),
    seen: new Map(seen ? [['shop/front-1', { pod: seen, deleted, registrations: [] }]] : []),
  });
  return repair;
}

describe('the deletion of a pod that is not in the cluster', () => {
  const end = (given: Given) => {
    const repair = repairOf({ kind: 'PodDeleted', ...given });
    expect(podChanged.safeParse(repair).success).toBe(true);
    expect(repair).toMatchObject({ type: 'Pod Changed', change: 'Deleted', run: 'run-1' });
    expect(repair).not.toHaveProperty('supersedes');
    return (repair as { pod: PodObject }).pod.metadata;
  };

  it('the deletion of a pod that is not in the cluster has the resourceVersion of the listing, which is later than the last sighting', () => {
    expect(end({ seen: aPod({ resourceVersion: '49' }) })).toEqual({
      ...{ namespace: 'shop', name: 'front-1', uid: 'uid-1', resourceVersion: '50' },
      creationTimestamp: '2026-11-21T10:00:00Z',
    });
  });

  it.each(['50', '51', '100', '99999999999999999999'])(
    'the deletion of a pod that is not in the cluster is not older than what was seen of it: %s',
    (version) => {
      expect(end({ seen: aPod({ resourceVersion: version }) }).resourceVersion).toBe(version);
    },
  );

  it('the deletion of a pod that is not in the cluster has the uid of the stored pod, not of the one that an instance names', () => {
    expect(end({ seen: aPod({ uid: 'uid-2' }) }).uid).toBe('uid-2');
  });

  it('the deletion of a pod that is not in the cluster has no creation after the listing: a false date would block all later pods of the name', () => {
    expect(end({ seen: aPod({ createdAt: '2099-01-01T00:00:00Z' }) }).creationTimestamp).toBe(
      '2026-11-21T12:00:00Z',
    );
  });

  it('the deletion of a pod that is not in the cluster of a pod that was never observed is older than any record of its name', () => {
    expect(end({ kind: 'InstanceStale' })).toMatchObject({
      ...{ uid: 'uid-1', resourceVersion: '0', creationTimestamp: '1970-01-01T00:00:00Z' },
    });
  });
});

describe('a pod that is listed', () => {
  const listed = aPodObject({ metadata: { resourceVersion: '7' } });
  const asListed = podOf('local', listed, zoned);

  it('a pod that is listed is only reevaluated if it is stored as it is listed', () => {
    for (const resourceVersion of ['7', '6'])
      expect(repairOf({ listed, seen: { ...asListed, resourceVersion } })?.type).toBe(
        resourceVersion === '7' ? 'Pod Resync Requested' : 'Pod Changed',
      );
  });

  it.each<readonly [what: string, given: Given]>([
    ['nothing is stored', {}],
    ['a lower version', { seen: { ...asListed, resourceVersion: '6', labels: {} } }],
    ['a deletion at a lower version', { seen: { ...asListed, resourceVersion: '6' }, deleted: true }],
    ['an earlier pod', { seen: { ...asListed, uid: 'u', createdAt: '2026-11-20T10:00:00Z' } }],
  ])('a pod that is listed is sent as listed, and ordered by its version: %s', (_, given) => {
    const repair = repairOf({ listed, ...given });
    expect(repair).toMatchObject({ type: 'Pod Changed', change: 'Applied', pod: listed, node: zoned });
    expect(repair).not.toHaveProperty('supersedes');
  });

  it.each<readonly [what: string, seen: Pod, deleted: boolean]>([
    ['a higher version', { ...asListed, resourceVersion: '99' }, false],
    ['a deletion at a higher version', { ...asListed, resourceVersion: '99' }, true],
    ['a deletion at the same version', asListed, true],
    ['another state of the same version', { ...asListed, ips: ['10.6.6.6'] }, false],
    ['a later pod', { ...asListed, uid: 'u', createdAt: '2099-01-01T00:00:00Z' }, false],
    ['the deletion of a later pod', { ...asListed, uid: 'u', createdAt: '2099-01-01T00:00:00Z' }, true],
  ])('a pod that is listed supersedes a stored state that it contradicts: %s', (_, seen, deleted) => {
    const { uid, resourceVersion } = seen;
    expect(repairOf({ listed, seen, deleted })).toMatchObject({
      ...{ type: 'Pod Changed', change: 'Applied', pod: listed },
      supersedes: { uid, resourceVersion, deleted },
    });
  });

  it('a pod that is listed keeps the zone of a deleted node if the pod is still on that node', () => {
    const node = { name: 'node-1' };
    expect(repairOf({ listed, node, seen: asListed })?.type).toBe('Pod Resync Requested');
    expect(repairOf({ listed, node, seen: { ...asListed, labels: {} } })).toMatchObject({ node: zoned });
    const other = { ...asListed, resourceVersion: '6', node: { ...zoned, name: 'node-0' } };
    expect(repairOf({ listed, node, seen: other })).toMatchObject({ node });
  });
});

describe('a pod that is listed at its stored version', () => {
  const listed = aPodObject({ metadata: { resourceVersion: '7' } });
  const stored = (resourceVersion: string | undefined, zone = 'us-west-2a') =>
    podOf('local', listed, { ...zoned, zone, ...(resourceVersion && { resourceVersion }) });
  const node = { ...zoned, resourceVersion: '20' };

  it.each([undefined, '19', '20'])(
    'a pod that is listed at its stored version is only reevaluated if its node is in the same zone: %s',
    (version) => {
      expect(repairOf({ listed, node, seen: stored(version) })?.type).toBe('Pod Resync Requested');
    },
  );

  it.each([undefined, '19', '9'])(
    'a pod that is listed at its stored version is sent if its node was in another zone: %s',
    (version) => {
      const repair = repairOf({ listed, node, seen: stored(version, 'us-west-2b') });
      expect(repair).toMatchObject({ type: 'Pod Changed', node });
      expect(repair).not.toHaveProperty('supersedes');
    },
  );

  it.each(['us-west-2a', 'us-west-2b'])(
    'a pod that is listed at its stored version supersedes a later version of its node, in zone %s',
    (zone) => {
      expect(repairOf({ listed, node, seen: stored('100', zone) })).toMatchObject({
        ...{ type: 'Pod Changed', node },
        supersedes: { uid: 'uid-1', resourceVersion: '7', deleted: false, nodeVersion: '100' },
      });
    },
  );

  it('a pod that is listed at its stored version keeps the known place if its node is deleted', () => {
    expect(repairOf({ listed, node: undefined, seen: stored('19') })?.type).toBe('Pod Resync Requested');
    expect(repairOf({ listed, node: { name: 'node-1' }, seen: stored('19') })?.type).toBe(
      'Pod Resync Requested',
    );
  });
});

it('a repair says when the listed pod became ready, whether the pod is sent or only reevaluated', () => {
  const readinessChangedAt = '2026-11-21T11:50:07Z';
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const listed = aPodObject({ metadata: { resourceVersion: '7' } });
  const repairOf = (seen: ReadonlyMap<string, SeenPod>) =>
    repairs([finding('InstanceMissing', { pod, detail: 'd' })], {
      ...{ run: 'run-1', resourceVersion: '50', takenAtMs, seen },
      listed: new Map([['shop/front-1', { object: listed, readinessChangedAt }]]),
    });
  const stored = { pod: podOf('local', listed, undefined), deleted: false, registrations: [] };
  expect(repairOf(new Map())).toMatchObject([{ type: 'Pod Changed', readinessChangedAt }]);
  expect(repairOf(new Map([['shop/front-1', stored]]))).toMatchObject([
    { type: 'Pod Resync Requested', readinessChangedAt },
  ]);
});

it('a repair names the operation that failed, as the schema accepts it', () => {
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const where = {
    ...{ service: 'shop.local/front', place: { namespaceName: 'shop.local', serviceName: 'front' } },
    ...{ instanceId: '10.0.0.1', failedOperation: { id: 'op-1', error: 'x'.repeat(600) } },
  };
  const found = finding('OperationFailed', { pod, detail: 'd', ...where });
  const sources = { run: 'run-1', resourceVersion: '50', takenAtMs, listed: new Map(), seen: new Map() };
  const [repair] = repairs([found], sources);
  const failedOperation = { id: 'op-1', error: 'x'.repeat(512) };
  expect(podChanged.parse(repair).instancesToVerify).toMatchObject([{ failedOperation }]);
});

it('a Cluster Listed event has no field supersedes', () => {
  expect(Object.keys(clusterListed.shape)).not.toContain('supersedes');
});
