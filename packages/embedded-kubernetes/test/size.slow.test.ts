import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { eventually, openWatch, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;
const count = 10_000;

beforeAll(async () => {
  cluster = await startQuickCluster();
});
afterAll(() => cluster.stop());

it('10,000 running pods are made in seconds, each with an address of its own', () => {
  const begin = performance.now();
  const pods = cluster.createRunningPods(count, { namespace: 'many' });
  expect(performance.now() - begin).toBeLessThan(5000);
  const ips = new Set(pods.map(({ status }) => (status as { podIP: string }).podIP));
  expect(ips.size).toBe(count);
});

it('10,000 pods are listed in pages of 500 at one revision', async () => {
  const seen = new Set<string>();
  const versions = new Set<string>();
  let next = '';
  let pages = 0;
  do {
    const { body } = await send(cluster, 'GET', `/api/v1/pods?limit=500&continue=${next}`);
    for (const { metadata } of body.items) seen.add(metadata.name);
    versions.add(body.metadata.resourceVersion ?? '');
    next = body.metadata.continue ?? '';
    pages += 1;
  } while (next !== '');
  expect([seen.size, versions.size, pages]).toEqual([count, 1, 20]);
});

it('a watch keeps up with thousands of changes a second', async () => {
  const watch = await openWatch(cluster, `/api/v1/pods?watch=1&resourceVersion=${cluster.store.revision}`);
  const changes = 2000;
  const begin = performance.now();
  for (let index = 0; index < changes; index += 1) {
    const name = `pod-${String(index).padStart(5, '0')}`;
    cluster.api.patch('pods', 'many', name, { metadata: { labels: { round: '1' } } });
    if (index % 50 === 0) await new Promise(setImmediate);
  }
  await eventually('every change', () => watch.events.length === changes, 10_000);
  // 1,000 a second are asked for; twice the time leaves room for a busy machine.
  expect(performance.now() - begin).toBeLessThan(4000);
  await watch.close();
});
