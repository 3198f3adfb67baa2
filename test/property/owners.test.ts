import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '../../local/aws/cloud-map/in-process.ts';
import { VirtualClock } from '../../local/aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/aws/cloud-map.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { RetryableError } from '../../shared/model/errors.ts';
import { applyPod } from '../../shared/sync/apply-pod.ts';
import type { World } from '../../shared/sync/ports.ts';
import { anObject, aPod } from '../fakes/objects.ts';
import { aWorld } from '../fakes/world.ts';
import { Interleaving } from './interleave.ts';
import { Random } from './random.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 150);
const namespaces = ['former', 'blue', 'green'];
const ipOf = (namespace: string) => `10.0.0.${namespaces.indexOf(namespace) + 1}`;

/** Kubernetes namespaces of which each has one pod for one service, in processes that run side by side. */
async function play(seed: number, hasFormer: boolean, waitMs: number) {
  const random = new Random(seed);
  const interleaving = new Interleaving(random);
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 10));
  const cloudMap = new CloudMap({ clock, random: () => random.next(), settings: { rates: {} } });
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  const { clusters } = clustersFile.parse({
    clusters: [{ name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
  });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const { world: plain, stores } = aWorld();
  const common = {
    ...plain,
    clock: { now: () => clock.now(), sleep: async (ms: number) => clock.advance(ms) },
  };
  const calm: World = { ...common, cluster: () => config, cloudMap: () => adapter };
  const world: World = {
    ...calm,
    claims: interleaving.wrap(stores.claims),
    services: interleaving.wrap(stores.services),
    pods: interleaving.wrap(stores.pods),
  };
  for (const namespace of namespaces) {
    const spec = {
      podSelector: { matchLabels: { app: 'front' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
    };
    const object = anObject('VirtualNode', spec, { namespace, name: 'front', uid: namespace });
    await stores.mesh.replace('local', { object, deleted: false, unannounced: [] }, undefined);
    const pod = aPod({ namespace, name: `${namespace}-1`, uid: namespace, ips: [ipOf(namespace)] });
    await stores.pods.record({ pod, deleted: false });
  }
  const keyOf = (namespace: string) => ({ cluster: 'local', namespace, name: `${namespace}-1` });
  if (hasFormer) {
    await applyPod(calm, keyOf('former'));
    const record = await stores.pods.find(keyOf('former'));
    if (record === undefined) throw new Error('it was recorded');
    await stores.pods.record({ pod: { ...record.pod, resourceVersion: '999998' }, deleted: true });
    clock.advance(60_000);
    await applyPod(calm, keyOf('former'));
    clock.advance(waitMs); // it owns the service, has nothing there, and comes back
    const back = {
      ...record.pod,
      uid: 'former-2',
      createdAt: '2026-11-22T00:00:00Z',
      resourceVersion: '999999',
    };
    await stores.pods.record({ pod: back, deleted: false });
  }
  const pendingAtFirst = hasFormer ? namespaces : ['blue', 'green'];
  const pending = new Set(pendingAtFirst);
  for (let round = 0; round < 40 && pending.size > 0; round++) {
    const running = [...pending];
    const results = await interleaving.run(
      running.map((namespace) => () => applyPod(world, keyOf(namespace))),
    );
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') pending.delete(running[index] ?? '');
      else if (!(result.reason instanceof RetryableError)) throw result.reason;
    }
    clock.advance(1_000 + random.below(5) * 1_000);
  }
  // A sweep asks those that are missing again.
  clock.advance(10 * 60_000);
  for (const namespace of pendingAtFirst) await applyPod(calm, keyOf(namespace)).catch(() => {});
  clock.advance(10_000);
  const [service] = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  const registered = Object.values(service?.instances ?? {}).map(
    ({ attributes }) => attributes['k8s.io/namespace'],
  );
  const owners = [...stores.services.ownersByKey.values()].flatMap((entry) =>
    entry.owners.map(({ kubernetesNamespace }) => kubernetesNamespace),
  );
  const claims = [...stores.claims.items.values()].map(({ owner, phase }) => `${owner.namespace} ${phase}`);
  cloudMap.stop();
  return { pending: [...pending], registered, owners, claims };
}

describe('a service that several namespaces want at the same time', () => {
  it('ends with one owner, which alone has an instance there, however the others come in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(1_000, 3 * 60_000, 3600_000),
        async (seed, hasFormer, waitMs) => {
          const { pending, registered, owners, claims } = await play(seed, hasFormer, waitMs);
          expect(pending).toEqual([]);
          expect(owners).toHaveLength(1);
          expect(registered).toEqual(owners);
          expect(claims).toEqual([`${owners[0]} applied`]);
        },
      ),
      { numRuns },
    );
  }, 600_000);
});
