import {
  CreateHttpNamespaceCommand,
  ListInstancesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import { paced } from '../../shared/adapters/aws/paced.ts';
import { RetryableError } from '../../shared/model/errors.ts';
import { Pacer } from '../../shared/pacing/pacer.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';

describe('a paced client of Cloud Map', () => {
  let cloudMap: CloudMap;
  let asked: string[];
  let throttled: string[];
  let client: ServiceDiscoveryClient;
  beforeEach(() => {
    cloudMap = new CloudMap({
      settings: { rates: {}, latenciesMs: { CREATE_NAMESPACE: 0 }, quotas: { namespaces: 200 } },
    });
    asked = [];
    throttled = [];
    const options = { ...inProcessClientOptions(cloudMap), maxAttempts: 3 };
    client = paced(new ServiceDiscoveryClient(options), {
      take: async (operation) => {
        asked.push(operation);
      },
      throttled: async (operation) => {
        throttled.push(operation);
        return 1_234;
      },
    });
  });

  it('a paced client of Cloud Map asks before each call, pages included', async () => {
    for (let index = 0; index < 120; index++)
      await client.send(new CreateHttpNamespaceCommand({ Name: `n-${index}` }));
    asked = [];
    await new CloudMapAdapter(client).namespacesNamed('nowhere');
    expect(asked).toEqual(['ListNamespaces', 'ListNamespaces']);
  });

  it('a paced client of Cloud Map leaves a throttled call to the budget: one attempt, and the time to retry', async () => {
    cloudMap.faults.failNext('ListInstances', 'throttle', 5);
    const instances = new CloudMapReader(client).instancesOf('srv-1');
    const error = await instances.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ retryAfterMs: 1_234, cause: { name: 'ThrottlingException' } });
    expect((error as Error).message).toBe('ListInstances: ThrottlingException: Rate exceeded');
    expect(cloudMap.calls.get('ListInstances')).toBe(1);
    expect(throttled).toEqual(['ListInstances']);
  });

  it('a paced client of Cloud Map asks for each attempt of a call that the SDK repeats, and slows nothing down for it', async () => {
    cloudMap.faults.failNext('ListInstances', 'error', 1);
    await client.send(new ListInstancesCommand({ ServiceId: 'srv-1' })).catch(() => {});
    expect(asked).toEqual(['ListInstances', 'ListInstances']);
    expect(throttled).toEqual([]);
  });
});

describe('a pacer', () => {
  const onStoreFailure = () => {};
  it('a pacer has calls that would wait too long retried, and lets others wait', async () => {
    const clock = new VirtualClock();
    const options = { store: new MemoryBudgets(), clock, random: () => 0, onStoreFailure: () => {} };
    const pacerOf = (maxWaitMs: number) =>
      new Pacer({ ...options, target: 'own/own', cluster: 'a', maxWaitMs });
    const hasty = pacerOf(100);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => hasty.take('ListNamespaces')));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toBeInstanceOf(RetryableError);
    expect(refused[0].message).toBe(
      "ListNamespaces for cluster a has to wait: the account's budget for it is used up",
    );
    const waits = refused.map(({ retryAfterMs }) => retryAfterMs);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(waits.length);

    let isTaken = false;
    const taken = pacerOf(60_000)
      .take('ListNamespaces')
      .then(() => {
        isTaken = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isTaken).toBe(false);
    clock.advance(10_000);
    await taken;
  });

  it('a pacer lets a call be made after a read with the turn that came before the read, and takes no other', async () => {
    const granted = async (call: (pacer: Pacer) => Promise<void>) => {
      const clock = new VirtualClock();
      const options = { store: new MemoryBudgets(), clock, random: () => 0 };
      const pacer = new Pacer({
        ...options,
        ...{ target: 'own/own', cluster: 'a', maxWaitMs: 0 },
        onStoreFailure,
      });
      let isRunning = true;
      const calls = Promise.allSettled(Array.from({ length: 20 }, () => call(pacer))).finally(() => {
        isRunning = false;
      });
      // Requests are collected for some milliseconds while calls have to wait.
      while (isRunning) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(1);
      }
      const results = await calls;
      return results.filter(({ status }) => status === 'fulfilled').length;
    };
    const single = await granted((pacer) => pacer.take('ListNamespaces'));
    const afterRead = await granted((pacer) =>
      pacer.whenAllowed('ListNamespaces', async () => {
        await pacer.take('GetInstance');
        await pacer.take('ListNamespaces');
      }),
    );
    const twice = await granted((pacer) =>
      pacer.whenAllowed('ListNamespaces', async () => {
        await pacer.take('ListNamespaces');
        await pacer.take('ListNamespaces');
      }),
    );
    expect(single).toBeGreaterThan(2);
    expect(afterRead).toBe(single);
    expect(twice).toBeLessThan(single);
  });

  it('a pacer reads once before a call without a turn of its own: as many reads as calls', async () => {
    const store = new MemoryBudgets();
    const pacer = new Pacer({
      ...{ store, clock: new VirtualClock(), random: () => 0, target: 'own/own', cluster: 'a' },
      ...{ maxWaitMs: 0, onStoreFailure },
    });
    const register = () =>
      pacer.whenAllowed('RegisterInstance', async () => {
        await pacer.take('GetInstance');
        await pacer.take('RegisterInstance');
      });
    await Promise.allSettled(Array.from({ length: 300 }, register));
    const find = (operation: string) => store.find({ target: 'own/own', operation });
    expect(await find('RegisterInstance')).toBeDefined();
    expect(await find('GetInstance')).toBeUndefined();
    await Promise.allSettled(
      Array.from({ length: 3 }, () =>
        pacer.whenAllowed('DeregisterInstance', async () => {
          await pacer.take('GetInstance');
          await pacer.take('GetInstance');
        }),
      ),
    );
    expect(await find('GetInstance'), 'a second read is paced').toBeDefined();
  });

  it('a pacer begins no work whose call would have to wait too long', async () => {
    const options = { store: new MemoryBudgets(), clock: new VirtualClock(), random: () => 0 };
    const pacer = new Pacer({
      ...options,
      ...{ target: 'own/own', cluster: 'a', maxWaitMs: 0 },
      onStoreFailure,
    });
    let begun = 0;
    const call = () =>
      pacer.whenAllowed('ListNamespaces', async () => {
        begun += 1;
      });
    const results = await Promise.allSettled(Array.from({ length: 20 }, call));
    expect(begun).toBeLessThan(10);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(begun);
  });

  it('a pacer does not hold up what has no limit', async () => {
    const store = new MemoryBudgets();
    const options = { store, clock: new VirtualClock(), random: () => 0, onStoreFailure: () => {} };
    const pacer = new Pacer({ ...options, target: 'own/own', cluster: 'a', maxWaitMs: 0 });
    for (let call = 0; call < 5_000; call++) await pacer.take('DiscoverInstances');
    expect(await store.find({ target: 'own/own', operation: 'DiscoverInstances' })).toBeUndefined();
  });
});
