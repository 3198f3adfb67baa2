import { describe, expect, it } from 'vitest';
import { ConflictError, RetryableError } from '../../../shared/model/errors.ts';
import type { PodResyncRequested } from '../../../shared/model/events/event.ts';
import type { WaitingPod } from '../../../shared/model/records/registration.ts';
import { offerPlace, stopWaiting } from '../../../shared/pods/services/offer-places.ts';
import type { Dependencies } from '../../../shared/ports/ports.ts';
import { aClaim } from '../../explain/harness/pod-facts.ts';
import { aPod } from '../../fakes/objects.ts';
import { memoryStores } from '../../fakes/stores/memory-stores.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const service = aClaim().service;
const full = { atMs: nowMs, quota: 'service' } as const;

/** A full service in which pods wait, `front-1` the longest. */
async function aFullService(...waiting: readonly Partial<WaitingPod>[]) {
  const stores = memoryStores(() => nowMs);
  const asked: string[] = [];
  const requests = {
    send: async (events: readonly PodResyncRequested[]) =>
      void asked.push(...events.map(({ pod }) => pod.name)),
  };
  const deps = { ...stores, requests, clock: { now: () => nowMs } } as unknown as Dependencies;
  await stores.services.save(service, {
    ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
    hasCustomHealthCheck: true,
  });
  await stores.services.markFull(service, 'srv-1', full);
  for (const [index, changes] of waiting.entries()) {
    const key = { cluster: 'local', namespace: 'shop', name: `front-${index + 1}` };
    const createdAt = `2026-11-21T10:00:0${index}Z`;
    await stores.pods.record({ pod: aPod({ ...key, uid: key.name, createdAt }), deleted: false });
    await stores.waitingPods.add(service, {
      ...key,
      createdAt,
      instanceId: `10.0.0.${index + 1}`,
      ...changes,
    });
  }
  const change = (name: string, changes: object, ofPod: object = {}) => {
    for (const record of stores.pods.items.values())
      if (record.pod.name === name) Object.assign(record, { ...changes, pod: { ...record.pod, ...ofPod } });
  };
  const stillWaiting = () => [...stores.waitingPods.items.values()].map(({ name }) => name);
  const fullAs = async () => (await stores.services.find(service))?.full;
  return { deps, stores, asked, change, stillWaiting, fullAs };
}

const wokenFor = (place: string, agoMs: number) => ({ wokenFor: place, wokenAtMs: nowMs - agoMs });

