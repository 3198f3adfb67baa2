import { describe, expect, it } from 'vitest';
import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { RetryableError } from '../../shared/model/errors.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { doByHand, serviceOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const config = {
  name: 'local',
  cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
  tenancy: [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }],
};

/** A service with a pod of ours and this many foreign instances. */
async function aServiceWith(others: number, serviceName = 'front') {
  const harness = new ScenarioHarness([config]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async (object, status) => cluster.setStatus(object, status),
  });
  const report = async (...events: ReturnType<typeof cluster.apply>[]) => {
    harness.publish(events);
    await harness.settle();
  };
  const virtualNode = cluster.apply('virtualnode/front', { service: `shop.local/${serviceName}` });
  await report(virtualNode, cluster.apply('pod/front-1', { ip: '10.0.0.1' }));
  for (let index = 0; index < others; index++)
    doByHand(harness, {
      register: `shop.local/${serviceName}/ecs-${index}`,
      attributes: { AWS_INSTANCE_IPV4: '10.9.0.1', ECS_TASK: `${index}` },
    });
  harness.cloudMap.calls.clear();
  let runs = 0;
  const sweepOnce = async () => {
    const options = { force: false, adopt: true, dryRun: false };
    const { allowed } = await sweep(harness.deps, { cluster: 'local' }, options, `run-${++runs}`);
    await harness.settle();
    return allowed.map(({ kind, detail }) => `${kind}: ${detail}`);
  };
  const problems = (name: string) =>
    [...harness.stores.pods.items.values()].find(({ pod }) => pod.name === name)?.problems ?? [];
  const deadLetters = () => harness.queues.pods.deadLetters;
  return { harness, cluster, report, sweepOnce, problems, deadLetters };
}

it('a pod that finds its service full is refused once, with the name of the quota, and takes the capacity that is freed', async () => {
  const { harness, cluster, report, sweepOnce, problems, deadLetters } = await aServiceWith(999);
  await report(cluster.apply('pod/front-2', { ip: '10.0.0.2' }));
  expect(harness.cloudMap.calls.get('RegisterInstance')).toBe(1);
  expect(problems('front-2')).toMatchObject([
    {
      message: expect.stringMatching(
        /^Cloud Map service shop.local\/front is full: .*"Instances per service"/,
      ),
    },
  ]);
  expect(deadLetters()).toEqual([]);
  const owners = [...harness.stores.claims.items.values()].map(({ owner }) => owner.name);
  expect(owners, 'nothing is claimed that is not there').toEqual(['front-1']);

  expect(await sweepOnce()).toEqual([
    expect.stringMatching(/^Refused: Cloud Map service shop.local\/front is full/),
  ]);
  expect(harness.cloudMap.calls.get('RegisterInstance'), 'nothing is asked again').toBe(1);

  await report(cluster.apply('pod/front-1', { labels: { app: 'front', version: 'v2' } }));
  const { attributes } = serviceOf(harness.cloudMap, 'shop.local/front').instances['10.0.0.1'] ?? {};
  expect(attributes?.version, 'what is there can be updated').toBe('v2');

  doByHand(harness, { deregister: 'shop.local/front/ecs-7' });
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^InstanceMissing/)]);
  expect(serviceOf(harness.cloudMap, 'shop.local/front').instances).toHaveProperty(['10.0.0.2']);
  expect(await sweepOnce()).toEqual([]);
  expect(deadLetters()).toEqual([]);
}, 60_000);

it('a full namespace is named as such', async () => {
  const { harness, cluster, report, sweepOnce, problems, deadLetters } = await aServiceWith(5);
  harness.cloudMap.settings.quotas = { ...harness.cloudMap.settings.quotas, instancesPerNamespace: 6 };
  await report(cluster.apply('pod/front-2', { ip: '10.0.0.2' }));
  expect(problems('front-2')).toMatchObject([
    {
      message: expect.stringMatching(/^Cloud Map namespace shop.local is full: .*"Instances per namespace"/),
    },
  ]);
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^Refused: /)]);
  doByHand(harness, { deregister: 'shop.local/front/ecs-3' });
  harness.clock.advance(16 * 60_000);
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^InstanceMissing/)]);
  expect(await sweepOnce()).toEqual([]);
  expect(deadLetters()).toEqual([]);
});

type Places = Pick<ClusterConfig['cloudMap'], 'quotas'>['quotas']['instancesPerService'];

