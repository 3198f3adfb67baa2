import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudMapCatalog } from '../../shared/adapters/aws/cloud-map-catalog.ts';
import { paced } from '../../shared/adapters/aws/paced.ts';
import { Pacer } from '../../shared/pacing/pacer.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
let shop: string;
let pacer: Pacer;
beforeEach(async () => {
  harness = new EntriesHarness();
  shop = harness.namespace('shop');
  pacer = usePacing();
  await ended(harness.poll());
  await ended(useUp());
});

/** Cloud Map's calls at the rate that all functions share, as deployed, of which ListNamespaces' is used up. */
function usePacing(): Pacer {
  const clock = {
    now: () => harness.clock.now(),
    sleep: (milliseconds: number) => harness.clock.sleep(milliseconds),
  };
  const pacer = new Pacer({
    ...{ store: new MemoryBudgets(), clock, random: () => 0, maxWaitMs: 10_000, onStoreFailure: () => {} },
    ...{ target: 'own/own', cluster: 'local' },
  });
  const client = new ServiceDiscoveryClient(inProcessClientOptions(harness.cloudMap));
  const catalog = new CloudMapCatalog(paced(client, pacer));
  harness.deps = { ...harness.deps, catalog: () => catalog };
  return pacer;
}

/** Whatever is left of the calls at once. */
async function useUp(): Promise<void> {
  for (let call = 0; call < 10; call++) await pacer.take('ListNamespaces');
}

/** How long the work takes, in milliseconds of the clock. */
async function ended(work: Promise<unknown>): Promise<number> {
  const startedAtMs = harness.clock.now();
  let isRunning = true;
  const end = work.finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    for (let turn = 0; turn < 20 && isRunning; turn++) await new Promise((resolve) => setImmediate(resolve));
    const dueMs = harness.clock.nextDueMs();
    if (isRunning && dueMs !== undefined) harness.clock.advance(dueMs - harness.clock.now());
  }
  await end;
  return harness.clock.now() - startedAtMs;
}

describe('where the rate of ListNamespaces is used up', () => {
  it('the comparison of all waits for its turn', async () => {
    expect(await ended(harness.poll())).toBeGreaterThan(500);
  });

  it('a service that is new in a known namespace gets its ServiceEntry without waiting', async () => {
    const id = harness.service(shop, 'front');
    harness.register(id, '10.0.0.1');
    const calls = await harness.callsOf(async () =>
      expect(await ended(harness.poll({ namespaceId: shop }))).toBe(0),
    );
    expect(calls.cloudMap).toEqual({ ListServices: 1, DiscoverInstances: 1 });
    expect(harness.endpoints).toEqual({ 'front.shop': ['10.0.0.1'] });
  });

  it('the first instance of a known service without a ServiceEntry is written without waiting', async () => {
    const id = harness.service(shop, 'front');
    const key = { target: 'own/own', namespaceName: 'shop', serviceName: 'front' };
    const names = { name: 'front', namespaceId: shop, namespaceKind: 'http', httpName: 'shop' } as const;
    await harness.services.save(key, { id, ...names, hasCustomHealthCheck: false });
    await ended(harness.poll());
    expect(harness.endpoints).toEqual({});
    harness.register(id, '10.0.0.1');
    await ended(useUp());
    expect(await ended(harness.check(id))).toBe(0);
    expect(harness.endpoints).toEqual({ 'front.shop': ['10.0.0.1'] });
  });

  it('a service in a namespace that was never listed waits, since its namespace must be listed', async () => {
    const late = harness.namespace('late');
    harness.register(harness.service(late, 'front'), '10.0.0.1');
    expect(await ended(harness.poll({ namespaceId: late }))).toBeGreaterThan(500);
    expect(harness.endpoints).toEqual({ 'front.late': ['10.0.0.1'] });
  });

  it('the services that were listed for a change are not listed again by the next comparison of all', async () => {
    harness.register(harness.service(shop, 'front'), '10.0.0.1');
    await ended(harness.poll({ namespaceId: shop }));
    const { cloudMap } = await harness.callsOf(() => ended(harness.poll()));
    expect(cloudMap).toEqual({ ListNamespaces: 1, DiscoverInstancesRevision: 1 });
  });

  it('a ServiceEntry of a namespace that is gone is deleted by the comparison of all, not by one of known namespaces', async () => {
    const gone = harness.namespace('gone');
    const id = harness.service(gone, 'front');
    harness.register(id, '10.0.0.1');
    await ended(harness.poll());
    harness.deregister(id, '10.0.0.1');
    harness.call('DeleteService', { Id: id });
    harness.call('DeleteNamespace', { Id: gone });
    await ended(harness.poll({ namespaceId: shop }));
    expect(harness.endpoints).toHaveProperty(['front.gone']);
    await ended(harness.poll());
    await ended(harness.poll());
    expect(harness.endpoints).toEqual({});
  });
});
