import { setTimeout as wait } from 'node:timers/promises';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { bundleRelay } from '../../../relay/build.ts';
import type { EventDetail } from '../../../shared/model/events/event.ts';
import { objectKey } from '../../../shared/model/identity.ts';
import { BusServer } from '../bus-server.ts';
import { Consumer } from '../consumer.ts';
import { RelayProcess } from './relay-process.ts';

let bundle = '';
beforeAll(async () => {
  bundle = await bundleRelay();
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const seconds = 3;

interface Sent {
  readonly by: string;
  readonly at: number;
  readonly detail: EventDetail;
}

/** Two relays that share a lease of three seconds, between the embedded cluster and a bus. */
async function twoRelays() {
  const cluster = await startCluster({ port: 0, definitions: meshDefinitions(), timings: { podStopMs: 10 } });
  const sent: Sent[] = [];
  const onDetail = (detail: EventDetail, by: string) => void sent.push({ by, at: performance.now(), detail });
  const bus = new BusServer({ onDetail });
  const endpoint = await bus.start();
  cleanups.push(() => Promise.all([cluster.stop(), bus.stop()]));
  cluster.createRunningPods(20);
  const start = (name: string, server = cluster.url) => {
    const args = [
      '--cluster',
      'test',
      '--kubernetes-server',
      server,
      '--port',
      '0',
      '--lease',
      'default/relay',
    ];
    const relay = new RelayProcess(name, bundle, [...args, '--lease-seconds', `${seconds}`], endpoint);
    cleanups.push(() => {
      relay.signal('SIGKILL');
      return relay.exited;
    });
    return relay;
  };
  const first = start('first');
  await until(() => expect(first.messages).toContain('ready'));
  const second = start('second');
  await until(() => expect(second.messages).toContain('ready'));
  await until(() => expect(podsBy(sent, 'first')).toBe(20));
  return { cluster, sent, first, second, start };
}

const until = (assertion: () => void | Promise<void>) =>
  vi.waitFor(assertion, { timeout: 15_000, interval: 20 });
/** How many pods a relay has sent. */
function podsBy(sent: readonly Sent[], name: string): number {
  const details = sent.filter(({ by }) => by === name).map(({ detail }) => detail);
  const names = details.map((detail) => (detail.type === 'Pod Changed' ? detail.pod.metadata.name : ''));
  return new Set(names.filter(Boolean)).size;
}
const firstBy = (sent: readonly Sent[], name: string) =>
  sent.find(({ by }) => by === name)?.at ?? Number.POSITIVE_INFINITY;
const lastBy = (sent: readonly Sent[], name: string) =>
  sent.findLast(({ by }) => by === name)?.at ?? Number.NEGATIVE_INFINITY;

/** What the functions know by the events is what the cluster has. */
function expectNothingLost(sent: readonly Sent[], cluster: Cluster): void {
  const consumer = new Consumer();
  for (const { detail } of sent) consumer.receive(detail);
  const known = consumer.live().filter((line) => line.startsWith('Pod '));
  const there = cluster.store
    .list('pods')
    .map(({ metadata }) => `Pod ${objectKey(metadata)} ${metadata.uid} ${JSON.stringify(metadata.labels)}`);
  expect(known).toEqual(there.sort());
}

describe('two relays with a lease', () => {
  it('only the holder sends, both serve health, and the other one is ready to take over', async () => {
    const { cluster, sent, first, second } = await twoRelays();
    cluster.createRunningPods(1, { namePrefix: 'late' });
    await until(() => expect(podsBy(sent, 'first')).toBe(21));
    await wait(1500);
    expect(podsBy(sent, 'second')).toBe(0);
    for (const relay of [first, second]) {
      expect(await relay.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
      expect(await relay.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
    }
    expect((await first.get('/metrics')).text).toContain('eks_mesh_sync_relay_lease_held 1');
    expect((await second.get('/metrics')).text).toContain('eks_mesh_sync_relay_lease_held 0');
  });

  it('a holder that is killed is followed within the duration and a retry, and what happened meanwhile is not lost', async () => {
    const { cluster, sent, first } = await twoRelays();
    first.signal('SIGKILL');
    const killedAt = performance.now();
    await first.exited;
    deletePods(cluster, 5);
    await until(() => expect(podsBy(sent, 'second')).toBe(15));
    await until(() => expectNothingLost(sent, cluster));
    const tookMs = firstBy(sent, 'second') - killedAt;
    console.info(`after SIGKILL: ${Math.round(tookMs)} ms with a lease of ${seconds} s`);
    expect(tookMs).toBeGreaterThan(seconds * 600);
  });

  it('a holder that is stopped releases the lease, and the other one takes over at its next try', async () => {
    const { cluster, sent, first } = await twoRelays();
    deletePods(cluster, 5);
    first.signal('SIGTERM');
    const stoppedAt = performance.now();
    expect(await first.exited).toBe(0);
    deletePods(cluster, 5);
    await until(() => expectNothingLost(sent, cluster));
    const tookMs = firstBy(sent, 'second') - stoppedAt;
    console.info(`after SIGTERM: ${Math.round(tookMs)} ms with a lease of ${seconds} s`);
    expect(lastBy(sent, 'first')).toBeLessThan(firstBy(sent, 'second'));
    expect(tookMs).toBeLessThan(seconds * 900);
  });

  it('a holder that was frozen sends nothing when it goes on, and waits for the lease', async () => {
    const { cluster, sent, first, second } = await twoRelays();
    first.signal('SIGSTOP');
    deletePods(cluster, 3);
    await until(() => expect(podsBy(sent, 'second')).toBe(17));
    const before = sent.filter(({ by }) => by === 'first').length;
    first.signal('SIGCONT');
    deletePods(cluster, 3);
    await until(async () => expect((await first.get('/metrics')).text).toContain('lease_held 0'));
    expect(first.messages).toContain(
      'the lease is lost; this relay has stopped sending and waits for the lease',
    );
    await until(() => expectNothingLost(sent, cluster));
    expect(sent.filter(({ by }) => by === 'first')).toHaveLength(before);
    second.signal('SIGTERM');
    await second.exited;
    await until(() => expect(lastBy(sent, 'first')).toBeGreaterThan(lastBy(sent, 'second')));
    await until(() => expectNothingLost(sent, cluster));
  });

  it('both survive an outage of the API server, one goes on, and nothing is lost', async () => {
    const { cluster, sent, first, second } = await twoRelays();
    await cluster.faults.goAway();
    await wait(seconds * 1000);
    expect((await second.get('/readyz')).status).toBe(503);
    expect((await second.get('/readyz')).text).toContain('Lease default/relay');
    deletePods(cluster, 5);
    await cluster.faults.comeBack();
    await until(() => expectNothingLost(sent, cluster));
    await until(async () => {
      const held = await Promise.all(
        [first, second].map(async (relay) => (await relay.get('/metrics')).text),
      );
      expect(held.filter((text) => text.includes('lease_held 1'))).toHaveLength(1);
    });
  });
});

function deletePods(cluster: Cluster, count: number): void {
  for (const pod of cluster.store.list('pods').slice(0, count))
    cluster.store.remove('pods', objectKey(pod.metadata));
}