describe('a place in a full service', () => {
  it('a place in a full service is offered to the pod that waits the longest, again if that is repeated', async () => {
    const { deps, asked, fullAs } = await aFullService({}, {}, {});
    expect(await offerPlace(deps, service, 'a')).toBe(true);
    expect(await offerPlace(deps, service, 'a')).toBe(true);
    expect(await offerPlace(deps, service, 'b')).toBe(true);
    expect(asked).toEqual(['front-1', 'front-1', 'front-2']);
    expect(await fullAs()).toEqual(full);
  });

  it('a place in a full service is offered again to the same pod without waking it once more', async () => {
    const { deps, stores, asked } = await aFullService(wokenFor('a', 1_000));
    stores.waitingPods.wake = () => Promise.reject(new Error('it was woken'));
    expect(await offerPlace(deps, service, 'a')).toBe(true);
    expect(asked).toEqual(['front-1']);
  });

  it('a place in a full service is offered to the next pod if another writer wakes the first one meanwhile', async () => {
    const { deps, stores, asked } = await aFullService({}, {});
    const { waitingPods } = stores;
    const wake = waitingPods.wake.bind(waitingPods);
    waitingPods.wake = async (pods, pod) => {
      waitingPods.wake = wake;
      await wake(pods, pod, 'b', nowMs);
      throw new ConflictError('it was woken');
    };
    expect(await offerPlace(deps, service, 'a')).toBe(true);
    expect(asked).toEqual(['front-2']);
  });

  it('a place in a full service is offered by a retry if the pod cannot be woken', async () => {
    const { deps, stores, asked } = await aFullService({});
    stores.waitingPods.wake = () => Promise.reject(new RetryableError('throttled'));
    await expect(offerPlace(deps, service, 'a')).rejects.toThrow('throttled');
    expect(asked).toEqual([]);
  });

  it.each<readonly [string, object, object]>([
    ['is deleted', { deleted: true }, {}],
    ['terminates', {}, { terminating: true }],
    ['was created again', {}, { createdAt: '2026-11-21T11:00:00Z' }],
  ])(
    'a place in a full service is offered to the next pod if the first %s',
    async (_what, changes, ofPod) => {
      const { deps, asked, change, stillWaiting } = await aFullService({}, {}, {});
      change('front-1', changes, ofPod);
      expect(await offerPlace(deps, service, 'a')).toBe(true);
      expect(asked).toEqual(['front-2']);
      expect(stillWaiting()).toEqual(['front-2', 'front-3']);
    },
  );

  it.each([
    ['is registered', 'front-1', 'applied', 'front-2'],
    ['is being registered', 'front-1', 'claimed', 'front-1'],
    ['waits for an id that another pod has', 'front-9', 'applied', 'front-1'],
  ] as const)(
    'a place in a full service is offered to the next pod only if the first has its place: it %s',
    async (_what, name, phase, next) => {
      const { deps, stores, asked } = await aFullService({}, {});
      const owner = { cluster: 'local', namespace: 'shop', name, uid: name };
      const claim = await stores.claims.take({ service, instanceId: '10.0.0.1' }, owner, 'srv-1', nowMs);
      for (const item of stores.claims.items.values()) Object.assign(item, { ...claim, phase });
      await offerPlace(deps, service, 'a');
      expect(asked).toEqual([next]);
    },
  );

  it('a place in a full service is offered to one more pod for each that was woken minutes ago and has not tried', async () => {
    const asleep = await aFullService(wokenFor('b', 120_000), {}, {}, {});
    expect(await offerPlace(asleep.deps, service, 'a')).toBe(true);
    expect(asleep.asked).toEqual(['front-2', 'front-3']);
    const awake = await aFullService(wokenFor('b', 119_999), {}, {}, {});
    expect(await offerPlace(awake.deps, service, 'a')).toBe(true);
    expect(awake.asked).toEqual(['front-2']);
  });

  it('a place in a full service makes the service no longer full if no pod waits', async () => {
    const { deps, asked, fullAs } = await aFullService();
    expect(await offerPlace(deps, service, 'a')).toBe(false);
    expect(asked).toEqual([]);
    expect(await fullAs()).toBeUndefined();
    expect(await offerPlace(deps, service, 'a'), 'it is not full').toBe(false);
  });

  it('a place in a full service is offered to a pod that began to wait just before the service was recorded as reopening', async () => {
    const { deps, stores, asked, fullAs } = await aFullService({});
    const { waitingPods, services } = stores;
    const late = await waitingPods.ofService(service).next();
    if (late.done) throw new Error('a pod waits');
    waitingPods.items.clear();
    const reopen = services.reopen.bind(services);
    services.reopen = async (...args) => {
      await waitingPods.add(service, late.value);
      return reopen(...args);
    };
    expect(await offerPlace(deps, service, 'a')).toBe(true);
    expect(asked).toEqual(['front-1']);
    expect(await fullAs()).toMatchObject({ reopening: true });
  });

  it('a place in a full service leaves the service full while all pods that wait were woken for other places', async () => {
    const { deps, asked, fullAs } = await aFullService(wokenFor('b', 0));
    expect(await offerPlace(deps, service, 'a')).toBe(false);
    expect(asked).toEqual([]);
    expect(await fullAs()).toBeDefined();
  });
});

describe('a pod that no longer waits', () => {
  const first = { cluster: 'local', namespace: 'shop', name: 'front-1' };
  const wait = { service, createdAt: '2026-11-21T10:00:00Z' };

  it('a pod that no longer waits leaves the place that it was offered to the next one', async () => {
    const { deps, stores, asked, stillWaiting } = await aFullService(wokenFor('b', 0), {});
    await stores.pods.addWait(first, wait);
    await stopWaiting(deps, first, wait);
    expect(asked).toEqual(['front-2']);
    expect(stillWaiting()).toEqual(['front-2']);
    expect((await stores.pods.find(first))?.waits).toBeUndefined();
  });

  it('a pod that no longer waits leaves the place that it is offered at this moment to the next one', async () => {
    const { deps, stores, asked, stillWaiting } = await aFullService({}, {});
    const { waitingPods } = stores;
    const remove = waitingPods.remove.bind(waitingPods);
    waitingPods.remove = async (key, pod) => {
      waitingPods.remove = remove;
      await waitingPods.wake(key, pod, 'b', nowMs);
      return remove(key, pod);
    };
    await stopWaiting(deps, first, wait);
    expect([asked, stillWaiting()]).toEqual([['front-2'], ['front-2']]);
  });

  it('a pod that no longer waits leaves none if it was offered none', async () => {
    const { deps, asked, stillWaiting } = await aFullService({}, {});
    await stopWaiting(deps, first, wait);
    expect([asked, stillWaiting()]).toEqual([[], ['front-2']]);
  });
});
