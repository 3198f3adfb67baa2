import { describe, expect, it } from 'vitest';
import { detailTypes, type EventDetail } from '../../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../../shared/model/events/mesh-reconcile-requested.ts';
import { meshStatusRequested } from '../../../shared/model/events/mesh-status-requested.ts';
import { resyncRequested } from '../../../shared/model/events/resync-requested.ts';
import { deduplicationIdOf, messageGroupOf, queueOf } from '../../../shared/model/events/route.ts';
import { anObject, aPodObject, objectEvent, podEvent } from '../../fakes/objects.ts';

const key = { cluster: 'local', namespace: 'shop', name: 'front-1' };
const listing = {
  id: 'l',
  kind: 'Pod',
  resourceVersion: '9',
  part: 1,
  parts: 2,
  from: '',
  to: null,
  objects: [],
};
const listed: EventDetail = { type: 'Cluster Listed', version: 1, group: 'x', cluster: 'local', listing };
const reconcile = (run: string) => meshReconcileRequested('local', { run, reason: 'a test' });
const ofService = (part: object) =>
  ({
    type: detailTypes.cloudMapServiceChanged,
    cluster: 'local',
    serviceId: 'srv-1',
    ...part,
  }) as EventDetail;
const pod = (resourceVersion: string, changes: Parameters<typeof podEvent>[0] = {}) =>
  podEvent({ pod: aPodObject({ metadata: { resourceVersion } }), ...changes });

describe('the way of an event', () => {
  it.each([
    [pod('1', { group: 'forged' }), 'pods', 'local/shop/front-1'],
    [resyncRequested(key, 'run', 'why'), 'pods', 'local/shop/front-1'],
    [objectEvent(anObject('Mesh', {})), 'mesh', 'local'],
    [listed, 'mesh', 'local'],
    [reconcile('r'), 'mesh', 'local/mesh'],
    [meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0), 'mesh', 'local/status'],
    [ofService({}), 'entries', 'local'],
  ] as const)(
    'the way of an event of %j leads to %s, group %s, whatever group it says itself',
    (event, queue, group) => {
      expect(queueOf(event.type)).toBe(queue);
      expect(messageGroupOf(event)).toBe(group);
    },
  );

  it('the way of an event is known for every type', () => {
    for (const type of Object.values(detailTypes))
      expect(['pods', 'mesh', 'entries']).toContain(queueOf(type));
  });
});

describe('the deduplication id', () => {
  it('the deduplication id distinguishes a state that returns from the one before it: readiness that flips makes three messages', () => {
    const ids = ['1', '2', '3'].map((version) => deduplicationIdOf(pod(version)));
    expect(new Set(ids).size).toBe(3);
  });

  it('the deduplication id is the same for the same uid, version, change and run, whatever else the event says', () => {
    const other = pod('1', { instancesToVerify: [] });
    expect(deduplicationIdOf({ ...other, group: 'other' })).toBe(deduplicationIdOf(pod('1')));
  });

  it.each<[string, EventDetail, EventDetail]>([
    ['another uid', pod('1'), podEvent({ pod: aPodObject({ metadata: { uid: 'uid-2' } }) })],
    ['its end', pod('1'), pod('1', { change: 'Deleted' })],
    ['another run', pod('1', { run: 'a' }), pod('1', { run: 'b' })],
    ['another place at the same version', pod('1'), pod('1', { node: { name: 'node-1' } })],
    [
      'another version of the node, in the same place at the same version',
      pod('1', { node: { name: 'node-1', resourceVersion: '1' } }),
      pod('1', { node: { name: 'node-1', resourceVersion: '2' } }),
    ],
    ['another service', ofService({}), ofService({ serviceId: 'srv-2' })],
    ['a service that changed later', ofService({ sinceMs: 1 }), ofService({ sinceMs: 2 })],
    ['a change of a service that was seen', ofService({}), ofService({ isSeen: true })],
    [
      'the resync of another pod',
      resyncRequested(key, 'a', ''),
      resyncRequested({ ...key, name: 'b' }, 'a', ''),
    ],
    ['another request', resyncRequested(key, 'a', 'why'), resyncRequested(key, 'b', 'why')],
    ['another run of the mesh', reconcile('a'), reconcile('b')],
    ['another part', listed, { ...listed, listing: { ...listing, part: 2 } } as EventDetail],
    [
      'an object that another sweep repairs',
      objectEvent(anObject('Mesh', {}), { run: 'a' }),
      objectEvent(anObject('Mesh', {}), { run: 'b' }),
    ],
    [
      'statuses of a later time',
      meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0),
      meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 5_000),
    ],
  ])('the deduplication id distinguishes %s', (_what, one, other) => {
    expect(deduplicationIdOf(one)).not.toBe(deduplicationIdOf(other));
    expect(deduplicationIdOf(one)).toMatch(/^[0-9a-f]{64}$/);
  });
});