/** Clusters that share a service with this capacity. */
function clustersWith(places: Places, names: readonly string[] = ['local']) {
  const cloudMap = { ...config.cloudMap, quotas: { instancesPerService: places } };
  const harness = new ScenarioHarness(names.map((name) => ({ ...config, cloudMap, name })));
  harness.cloudMap.settings.quotas = { ...harness.cloudMap.settings.quotas, instancesPerService: places };
  const clusters = new Map(names.map((name) => [name, new ScenarioCluster(name, () => harness.clock.now())]));
  const cluster = (name = 'local') => {
    const found = clusters.get(name);
    if (found === undefined) throw new Error(`there is no cluster ${name}`);
    return found;
  };
  const apply = async (pods: readonly string[], where = 'local', changes: object = {}) => {
    for (const pod of pods) {
      const ip = `10.${[...clusters.keys()].indexOf(where)}.0.${pod.slice(pod.indexOf('-') + 1)}`;
      harness.publish([cluster(where).apply(`pod/${pod}`, { ip, ...changes })]);
    }
    await harness.settle();
  };
  const remove = async (pods: readonly string[], where = 'local') => {
    for (const pod of pods) harness.publish([cluster(where).delete(`pod/${pod}`)]);
    await harness.settle();
  };
  const begin = async () => {
    for (const each of clusters.values())
      harness.publish([each.apply('virtualnode/front', { service: 'shop.local/front' })]);
    await harness.settle();
  };
  const there = () =>
    Object.values(serviceOf(harness.cloudMap, 'shop.local/front').instances)
      .map(({ attributes }) => attributes['k8s.io/pod'] ?? 'somebody else')
      .sort();
  let runs = 0;
  const sweepOnce = async () => {
    harness.apiServers.set('local', {
      list: () => cluster().listing(),
      setCondition: async () => '1',
      write: async (object, status) => cluster().setStatus(object, status),
    });
    const options = { force: false, adopt: true, dryRun: false };
    const { report } = await sweep(harness.deps, { cluster: 'local' }, options, `run-${++runs}`);
    await harness.settle();
    return report;
  };
  const registrations = () => harness.cloudMap.calls.get('RegisterInstance') ?? 0;
  return { harness, cluster, begin, apply, remove, there, sweepOnce, registrations };
}

const pods = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `front-${from + index}`);

