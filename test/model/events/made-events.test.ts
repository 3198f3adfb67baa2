import { describe, expect, it } from 'vitest';
import { NotDueError, PermanentError } from '../../../shared/model/errors.ts';
import { causeOfLast, changeIn } from '../../../shared/model/events/change-in.ts';
import {
  mergedRequest,
  meshReconcileRequested,
} from '../../../shared/model/events/mesh-reconcile-requested.ts';
import { checkDue, meshStatusRequested } from '../../../shared/model/events/mesh-status-requested.ts';
import { objectChanged } from '../../../shared/model/events/object-changed.ts';
import { resyncRequested } from '../../../shared/model/events/resync-requested.ts';
import { deduplicationIdOf } from '../../../shared/model/events/route.ts';
import * as schema from '../../../shared/model/events/schema.ts';
import { pollRequested, serviceChanged } from '../../../shared/model/events/service-entry-requests.ts';
import { serviceRemoval } from '../../../shared/model/events/service-removal.ts';
import { entryBytes, eventSubject } from '../../../shared/model/events/size.ts';
import { anObject, objectEvent, podEvent } from '../../fakes/objects.ts';

const common = { version: 1, cluster: 'local' };
const object = anObject('VirtualNode', { a: 1 });
const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front', chosen: 'ns-1' };
const request = { run: 'run-1', reason: 'r' };

describe('an event that a function sends', () => {
  it.each<[string, () => object, object, { safeParse(event: unknown): { success: boolean } }]>([
    [
      'asks for the statuses of a namespace a second after their five seconds have passed',
      () => meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 12_345),
      { type: 'Mesh Status Requested', group: 'local/status', namespace: 'shop', dueAtMs: 16_000 },
      schema.meshStatusRequested,
    ],
    [
      'asks for them the same way at the beginning of these five seconds',
      () => meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 10_000),
      { type: 'Mesh Status Requested', group: 'local/status', namespace: 'shop', dueAtMs: 16_000 },
      schema.meshStatusRequested,
    ],
    [
      'reconciles the mesh where the targets’ sources changed',
      () => meshReconcileRequested('local', { ...request, poll: true }),
      { type: 'Mesh Reconcile Requested', group: 'local/mesh', ...request, poll: true },
      schema.meshReconcileRequested,
    ],
    [
      'reconciles the mesh',
      () => meshReconcileRequested('local', { ...request, poll: false, verify: false }),
      { type: 'Mesh Reconcile Requested', group: 'local/mesh', ...request },
      schema.meshReconcileRequested,
    ],
    [
      'tells of an object',
      () => objectChanged('local', 'Applied', object),
      { type: 'Cluster Object Changed', group: 'local', change: 'Applied', object },
      schema.clusterObjectChanged,
    ],
    [
      'polls the services',
      () => pollRequested('local', 'run-1', 'r', { namespaceId: 'ns-1' }),
      { type: 'Service Entries Poll Requested', group: 'local', ...request, namespaceId: 'ns-1' },
      schema.serviceEntriesPollRequested,
    ],
    [
      'tells of a service, once a second',
      () => serviceChanged('local', 'srv-1', 12_345),
      { type: 'Cloud Map Service Changed', group: 'local', serviceId: 'srv-1', sinceMs: 12_000 },
      schema.cloudMapServiceChanged,
    ],
    [
      'asks to remove a service',
      () => serviceRemoval('local', { service, serviceId: 'srv-1' }, 'run-1'),
      {
        ...{ type: 'Service Removal Requested', service, serviceId: 'srv-1', run: 'run-1' },
        group: 'local/services/own/own/shop.local/ns-1/front',
      },
      schema.serviceRemovalRequested,
    ],
  ])('%s', (_what, make, expected, { safeParse }) => {
    const event = make();
    expect(event).toStrictEqual({ ...common, ...expected });
    expect(safeParse(event).success).toBe(true);
  });

  it('names the sighting that it replaces', () => {
    const stored = { uid: 'u', resourceVersion: '1', createdAt: '2026-11-21T10:00:00Z', deleted: true };
    expect(objectChanged('local', 'Deleted', object, stored)).toMatchObject({ supersedes: stored });
  });
});

