import { beforeEach, describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
import { serviceChanged } from '../../shared/model/events/service-entry-requests.ts';
import type { LiveObject } from '../../shared/model/kubernetes-object.ts';
import type { KnownService } from '../../shared/ports/service-entry-ports.ts';
import { checkService } from '../../shared/service-entries/check-service.ts';
import { EntryRun } from '../../shared/service-entries/entry-run.ts';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
let shop: string;
let cart: string;
beforeEach(async () => {
  harness = new EntriesHarness();
  harness.namespace('pay');
  shop = harness.namespace('shop');
  cart = harness.service(shop, 'cart');
  harness.register(cart, '10.0.0.1');
  await harness.poll();
});

/** What the check answers, the events for later, and the calls of the cluster. */
async function checked(serviceId = cart) {
  const run = EntryRun.of(harness.deps, 'local');
  if (run === undefined) throw new Error('expected a run');
  harness.objects.calls.length = 0;
  const answer = await checkService(run, serviceChanged('local', serviceId, harness.clock.now()));
  const later = harness.laterChecks.map(({ event, dueAtMs }) => [
    event.isSeen ?? false,
    dueAtMs - harness.clock.now(),
  ]);
  const calls = harness.objects.calls.map((call) => call.split(' ')[0]);
  return { answer, later, calls, stale: [...run.staleNamespaces] };
}

async function known(): Promise<KnownService> {
  const service = await harness.entries.service('local', cart);
  if (service === undefined) throw new Error('expected a service');
  return service;
}

async function change(changes: Partial<KnownService>): Promise<void> {
  await harness.entries.saveService('local', { ...(await known()), ...changes });
}

async function deleteEntry() {
  const [{ apiVersion, kind, metadata } = { apiVersion: '', kind: '', metadata: { name: '', uid: '' } }] =
    harness.live;
  const { name, namespace = '', uid, labels, annotations } = metadata as LiveObject['metadata'];
  await harness.objects.delete({ id: { apiVersion, kind, name, namespace }, uid });
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations } };
}

const again = [[false, 2_000]];
const onceMore = [[true, 2_000]];
const nothing = { calls: [], stale: [] };

describe('the check of a service', () => {
  it('is done if nothing changed, and made again', async () => {
    expect(await checked()).toEqual({ ...nothing, answer: 'done', later: again });
  });

  it('updates the entry of one that changed, and is made once more', async () => {
    harness.register(cart, '10.0.0.2');
    expect(await checked()).toEqual({
      ...nothing,
      ...{ answer: 'done', later: onceMore, calls: ['discover', 'get', 'apply'] },
    });
    expect(harness.endpoints).toEqual({ 'cart.shop': ['10.0.0.1', '10.0.0.2'] });
    expect(await checked()).toMatchObject({ answer: 'done', calls: [] });
  });

  it('updates the entry of one that has no instances any more', async () => {
    harness.deregister(cart, '10.0.0.1');
    expect(await checked()).toMatchObject({ answer: 'done', calls: ['discover', 'get', 'apply'] });
    expect(harness.endpoints).toEqual({ 'cart.shop': [] });
  });

  it('records a revision that is new while the instances are the same', async () => {
    const { revision } = await known();
    await change({ revision: (revision ?? 0) - 1 });
    expect(await checked()).toEqual({ ...nothing, answer: 'done', later: again, calls: ['discover', 'get'] });
    expect((await known()).revision).toBe(revision);
  });

  it('leaves one that is not imported', async () => {
    await change({ isSelected: false });
    expect(await checked()).toEqual({ ...nothing, answer: 'done', later: [] });
  });

  it('lists the namespace of one that is not known, or whose namespace is not', async () => {
    expect(await checked('srv-x')).toEqual({ ...nothing, answer: 'list', later: again });
    await harness.entries.saveNamespaces('local', []);
    expect(await checked()).toMatchObject({ ...nothing, answer: 'list' });
    await harness.entries.saveNamespaces('local', undefined as never);
    expect(await checked()).toMatchObject({ ...nothing, answer: 'list' });
  });

  it('lists the namespace of one that is gone, and is not made again', async () => {
    harness.deregister(cart, '10.0.0.1');
    harness.call('DeleteService', { Id: cart });
    expect(await checked()).toEqual({ answer: 'list', later: [], calls: [], stale: [shop] });
  });

  it('fails if Cloud Map cannot be read', async () => {
    const error = new RetryableError('slow');
    const catalog = {
      instances: async () => {
        throw error;
      },
    };
    harness.deps = { ...harness.deps, catalog: () => catalog as never };
    await expect(checked()).rejects.toBe(error);
  });
});

describe('the check of a service compares all', () => {
  it('if it has no entry so far', async () => {
    await change({ entry: undefined });
    expect(await checked()).toEqual({ ...nothing, answer: 'poll', later: again });
  });

  it.each<readonly [name: string, prepare: () => unknown, calls: readonly string[]]>([
    [
      'the cluster does not serve ServiceEntries any more',
      () => {
        harness.objects.served = { 'networking.istio.io/ServiceEntry': [] };
      },
      ['discover'],
    ],
    ['its entry is deleted', () => deleteEntry(), ['discover', 'get']],
    [
      'its entry is replaced',
      async () => harness.objects.write({ ...(await deleteEntry()), spec: { hosts: ['cart.shop'] } }),
      ['discover', 'get'],
    ],
    [
      'its entry is no more ours',
      () => {
        const [{ apiVersion, kind, metadata } = { apiVersion: '', kind: '', metadata: { name: '' } }] =
          harness.live;
        const { name, namespace } = metadata;
        const labels = { 'app.kubernetes.io/managed-by': 'kubectl' };
        const theirs = { apiVersion, kind, metadata: { name, namespace, labels } };
        harness.objects.write(theirs, { manager: 'kubectl', force: true });
      },
      ['discover', 'get'],
    ],
  ])('if it changed and %s', async (_, prepare, calls) => {
    harness.register(cart, '10.0.0.2');
    await prepare();
    expect(await checked()).toEqual({ answer: 'poll', later: onceMore, calls, stale: [] });
  });
});