describe('freed capacity', () => {
  it('freed capacity goes to one waiting pod, the oldest, at once; the others make no call', async () => {
    const { begin, apply, remove, there, registrations, harness } = clustersWith(3);
    await begin();
    await apply(pods(1, 3));
    await apply(pods(4, 9));
    expect(there()).toEqual(pods(1, 3));
    expect(registrations(), 'only the first that is refused asks Cloud Map').toBe(4);
    await remove(['front-1']);
    expect(there()).toEqual(pods(2, 4));
    expect(registrations()).toBe(5);
    await remove(['front-2', 'front-3']);
    expect(there()).toEqual(pods(4, 6));
    expect(registrations()).toBe(7);
    await remove(pods(7, 9));
    await remove(pods(4, 6));
    expect(there(), 'who waited and is gone is not woken').toEqual([]);
    await apply(pods(10, 12));
    expect(there(), 'who comes when nobody waits finds the places open').toEqual(pods(10, 12).sort());
    expect(registrations()).toBe(10);
    expect(harness.stores.waitingPods.items.size).toBe(0);
    expect(harness.queues.pods.deadLetters).toEqual([]);
  });

  it('freed capacity is given when the deregistration has completed, even if it was accepted before any pod waited', async () => {
    const { begin, apply, harness, cluster, there } = clustersWith(2);
    harness.cloudMap.settings.latenciesMs = {
      ...harness.cloudMap.settings.latenciesMs,
      DEREGISTER_INSTANCE: 2_500,
    };
    await begin();
    await apply(pods(1, 2));
    harness.publish(pods(1, 2).map((pod) => cluster().delete(`pod/${pod}`)));
    await harness.pass(1); // accepted and in progress
    await apply(pods(3, 4));
    expect(there()).toEqual(pods(3, 4));
  });

  it('freed capacity is given even if the function crashes between the deregistration and the retry of the waiting pod', async () => {
    for (let failing = 1; failing <= 4; failing++) {
      const { begin, apply, remove, there, harness } = clustersWith(2);
      await begin();
      await apply(pods(1, 4));
      const { waitingPods, claims } = harness.stores;
      const broken = [
        () => failOnce(waitingPods, 'wake', 'before'),
        () => failOnce(waitingPods, 'wake', 'after'),
        () => failOnce(claims, 'remove', 'before'),
        () => failOnce(claims, 'remove', 'after'),
      ][failing - 1];
      broken?.();
      await remove(['front-1']);
      expect(there().length, `fault ${failing}`).toBe(2);
      expect(there()).not.toContain('front-1');
    }
  });

  it('freed capacity goes to the next pod if the first waiting pod is deleted', async () => {
    const { begin, apply, there, harness, cluster, registrations } = clustersWith(2);
    await begin();
    await apply(pods(1, 4));
    // The deletion of the first waiting pod is observed just after the pod was retried.
    const { waitingPods } = harness.stores;
    const { wake } = waitingPods;
    waitingPods.wake = async (...args) => {
      const woken = await wake.apply(waitingPods, args);
      waitingPods.wake = wake;
      harness.publish([cluster().delete('pod/front-3')]);
      return woken;
    };
    const before = registrations();
    harness.publish([cluster().delete('pod/front-1')]);
    await harness.settle();
    expect(there()).toEqual(['front-2', 'front-4']);
    expect(registrations() - before).toBe(1);
  });

  it('freed capacity goes to a pod of another cluster that shares the service, too', async () => {
    const { begin, apply, remove, there } = clustersWith(2, ['local', 'other']);
    await begin();
    await apply(pods(1, 2));
    await apply(['front-3'], 'other');
    expect(there()).toEqual(pods(1, 2));
    await remove(['front-1']);
    expect(there()).toEqual(['front-2', 'front-3']);
  });

  it('freed capacity is not lost if a waiting pod becomes unready', async () => {
    const { begin, apply, remove, there } = clustersWith(2);
    await begin();
    await apply(pods(1, 4));
    await apply(['front-3'], 'local', { ready: false });
    await remove(['front-1']);
    expect(there()).toEqual(['front-2', 'front-4']);
    await apply(['front-3'], 'local', { ready: true });
    await remove(['front-2']);
    expect(there()).toEqual(['front-3', 'front-4']);
  });
});

it('a sweep retries one waiting pod for each foreign instance that was deregistered', async () => {
  const { begin, apply, there, sweepOnce, registrations, harness } = clustersWith(5);
  await begin();
  await apply(['front-1']);
  for (let index = 0; index < 4; index++)
    doByHand(harness, {
      register: `shop.local/front/ecs-${index}`,
      attributes: { AWS_INSTANCE_IPV4: '10.9.0.1', ECS_TASK: `${index}` },
    });
  await apply(pods(2, 9));
  const before = registrations();
  harness.clock.advance(20 * 60_000);
  expect((await sweepOnce()).counts).toEqual({ Refused: 8 });
  expect(registrations(), 'however long ago it was').toBe(before);
  doByHand(harness, { deregister: 'shop.local/front/ecs-1' });
  doByHand(harness, { deregister: 'shop.local/front/ecs-2' });
  expect((await sweepOnce()).counts).toEqual({ InstanceMissing: 2, Refused: 6 });
  expect(registrations() - before).toBe(2);
  expect(there().length).toBe(5);
  expect((await sweepOnce()).counts).toEqual({ Refused: 6 });
});

it('500 more pods of a full service cost one RegisterInstance', async () => {
  const { begin, apply, registrations, harness } = clustersWith(2);
  await begin();
  await apply(pods(1, 2));
  const before = registrations();
  await apply(pods(3, 252));
  expect(registrations() - before).toBe(1);
  expect([...harness.stores.pods.items.values()].filter(({ problems }) => problems.length > 0).length).toBe(
    250,
  );
}, 60_000);

/** The store's next call of the method fails, before it has an effect or after. */
function failOnce<Store extends object>(store: Store, method: keyof Store, when: 'before' | 'after'): void {
  const original = store[method] as (...args: unknown[]) => Promise<unknown>;
  const failing = async (...args: unknown[]) => {
    store[method] = original as Store[typeof method];
    if (when === 'after') await original.apply(store, args);
    throw new RetryableError('the function crashed');
  };
  store[method] = failing as Store[typeof method];
}