describe('a request for statuses', () => {
  const dueAtMs = 16_000;
  const asked = { ...meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0), dueAtMs };
  const check = (nowMs: number) => () => checkDue(asked, { now: () => nowMs });

  it.each([
    [15_999, 1],
    [9_000, 7_000],
  ])('is handled later if it arrives at %i: in %i ms', (nowMs, retryAfterMs) => {
    expect(check(nowMs)).toThrow(NotDueError);
    expect(check(nowMs)).toThrow(
      expect.objectContaining({ retryAfterMs, message: 'the statuses of namespace shop are not due yet' }),
    );
  });

  it.each([16_000, 20_000, 8_999, 0])(
    'is handled if it arrives at %i: late, or by a wrong clock',
    (nowMs) => {
      expect(check(nowMs)).not.toThrow();
    },
  );
});

describe('several requests to reconcile, as one', () => {
  const poll = meshReconcileRequested('local', { ...request, poll: true });
  const verifying = meshReconcileRequested('local', { ...request, run: 'run-2', verify: true });
  const changed = objectEvent(object);

  it('are the first that needs a run: a poll may not', () => {
    expect(mergedRequest([poll, changed, verifying])).toMatchObject({ ...changed, verify: true });
    expect(mergedRequest([poll, verifying])).toMatchObject({ run: 'run-2', verify: true });
    expect(mergedRequest([poll, poll])).toEqual(poll);
    expect(mergedRequest([changed, poll])).toEqual(changed);
  });

  it('are at least one', () => {
    expect(() => mergedRequest([])).toThrow(PermanentError);
  });
});

describe('the change that an event is about', () => {
  const event = podEvent();

  it('has an id that each delivery of the event gives', () => {
    const { correlationId } = changeIn(event, 5);
    expect(correlationId).toHaveLength(32);
    expect(correlationId).toBe(deduplicationIdOf(event).slice(0, 32));
    expect(changeIn({ ...event, correlationId: 'c-1' }, 5).correlationId).toBe('c-1');
  });

  it('is the cause of a retry, for the last of several events', () => {
    const last = { ...event, correlationId: 'c-2', observedAt: '2026-11-21T10:00:00.000Z' };
    expect(causeOfLast([event, last], Date.UTC(2026, 10, 21, 11))).toMatchObject({ correlationId: 'c-2' });
    expect(causeOfLast([], 5)).toEqual({});
  });
});

describe('the size and the subject of an event', () => {
  it('counts source, detail-type and detail in UTF-8', () => {
    const event = podEvent({ cluster: 'local' });
    const plain = 'eks-mesh-sync/local'.length + 'Pod Changed'.length + JSON.stringify(event).length;
    expect(entryBytes(event)).toBe(plain);
    expect(entryBytes({ ...event, correlationId: 'é' })).toBe(plain + ',"correlationId":""'.length + 2);
  });

  it.each([
    ['Pod shop/front-1', podEvent()],
    ['VirtualNode shop/front', objectEvent(object)],
    [
      'Pod Resync Requested of local/a/b',
      resyncRequested({ cluster: 'local', namespace: 'a', name: 'b' }, '1', 'r'),
    ],
  ])('is %s', (subject, event) => {
    expect(eventSubject(event)).toBe(subject);
  });
});

describe('a listing of a kind that the cluster does not serve', () => {
  const listing = (kind: string, keys: readonly string[], absent?: true) => ({
    ...{ type: 'Cluster Listed', version: 1, group: 'local', cluster: 'local' },
    listing: {
      ...{
        id: 'l-1',
        kind,
        resourceVersion: '1',
        part: 1,
        parts: 1,
        from: '',
        to: null,
        ...(absent && { absent }),
      },
      objects: keys.map((key) => ({ key, uid: 'uid-1' })),
    },
  });

  it.each<[string, readonly string[], true | undefined, boolean]>([
    ['VirtualNode', [], true, true],
    ['Mesh', [], true, true],
    ['Mesh', ['/m'], true, false],
    ['Pod', [], true, false],
    ['Namespace', [], true, false],
    ['Pod', ['a/b'], undefined, true],
    ['Mesh', ['/m'], undefined, true],
  ])('of kind %s with %j, absent: %s, is possible: %s', (kind, keys, absent, expected) => {
    expect(schema.clusterListed.safeParse(listing(kind, keys, absent)).success).toBe(expected);
  });
});
