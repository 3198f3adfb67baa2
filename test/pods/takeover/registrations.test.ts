import type { OperationName } from '@eks-mesh-sync/embedded-aws/cloud-map/shapes.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doByHand } from '../../scenario/cloud-map.ts';
import { ScenarioCluster } from '../../scenario/cluster.ts';
import { ScenarioHarness } from '../../scenario/harness.ts';

const pods = Array.from({ length: 17 }, (_, index) => index + 1);
const meshAttribute = 'appmesh.k8s.aws/mesh';

/** A cluster whose 17 pods the old controller registered, and a table that knows nothing of it. */
function beforeTakeover() {
  const harness = new ScenarioHarness([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  harness.empty('table');
  doByHand(harness, { createNamespace: 'shop.local', kind: 'http' });
  doByHand(harness, { createService: 'shop.local/front', healthCheck: 'custom' });
  for (const index of pods) {
    const attributes = {
      AWS_INSTANCE_IPV4: `10.0.0.${index}`,
      [meshAttribute]: 'shop',
      'appmesh.k8s.aws/virtualNode': 'front_shop',
      'k8s.io/pod': `front-${index}`,
      'k8s.io/namespace': 'shop',
      app: 'front',
    };
    doByHand(harness, { register: `shop.local/front/10.0.0.${index}`, attributes });
  }
  return { harness, cluster: new ScenarioCluster('local', () => harness.clock.now()) };
}

function meshesOf({ cloudMap }: ScenarioHarness): readonly (string | undefined)[] {
  const services = cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
  const instances = services.flatMap((service) => Object.values(service.instances));
  return instances.map(({ attributes }) => attributes[meshAttribute]);
}
const callsOf = ({ cloudMap }: ScenarioHarness, name: OperationName) => cloudMap.calls.get(name) ?? 0;

/** All that a relay sends at its start: every object, and of each kind that these were all. */
function startOf(cluster: ScenarioCluster) {
  const objects = [
    cluster.apply('namespace/shop', { labels: { mesh: 'shop' } }),
    cluster.apply('mesh/shop', { spec: { namespaceSelector: { matchLabels: { mesh: 'shop' } } } }),
    cluster.apply('virtualnode/front', {}),
  ];
  const applied = pods.map((index) => cluster.apply(`pod/front-${index}`, { ip: `10.0.0.${index}` }));
  const kinds = ['namespace', 'mesh', 'virtualnode'] as const;
  const listings = kinds.flatMap((kind) =>
    cluster.relist(kind).filter(({ type }) => type === 'Cluster Listed'),
  );
  return { objects, pods: applied, listings };
}

describe('a takeover from the old controller', () => {
  it('a takeover from the old controller registers each pod once, and takes no attribute away, in whatever order a relay is heard', async () => {
    const { objects, pods: applied, listings } = startOf(beforeTakeover().cluster);
    const all = [...objects, ...applied, ...listings];
    const order = fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length });
    const work = fc.infiniteStream(fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(order, work, async (indexes, steps) => {
        const { harness } = beforeTakeover();
        const before = callsOf(harness, 'RegisterInstance');
        for (const index of indexes) {
          harness.publish(all.slice(index, index + 1));
          for (let left = steps.next().value ?? 0; left > 0; left--)
            (await harness.queues.pods.work()) || (await harness.queues.mesh.work());
        }
        await harness.settle();
        expect(new Set(meshesOf(harness))).toEqual(new Set(['shop']));
        expect(callsOf(harness, 'RegisterInstance') - before).toBe(pods.length);
        expect(callsOf(harness, 'DeregisterInstance')).toBe(0);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 10) },
    );
  }, 300_000);

  it('a takeover from the old controller keeps what is there while no mesh is known, and does not wait for ever', async () => {
    const { harness, cluster } = beforeTakeover();
    const { objects, pods: applied } = startOf(cluster);
    const before = callsOf(harness, 'RegisterInstance');
    const began = harness.clock.now();
    harness.publish([
      ...objects.filter(({ type, ...event }) => !JSON.stringify(event).includes('"kind":"Mesh"')),
      ...applied,
    ]);
    while ((await harness.queues.mesh.work()) || (await harness.queues.pods.work()));
    expect(callsOf(harness, 'RegisterInstance') - before).toBe(0);
    expect(new Set(meshesOf(harness))).toEqual(new Set(['shop']));
    await harness.settle();
    expect(callsOf(harness, 'RegisterInstance') - before).toBe(pods.length);
    // They are registered as ours then, and keep the mesh that nothing known confirms or denies.
    expect(new Set(meshesOf(harness))).toEqual(new Set(['shop']));
    expect(harness.queues.pods.deadLetters).toEqual([]);
    expect(harness.clock.now() - began).toBeLessThan(60_000);
  });

  it('a takeover from the old controller does not wait where the listing says that there is no mesh, nor for pods that are annotated', async () => {
    const harness = new ScenarioHarness([
      { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
    ]);
    harness.empty('table');
    const cluster = new ScenarioCluster('local', () => harness.clock.now());
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'back' };
    harness.publish([cluster.apply('pod/back-1', { ip: '10.0.0.2', annotations })]);
    while (await harness.queues.pods.work());
    expect(callsOf(harness, 'RegisterInstance')).toBe(1);
    harness.publish([cluster.apply('virtualnode/front', {}), cluster.apply('namespace/shop', {})]);
    harness.publish([...cluster.relist('mesh'), ...cluster.relist('namespace')]);
    while (await harness.queues.mesh.work());
    harness.publish([cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
    while (await harness.queues.pods.work());
    expect(callsOf(harness, 'RegisterInstance')).toBe(2);
  });
});

it('a pod that waits for the meshes to be listed does not hold up its own deletion', async () => {
  const { harness, cluster } = beforeTakeover();
  harness.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await harness.pass(13);
  harness.publish([cluster.delete('pod/front-1')]);
  await harness.pass(2);
  expect([...harness.stores.pods.items.values()].map(({ deleted }) => deleted)).toEqual([true]);
});
