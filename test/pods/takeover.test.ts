import type { OperationName } from '@eks-mesh-sync/embedded-aws/cloud-map/shapes.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doByHand } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { Stage } from '../scenario/stage.ts';

const pods = Array.from({ length: 17 }, (_, index) => index + 1);
const meshAttribute = 'appmesh.k8s.aws/mesh';

/** A cluster whose 17 pods the old controller registered, and a table that knows nothing of it. */
function beforeTakeover() {
  const stage = new Stage([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  stage.empty('table');
  doByHand(stage, { createNamespace: 'shop.local', kind: 'http' });
  doByHand(stage, { createService: 'shop.local/front', healthCheck: 'custom' });
  for (const index of pods) {
    const attributes = {
      AWS_INSTANCE_IPV4: `10.0.0.${index}`,
      [meshAttribute]: 'shop',
      'appmesh.k8s.aws/virtualNode': 'front_shop',
      'k8s.io/pod': `front-${index}`,
      'k8s.io/namespace': 'shop',
      app: 'front',
    };
    doByHand(stage, { register: `shop.local/front/10.0.0.${index}`, attributes });
  }
  return { stage, cluster: new ScenarioCluster('local', () => stage.clock.now()) };
}

function meshesOf({ cloudMap }: Stage): readonly (string | undefined)[] {
  const services = cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
  const instances = services.flatMap((service) => Object.values(service.instances));
  return instances.map(({ attributes }) => attributes[meshAttribute]);
}
const callsOf = ({ cloudMap }: Stage, name: OperationName) => cloudMap.calls.get(name) ?? 0;

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
  it('registers each pod once, and takes no attribute away, in whatever order a relay is heard', async () => {
    const { objects, pods: applied, listings } = startOf(beforeTakeover().cluster);
    const all = [...objects, ...applied, ...listings];
    const order = fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length });
    const work = fc.infiniteStream(fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(order, work, async (indexes, steps) => {
        const { stage } = beforeTakeover();
        const before = callsOf(stage, 'RegisterInstance');
        for (const index of indexes) {
          stage.publish(all.slice(index, index + 1));
          for (let left = steps.next().value ?? 0; left > 0; left--)
            (await stage.queues.pods.work()) || (await stage.queues.mesh.work());
        }
        await stage.settle();
        expect(new Set(meshesOf(stage))).toEqual(new Set(['shop']));
        expect(callsOf(stage, 'RegisterInstance') - before).toBe(pods.length);
        expect(callsOf(stage, 'DeregisterInstance')).toBe(0);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 10) },
    );
  });

  it('keeps what is there while no mesh is known, and does not wait for ever', async () => {
    const { stage, cluster } = beforeTakeover();
    const { objects, pods: applied } = startOf(cluster);
    const before = callsOf(stage, 'RegisterInstance');
    const began = stage.clock.now();
    stage.publish([
      ...objects.filter(({ type, ...event }) => !JSON.stringify(event).includes('"kind":"Mesh"')),
      ...applied,
    ]);
    while ((await stage.queues.mesh.work()) || (await stage.queues.pods.work()));
    expect(callsOf(stage, 'RegisterInstance') - before).toBe(0);
    expect(new Set(meshesOf(stage))).toEqual(new Set(['shop']));
    await stage.settle();
    expect(callsOf(stage, 'RegisterInstance') - before).toBe(pods.length);
    expect(stage.queues.pods.deadLetters).toEqual([]);
    expect(stage.clock.now() - began).toBeLessThan(60_000);
  });

  it('does not wait where the listing says that there is no mesh, nor for pods that are annotated', async () => {
    const stage = new Stage([
      { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
    ]);
    stage.empty('table');
    const cluster = new ScenarioCluster('local', () => stage.clock.now());
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'back' };
    stage.publish([cluster.apply('pod/back-1', { ip: '10.0.0.2', annotations })]);
    while (await stage.queues.pods.work());
    expect(callsOf(stage, 'RegisterInstance')).toBe(1);
    stage.publish([cluster.apply('virtualnode/front', {}), cluster.apply('namespace/shop', {})]);
    stage.publish([...cluster.relist('mesh'), ...cluster.relist('namespace')]);
    while (await stage.queues.mesh.work());
    stage.publish([cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
    while (await stage.queues.pods.work());
    expect(callsOf(stage, 'RegisterInstance')).toBe(2);
  });
});

it('a pod that waits for the meshes to be listed does not hold up its own deletion', async () => {
  const { stage, cluster } = beforeTakeover();
  stage.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await stage.pass(13);
  stage.publish([cluster.delete('pod/front-1')]);
  await stage.pass(2);
  expect([...stage.stores.pods.items.values()].map(({ deleted }) => deleted)).toEqual([true]);
});
