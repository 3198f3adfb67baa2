import { expect, it } from 'vitest';
import { createLogger } from '../../relay/logger.ts';
import { createMetrics } from '../../relay/metrics.ts';
import type { BusEntry } from '../../relay/send/event-bus.ts';
import { Sender } from '../../relay/send/sender.ts';
import { podChanged } from '../../relay/watch/details.ts';
import { Observer } from '../../relay/watch/observer.ts';
import { type KubernetesObject, pods } from '../../shared/adapters/kubernetes/resources.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { PodObject } from '../../shared/model/kubernetes.ts';
import { pod } from './objects.ts';

/** An observer of pods whose events wait until `sent` is called. */
function observing() {
  const entries: BusEntry[] = [];
  const metrics = createMetrics();
  const sender = new Sender({
    bus: {
      name: 'bus',
      bytesOf: ({ detail }) => detail.length,
      identity: async () => 'bus',
      async put(batch) {
        entries.push(...batch);
        return batch.map(() => ({}));
      },
    },
    logger: createLogger('error'),
    metrics,
    backoff: { baseMs: 1, maxMs: 1 },
    requests: 1,
    pace: { intervalMs: 1, burst: 1 },
    capacity: 10_000,
  });
  const observer = new Observer<PodObject & KubernetesObject>({
    cluster: 'test',
    resource: pods,
    namespace: undefined,
    toDetail: (change, object) => podChanged('test', change, object, () => undefined),
    clusterCreatedAt: () => undefined,
    sender,
    metrics,
  });
  const sent = async (): Promise<string[]> => {
    sender.open();
    await sender.flush(1000);
    return entries.splice(0).map(({ detail }) => text(JSON.parse(detail)));
  };
  const details = async (): Promise<EventDetail[]> => {
    sender.open();
    await sender.flush(1000);
    return entries.splice(0).map(({ detail }) => JSON.parse(detail) as EventDetail);
  };
  return { observer, sent, details, metrics };
}

function text(detail: EventDetail): string {
  if (detail.type === 'Cluster Listed') {
    const { part, parts, objects } = detail.listing;
    return `Listed ${part}/${parts}: ${objects.length}`;
  }
  if (detail.type !== 'Pod Changed') throw new Error(`expected no ${detail.type}`);
  const { name, resourceVersion, labels } = detail.pod.metadata;
  return `${detail.change} ${name} ${resourceVersion} ${labels?.app ?? ''}`;
}

/** A version of the pod `first`, identified by its app label. */
function version(resourceVersion: string, app: string, uid = 'uid'): PodObject & KubernetesObject {
  const plain = pod('shop', 'first');
  return { ...plain, metadata: { ...plain.metadata, uid, resourceVersion, labels: { app } } } as PodObject &
    KubernetesObject;
}

it('a change and its reversal are both sent', async () => {
  const { observer, sent } = observing();
  const seen: string[] = [];
  for (const [resourceVersion, app] of [
    ['7', 'a'],
    ['8', 'b'],
    ['9', 'a'],
  ] as const) {
    await observer.applied(version(resourceVersion, app), 'watch');
    seen.push(...(await sent()));
  }
  expect(seen).toEqual(['Applied first 7 a', 'Applied first 8 b', 'Applied first 9 a']);
});

it('a pending event of an object that is not in a listing is withdrawn, its deletion is not', async () => {
  const { observer, sent } = observing();
  await observer.applied(version('7', 'a'), 'watch');
  const other = pod('shop', 'other') as PodObject & KubernetesObject;
  await observer.applied(other, 'watch');
  await observer.deleted(other);
  observer.listing();
  observer.listed('8');
  expect(await sent()).toEqual(['Deleted other  other', 'Listed 1/1: 0']);
});

it('a newer listing replaces all parts of a pending one', async () => {
  const { observer, sent, metrics } = observing();
  observer.listing();
  for (let index = 0; index < 2500; index++)
    await observer.applied(pod('shop', `pod-${index}`) as PodObject & KubernetesObject, 'listing');
  observer.listed('8');
  observer.listing();
  await observer.applied(version('7', 'a'), 'listing');
  observer.listed('9');
  expect(await sent()).toEqual(['Applied first 7 a', 'Listed 1/1: 1']);
  expect(metrics.objects.get({ kind: 'Pod' })).toBe(1);
});

it('a restarted listing contains only the objects of the last attempt', async () => {
  const { observer, sent } = observing();
  observer.listing();
  await observer.applied(version('7', 'a'), 'listing');
  observer.listing();
  observer.listed('9');
  expect(await sent()).toEqual(['Listed 1/1: 0']);
});

it('a reevaluation counts only for objects that were sent before, and not in a newer version', async () => {
  const { observer, sent, metrics } = observing();
  await observer.reevaluate(version('7', 'never sent'));
  await observer.applied(version('1000', 'a'), 'watch');
  await observer.reevaluate(version('999', 'older'));
  await observer.reevaluate(version('1001', 'other object', 'other uid'));
  expect(await sent()).toEqual(['Applied first 1000 a']);
  await observer.reevaluate(version('1001', 'ahead'));
  await observer.applied(version('1000', 'behind'), 'watch');
  expect(await sent()).toEqual(['Applied first 1001 ahead']);
  await observer.deleted(version('1002', 'ahead'));
  await observer.reevaluate(version('1001', 'ghost'));
  expect(await sent()).toEqual(['Deleted first 1002 ahead']);
  expect(metrics.objects.get({ kind: 'Pod' })).toBe(0);
});

it('a reevaluation does not put an object into the listing in progress', async () => {
  const { observer, sent } = observing();
  await observer.applied(version('7', 'a'), 'watch');
  await sent();
  observer.listing();
  await observer.reevaluate(version('8', 'b'));
  observer.listed('9');
  expect(await sent()).toEqual(['Listed 1/1: 0']);
});

it('a listing counts even with lower versions, as after a restore', async () => {
  const { observer, sent } = observing();
  await observer.applied(version('1000', 'a'), 'watch');
  await sent();
  observer.listing();
  await observer.applied(version('10', 'b'), 'listing');
  expect(await sent()).toEqual(['Applied first 10 b']);
  await observer.applied(version('11', 'c'), 'watch');
  expect(await sent()).toEqual(['Applied first 11 c']);
});

it('gives each event an id of its own, and sends none for the id or the time alone', async () => {
  const { observer, details } = observing();
  await observer.applied(version('7', 'a'), 'watch');
  const [first] = await details();
  await observer.applied(version('8', 'a'), 'watch');
  expect(await details()).toEqual([]);
  await observer.applied(version('9', 'b'), 'watch');
  const [second] = await details();
  expect(first?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.correlationId).not.toBe(first?.correlationId);
  expect(Date.parse(first?.observedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
});
