import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics } from '../../../relay/metrics.ts';
import type { Sender } from '../../../relay/send/sender.ts';
import { clusterObjectChanged } from '../../../relay/watch/details.ts';
import { Observer } from '../../../relay/watch/observer.ts';
import {
  type KubernetesObject,
  meshResources,
  namespaces,
  pods,
  type Resource,
} from '../../../shared/adapters/kubernetes/resources.ts';
import { object } from './reflecting.ts';

const now = '2026-11-21T10:00:00.000Z';
const later = '2026-11-21T10:00:05.000Z';
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
beforeEach(() => void vi.useFakeTimers({ now: Date.parse(now), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

interface Offered {
  readonly key: string;
  readonly detail: string;
  readonly correlationId: string;
}

/** An observer of a kind, and what it does with its sender; each wait for capacity ends by hand. */
function observing(resource: Resource = pods, namespace?: string) {
  const metrics = createMetrics();
  const offered: Offered[] = [];
  const withdrawn: string[] = [];
  const waits: Promise<void>[] = [];
  const sender = {
    offer: (event: Offered) => void offered.push(event),
    withdraw: (key: string) => void withdrawn.push(key),
    waitForCapacity: () => waits.shift(),
  };
  const observer = new Observer<KubernetesObject>({
    ...{ cluster: 'test', resource, namespace, metrics, sender: sender as unknown as Sender },
    toDetail: (change, seen) => clusterObjectChanged('test', change, seen as never),
    clusterCreatedAt: () => '2026-01-02T03:04:05Z',
  });
  const details = () => offered.splice(0).map(({ detail }) => JSON.parse(detail));
  return { observer, offered, withdrawn, waits, metrics, details };
}

describe('the event of a change', () => {
  it.each<[string, Resource, string]>([
    ['a pod', pods, 'Pod Changed'],
    ['a mesh object', meshResources.VirtualNode, 'Cluster Object Changed'],
  ])('of %s names it, its change and its time', async (_, resource, type) => {
    const { observer, offered } = observing(resource);
    await observer.applied(object('a', '7'), 'watch');
    const subject = `${resource.kind} shop/a`;
    const [event] = offered;
    const detail = { ...clusterObjectChanged('test', 'Applied', object('a', '7') as never) };
    expect(event).toEqual({
      ...{ key: subject, subject, type, observedAt: Date.parse(now), afterOthers: false },
      ...{ correlationId: uuid, detail: expect.any(String) },
    });
    const cause = { correlationId: event?.correlationId, observedAt: now };
    expect(JSON.parse(event?.detail ?? '')).toEqual({ ...JSON.parse(JSON.stringify(detail)), ...cause });
  });

  it('waits until there is capacity, as often as it is full', async () => {
    const { observer, offered, waits } = observing();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    for (const observe of [
      () => observer.applied(object('a', '7'), 'watch'),
      () => observer.reevaluate({ ...object('a', '8'), spec: {} } as KubernetesObject),
      () => observer.deleted(object('a', '9')),
    ]) {
      waits.push(first.promise, second.promise);
      const before = offered.length;
      const observed = observe();
      await Promise.resolve();
      expect(offered).toHaveLength(before);
      first.resolve();
      second.resolve();
      await observed;
      expect(waits).toEqual([]);
      expect(offered).toHaveLength(before + 1);
    }
  });

  it('is none without a difference, which is counted', async () => {
    const { observer, offered, metrics } = observing();
    for (const version of ['7', '8', '10']) await observer.applied(object('a', version), 'watch');
    expect(offered).toHaveLength(1);
    expect(metrics.unchanged.get({ kind: 'Pod' })).toBe(2);
  });

  it.each([
    ['10', '9', 0],
    ['9', '10', 1],
    ['10', '10', 1],
    ['11', '10', 0],
    ['10', '11', 1],
  ])(
    'of a watch is ignored that is older than what was seen: after %s, %s makes %i',
    async (seen, next, count) => {
      const { observer, offered } = observing();
      await observer.applied(object('a', seen), 'watch');
      await observer.applied({ ...object('a', next), spec: { changed: 'yes' } } as KubernetesObject, 'watch');
      expect(offered.length - 1).toBe(count);
    },
  );
});

describe('the number of objects', () => {
  it.each<[string, Resource, string | undefined, Record<string, string>]>([
    ['of all namespaces', pods, undefined, { kind: 'Pod' }],
    ['of one namespace', pods, 'shop', { kind: 'Pod', namespace: 'shop' }],
  ])('%s is that of those that are there', async (_, resource, namespace, labels) => {
    const { observer, metrics } = observing(resource, namespace);
    const count = () => metrics.objects.get(labels);
    await observer.applied(object('a', '7'), 'watch');
    expect(count()).toBe(1);
    await observer.applied(object('b', '7'), 'watch');
    expect(count()).toBe(2);
    await observer.deleted(object('a', '8'));
    expect(count()).toBe(1);
    observer.listing();
    observer.listed('9');
    expect(count()).toBe(0);
  });
});

describe('the event of a listing', () => {
  const whole = { type: 'Cluster Listed', version: expect.any(Number), group: 'test', cluster: 'test' };
  const dated = { clusterCreatedAt: '2026-01-02T03:04:05Z', takenAt: now };
  const onePart = { id: uuid, part: 1, parts: 1 };

  it('has what was listed, when the listing began, and supersedes the last one', async () => {
    const { observer, offered, withdrawn, details } = observing();
    await observer.applied(object('gone', '7'), 'watch');
    offered.length = 0;
    observer.listing();
    vi.setSystemTime(later);
    await observer.applied(object('a', '8'), 'listing');
    offered.length = 0;
    observer.listed('9');
    expect(withdrawn).toEqual(['Pod shop/gone']);
    const [event] = offered;
    expect(event).toEqual({
      ...{ key: 'Listing Pod  1', subject: 'part 1 of the listing of pods', type: 'Cluster Listed' },
      ...{
        observedAt: Date.parse(later),
        afterOthers: true,
        correlationId: uuid,
        detail: expect.any(String),
      },
    });
    expect(details()).toEqual([
      {
        ...whole,
        listing: {
          ...{ ...onePart, ...dated, id: event?.correlationId, kind: 'Pod', resourceVersion: '9' },
          ...{ from: '', to: null, objects: [{ key: 'shop/a', uid: 'a' }] },
        },
      },
    ]);
    observer.listing();
    observer.listed('10');
    expect(withdrawn).toEqual(['Pod shop/gone', 'Pod shop/a', 'Listing Pod  1']);
  });

  it('has all that was seen since where it is confirmed, and the time of that', async () => {
    const { observer, details } = observing(pods, 'shop');
    observer.listing();
    await observer.applied(object('a', '8'), 'listing');
    observer.listed('9');
    await observer.applied(object('b', '10'), 'watch');
    details();
    vi.setSystemTime(later);
    observer.confirmed('11');
    const objects = [
      { key: 'shop/a', uid: 'a' },
      { key: 'shop/b', uid: 'b' },
    ];
    expect(details()).toMatchObject([
      {
        listing: { kind: 'Pod', resourceVersion: '11', takenAt: later, from: 'shop/', to: 'shop0', objects },
      },
    ]);
  });

  it('says that the kind is absent, without objects or a time', () => {
    const { observer, offered, details } = observing(namespaces, 'shop');
    observer.absent();
    expect(offered.map(({ key }) => key)).toEqual(['Listing Namespace shop 1']);
    expect(details()).toEqual([
      {
        ...whole,
        listing: {
          ...{ ...onePart, absent: true, resourceVersion: '0', kind: 'Namespace' },
          ...{ from: '', to: null, objects: [] },
        },
      },
    ]);
  });

  it('has several parts of at most 1,000 objects', async () => {
    const { observer, offered } = observing();
    observer.listing();
    for (let index = 0; index < 1_001; index++) await observer.applied(object(`${index}`, '8'), 'listing');
    offered.length = 0;
    observer.listed('9');
    expect(offered.map(({ key }) => key)).toEqual(['Listing Pod  1', 'Listing Pod  2']);
    const parts = offered.map(({ detail }) => JSON.parse(detail).listing);
    expect(parts.map(({ part, parts: all }) => [part, all])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(1);
  });
});
