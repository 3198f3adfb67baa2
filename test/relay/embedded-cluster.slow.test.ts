import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, expect, it } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { startRelay } from '../../relay/relay.ts';
import { objectKey } from '../../shared/model/identity.ts';
import { Consumer } from './consumer.ts';
import { FakeEventBus } from './fake-event-bus.ts';
import { eventually, expectContract, quick } from './harness.ts';
import { virtualNode } from './objects.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A relay between the embedded cluster, with two pods of a Deployment, and a bus. */
async function embedded(definitions = meshDefinitions()) {
  const cluster = await startCluster({
    port: 0,
    definitions,
    timings: { podStartMs: 10, podStopMs: 10 },
  });
  cleanups.push(() => cluster.stop());
  cluster.apply([deployment(2)]);
  const bus = new FakeEventBus();
  const connection = { server: cluster.url };
  const relay = startRelay({
    cluster: 'test',
    eventBusName: 'bus',
    connection,
    eventBridge: bus.client,
    timing: quick,
    logger,
  });
  cleanups.push(() => relay.stop().catch(() => undefined));
  relay.done.catch(() => undefined);
  await relay.ready;
  const agree = () =>
    eventually(() => {
      const ready = bus.ofType('Pod Changed').filter(({ pod }) => pod.status.phase === 'Running');
      expect(ready.length).toBeGreaterThan(0);
      expect(known(bus)).toEqual(there(cluster));
    });
  await agree();
  return { cluster, bus, relay, agree };
}

const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function deployment(replicas: number) {
  const labels = { app: 'cart' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'cart:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function known(bus: FakeEventBus): string[] {
  const consumer = new Consumer();
  for (const detail of bus.accepted) consumer.receive(detail);
  return consumer.live();
}

function there({ store }: Cluster): string[] {
  return ['pods', 'namespaces', 'virtualnodes.appmesh.k8s.aws', 'meshes.appmesh.k8s.aws']
    .flatMap((resource) => store.list(resource))
    .map(
      ({ kind, metadata }) =>
        `${kind} ${objectKey(metadata)} ${metadata.uid} ${JSON.stringify(metadata.labels)}`,
    )
    .sort();
}

it('changes of a Deployment arrive', async () => {
  const { cluster, bus, agree } = await embedded();
  cluster.apply([deployment(4)]);
  await eventually(() => expect(known(bus).filter((line) => line.startsWith('Pod '))).toHaveLength(4));
  cluster.apply([deployment(1)]);
  const { resourceVersion: _, ...metadata } = virtualNode('default', 'cart').metadata;
  cluster.api.create('virtualnodes.appmesh.k8s.aws', {
    ...virtualNode('default', 'cart', { listeners: [] }),
    metadata,
  });
  await eventually(() => expect(there(cluster).filter((line) => line.startsWith('Pod '))).toHaveLength(1));
  await agree();
  const placed = bus.ofType('Pod Changed').filter(({ pod }) => pod.spec.nodeName);
  for (const { node } of placed) expect(node?.zone).toMatch(/^us-west-2[ab]$/);
  expectContract(bus);
});

it.each(['close', 'expired', 'reset'] as const)(
  'watches that end (%s) while things change lose nothing',
  async (how) => {
    const { cluster, agree } = await embedded();
    for (let replicas = 3; replicas < 8; replicas++) {
      cluster.apply([deployment(replicas)]);
      cluster.faults.cutWatches(how);
      if (how === 'expired') cluster.faults.expireHistory();
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    cluster.apply([deployment(1)]);
    cluster.faults.cutWatches(how);
    await eventually(() => expect(there(cluster).filter((line) => line.startsWith('Pod '))).toHaveLength(1));
    await agree();
  },
);

it('changes while the API server is down are found when it is back', async () => {
  const { cluster, agree } = await embedded();
  await cluster.faults.goAway();
  cluster.apply([deployment(1)]);
  await eventually(() => expect(there(cluster).filter((line) => line.startsWith('Pod '))).toHaveLength(1));
  cluster.faults.expireHistory();
  await cluster.faults.comeBack();
  await agree();
});

it('kinds without a CRD are reported as absent, and listed when it is applied', async () => {
  const definitions = meshDefinitions();
  const others = definitions.filter(({ metadata: { name } }) => !name.startsWith('meshes.'));
  const { cluster, bus } = await embedded(others);
  const listingsOf = (kind: string) =>
    bus.ofType('Cluster Listed').flatMap(({ listing }) => (listing.kind === kind ? [listing.absent] : []));
  await eventually(() => expect(listingsOf('Mesh')).toEqual([true]));
  expect(listingsOf('VirtualNode')).toEqual([undefined]);
  cluster.apply(definitions.map((definition) => ({ ...definition })));
  await eventually(() => expect(listingsOf('Mesh')).toEqual([true, undefined]));
});
