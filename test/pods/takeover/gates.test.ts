import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import { doByHand } from '../../scenario/cloud-map.ts';
import { ScenarioCluster } from '../../scenario/cluster.ts';
import { ScenarioHarness } from '../../scenario/harness.ts';

const pods = [1, 2, 3];
const addresses = {
  ipv4: (index: number) => `10.0.0.${index}`,
  ipv6: (index: number) => `2001:db8::${index}`,
};
type Family = keyof typeof addresses;

/** A cluster whose pods have the gate of the old controller, open unless given otherwise, and an empty table. */
function aTakeover(family: Family = 'ipv4', gate: 'True' | null = 'True') {
  const harness = new ScenarioHarness([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  harness.empty('table');
  doByHand(harness, { createNamespace: 'shop.local', kind: 'http' });
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  const set: string[] = [];
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async (pod, condition) => {
      set.push(`${pod.name} ${condition.status} ${condition.reason}`);
      return cluster.setCondition(pod, condition, (event) => harness.publish([event]));
    },
    write: async (object, status) => cluster.setStatus(object, status),
  });
  const preference = family === 'ipv6' && { meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } };
  const spec = { namespaceSelector: { matchLabels: { mesh: 'shop' } }, ...preference };
  const objects = [
    cluster.apply('namespace/shop', { labels: { mesh: 'shop' } }),
    cluster.apply('mesh/shop', { spec }),
    cluster.apply('virtualnode/front', {}),
  ];
  const gates = { [cloudMapReadinessGate]: gate };
  const applied = pods.map((index) =>
    cluster.apply(`pod/front-${index}`, { ip: addresses[family](index), gates }),
  );
  const listings = (['namespace', 'mesh', 'virtualnode'] as const).flatMap((kind) =>
    cluster.relist(kind).filter(({ type }) => type === 'Cluster Listed'),
  );
  return { harness, cluster, set, objects, applied, listings };
}

const registered = ({ cloudMap }: ScenarioHarness) => cloudMap.calls.get('RegisterInstance') ?? 0;

describe.each(['ipv4', 'ipv6'] as const)(
  'a takeover of pods with an open gate and %s addresses',
  (family) => {
    it('closes no gate, in whatever order objects and pods are heard', async () => {
      const { objects, applied, listings } = aTakeover(family);
      const all = [...objects, ...applied, ...listings];
      const order = fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length });
      const work = fc.infiniteStream(fc.nat({ max: 3 }));
      await fc.assert(
        fc.asyncProperty(order, work, async (indexes, steps) => {
          const { harness, set, ...events } = aTakeover(family);
          const all = [...events.objects, ...events.applied, ...events.listings];
          for (const index of indexes) {
            harness.publish(all.slice(index, index + 1));
            for (let left = steps.next().value ?? 0; left > 0; left--)
              (await harness.queues.pods.work()) || (await harness.queues.mesh.work());
          }
          await harness.settle();
          expect(set.filter((text) => text.includes('False'))).toEqual([]);
          expect(registered(harness)).toBe(pods.length);
        }),
        { numRuns: Number(process.env.PROPERTY_RUNS ?? 10) },
      );
    }, 300_000);

    it('closes no gate as long as the objects are not listed, and none of a pod that is registered then', async () => {
      const { harness, set, objects, applied, listings } = aTakeover(family);
      harness.publish(applied);
      while (await harness.queues.pods.work());
      await harness.pass(300);
      expect(set).toEqual([]);
      expect(harness.queues.pods.deadLetters).toEqual([]);
      harness.publish([...objects, ...listings]);
      await harness.settle();
      expect(set.filter((text) => text.includes('False'))).toEqual([]);
      expect(registered(harness)).toBe(pods.length);
    });
  },
);

describe('a gate about which nothing is known', () => {
  it('is closed by words where it was not open, half a minute after the first pod waited', async () => {
    const { harness, set, applied } = aTakeover('ipv4', null);
    harness.publish(applied);
    await harness.pass(25);
    expect(set).toEqual([]);
    await harness.pass(30);
    expect(set.toSorted()).toEqual(pods.map((index) => `front-${index} False NotRegistered`));
  });

  it('is closed once the listings say that nothing selects the pod', async () => {
    const { harness, cluster, set, applied } = aTakeover();
    harness.publish(applied);
    await harness.pass(60);
    cluster.delete('virtualnode/front');
    const listed = (['namespace', 'mesh', 'virtualnode'] as const).flatMap((kind) => cluster.relist(kind));
    harness.publish(listed);
    await harness.settle();
    expect(set).toEqual([]);
    harness.publish(pods.map((index) => cluster.apply(`pod/front-${index}`, {})));
    await harness.settle();
    expect(set.toSorted()).toEqual(pods.map((index) => `front-${index} False NotRegistered`));
  });
});
