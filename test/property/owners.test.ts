import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { RetryableError } from '../../shared/model/errors.ts';
import type { ServiceKey } from '../../shared/model/identity.ts';
import { isDeregistered } from '../../shared/model/records/registration.ts';
import { applyPod } from '../../shared/pods/apply-pod.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { anObject, aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';
import { Interleaving } from './interleave.ts';
import { Random } from './random.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 30);
const namespaces = ['former', 'blue', 'green'];
const ipOf = (namespace: string) => `10.0.0.${namespaces.indexOf(namespace) + 1}`;

/** One service that each of three Kubernetes namespaces wants for its one pod; all of it calm, and in memory. */
async function harnessOf(random: Random) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 10));
  const cloudMap = new CloudMap({ clock, random: () => random.next(), settings: { rates: {} } });
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  const { clusters } = clustersFile.parse({
    clusters: [{ name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
  });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const { deps: plain, stores } = aDependencies();
  const sleep = async (ms: number) => clock.advance(ms);
  const deps: Dependencies = {
    ...{ ...plain, clock: { now: () => clock.now(), sleep } },
    ...{ cluster: () => config, cloudMap: () => adapter },
  };
  for (const namespace of namespaces) {
    const spec = {
      podSelector: { matchLabels: { app: 'front' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
    };
    const object = anObject('VirtualNode', spec, { namespace, name: 'front', uid: namespace });
    await stores.objects.replace('local', { object, deleted: false, unannounced: [] }, undefined);
    const pod = aPod({ namespace, name: `${namespace}-1`, uid: namespace, ips: [ipOf(namespace)] });
    await stores.pods.record({ pod, deleted: false });
  }
  const registered = () => {
    clock.advance(10_000);
    const [service] = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
    return Object.values(service?.instances ?? {}).map(({ attributes }) => attributes['k8s.io/namespace']);
  };
  const owners = () =>
    [...stores.services.ownersByKey.values()].flatMap((entry) =>
      entry.owners.map(({ kubernetesNamespace }) => kubernetesNamespace),
    );
  const claims = () =>
    [...stores.claims.items.values()]
      .filter((claim) => !isDeregistered(claim)) // a sweep removes it
      .map(({ owner, phase }) => `${owner.namespace} ${phase}`);
  return { clock, cloudMap, deps, stores, registered, owners, claims };
}

const keyOf = (namespace: string) => ({ cluster: 'local', namespace, name: `${namespace}-1` });

/** `former` owns the service, has nothing there, and comes back. */
async function comeBack({ deps, stores, clock }: Awaited<ReturnType<typeof harnessOf>>, waitMs: number) {
  await applyPod(deps, keyOf('former'));
  const record = await stores.pods.find(keyOf('former'));
  if (record === undefined) throw new Error('it was recorded');
  await stores.pods.record({ pod: { ...record.pod, resourceVersion: '999998' }, deleted: true });
  clock.advance(60_000);
  await applyPod(deps, keyOf('former'));
  clock.advance(waitMs);
  const back = {
    ...{ ...record.pod, uid: 'former-2' },
    ...{ createdAt: '2026-11-22T00:00:00Z', resourceVersion: '999999' },
  };
  await stores.pods.record({ pod: back, deleted: false });
}

async function play(seed: number, hasFormer: boolean, waitMs: number) {
  const random = new Random(seed);
  const interleaving = new Interleaving(random);
  const harness = await harnessOf(random);
  const { clock, cloudMap, stores, deps: calm } = harness;
  const deps: Dependencies = {
    ...calm,
    claims: interleaving.wrap(stores.claims),
    services: interleaving.wrap(stores.services),
    pods: interleaving.wrap(stores.pods),
  };
  if (hasFormer) await comeBack(harness, waitMs);
  const pendingAtFirst = hasFormer ? namespaces : ['blue', 'green'];
  const pending = new Set(pendingAtFirst);
  for (let round = 0; round < 40 && pending.size > 0; round++) {
    const running = [...pending];
    const results = await interleaving.run(
      running.map((namespace) => () => applyPod(deps, keyOf(namespace))),
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
  const registered = harness.registered();
  cloudMap.stop();
  return { pending: [...pending], registered, owners: harness.owners(), claims: harness.claims() };
}

describe('a service that several namespaces want at the same time', () => {
  it('a service that several namespaces want at the same time ends with one owner, which alone has an instance there, however the others come in between', async () => {
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

/** Past the time in which a new owner cannot be replaced, and within that in which the instances need not be read. */
const replaceableMs = 3 * 60_000;

describe('an owner that comes back while another namespace takes the service for free', () => {
  it('an owner that comes back while another namespace takes the service for free sees, after it has taken its claim, that it is the owner no more', async () => {
    const harness = await harnessOf(new Random(1));
    await comeBack(harness, replaceableMs);
    const { deps, stores } = harness;
    let isFirst = true;
    const services = new Proxy(stores.services, {
      get: (target, name, receiver) => {
        if (name !== 'owners') return Reflect.get(target, name, receiver);
        return async (key: ServiceKey) => {
          const seen = await target.owners(key);
          if (isFirst) {
            isFirst = false;
            await applyPod(deps, keyOf('blue'));
          }
          return seen;
        };
      },
    });
    const comingBack = applyPod({ ...deps, services }, keyOf('former'));
    await expect(comingBack).rejects.toThrow('was taken by another namespace meanwhile');
    expect([harness.registered(), harness.owners(), harness.claims()]).toEqual([
      ['blue'],
      ['blue'],
      ['blue applied'],
    ]);
    await applyPod(deps, keyOf('former'));
    expect([harness.registered(), harness.owners()]).toEqual([['blue'], ['blue']]);
  });

  it('an owner that comes back while another namespace takes the service for free is seen, after the other has written that it owns the service, by its claim', async () => {
    const harness = await harnessOf(new Random(1));
    await comeBack(harness, replaceableMs);
    const { deps, stores } = harness;
    let isFirst = true;
    const services = new Proxy(stores.services, {
      get: (target, name, receiver) => {
        if (name !== 'replaceOwners') return Reflect.get(target, name, receiver);
        return async (...change: Parameters<typeof target.replaceOwners>) => {
          if (isFirst) await applyPod(deps, keyOf('former'));
          isFirst = false;
          return target.replaceOwners(...change);
        };
      },
    });
    const taking = applyPod({ ...deps, services }, keyOf('blue'));
    await expect(taking).rejects.toThrow('an owner of service shop.local/front has come back meanwhile');
    expect([harness.registered(), harness.owners(), harness.claims()]).toEqual([
      ['former'],
      ['former'],
      ['former applied'],
    ]);
  });
});
