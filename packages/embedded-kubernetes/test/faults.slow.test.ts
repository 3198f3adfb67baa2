import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { deploymentManifest, eventually, openWatch, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startQuickCluster();
});
afterEach(() => cluster.stop());

describe('injected faults', () => {
  it('injected faults answer errors by verb and resource, as often as requested', async () => {
    cluster.faults.inject({
      verb: 'list',
      resource: 'pods',
      times: 2,
      error: { code: 429, retryAfterSeconds: 3 },
    });
    const refused = await send(cluster, 'GET', '/api/v1/pods');
    expect(refused).toMatchObject({
      status: 429,
      body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
    });
    expect(refused.headers.get('retry-after')).toBe('3');
    expect((await send(cluster, 'GET', '/api/v1/nodes')).status).toBe(200);
    expect((await send(cluster, 'GET', '/api/v1/pods')).status).toBe(429);
    expect((await send(cluster, 'GET', '/api/v1/pods')).status).toBe(200);
  });

  it.each([500, 503])('injected faults answer %i until they are removed', async (code) => {
    const remove = cluster.faults.inject({ verb: ['get', 'watch'], error: { code } });
    expect((await send(cluster, 'GET', '/api/v1/nodes/x')).status).toBe(code);
    expect((await send(cluster, 'GET', '/api/v1/pods?watch=1')).status).toBe(code);
    remove();
    expect((await send(cluster, 'GET', '/api/v1/nodes/x')).status).toBe(404);
  });

  it('injected faults delay requests, and drop connections', async () => {
    cluster.faults.inject({ verb: 'list', delayMs: 80, times: 1 });
    const begin = Date.now();
    await send(cluster, 'GET', '/api/v1/pods');
    expect(Date.now() - begin).toBeGreaterThanOrEqual(75);
    cluster.faults.inject({ drop: true });
    await expect(send(cluster, 'GET', '/api/v1/pods')).rejects.toThrow('fetch failed');
    cluster.faults.clear();
    expect((await send(cluster, 'GET', '/api/v1/pods')).status).toBe(200);
  });

  it('injected faults are no hindrance to the controllers', async () => {
    cluster.faults.inject({ error: { code: 503 } });
    cluster.apply([deploymentManifest('inside', 2)]);
    await eventually('two pods', () => cluster.api.list('pods', 'default').length === 2);
  });
});

describe('watches', () => {
  const path = () => `/api/v1/pods?watch=1&resourceVersion=${cluster.store.revision}`;

  it.each(['close', 'expired', 'reset'] as const)('watches are cut by %s', async (how) => {
    const watch = await openWatch(cluster, path());
    const other = await openWatch(cluster, path().replace('pods', 'nodes'));
    expect(cluster.faults.cutWatches(how, 'pods')).toBe(1);
    await eventually('the end of the watch', () => watch.hasEnded);
    expect(watch.events.map(({ type, object }) => [type, object.code])).toEqual(
      how === 'expired' ? [['ERROR', 410]] : [],
    );
    expect(other.hasEnded).toBe(false);
    expect(cluster.faults.cutWatches()).toBe(1);
    await other.done;
  });
});

describe('a cluster that goes away', () => {
  it('a cluster that goes away refuses connections, and comes back on its port with what has happened since', async () => {
    const { port } = cluster;
    const watch = await openWatch(cluster, `/api/v1/pods?watch=1&resourceVersion=${cluster.store.revision}`);
    await cluster.faults.goAway();
    await eventually('the end of the watch', () => watch.hasEnded);
    await expect(send(cluster, 'GET', '/api/v1/pods')).rejects.toThrow('fetch failed');
    cluster.apply([deploymentManifest('meanwhile', 1)]);
    await sleep(50);
    await cluster.faults.comeBack();
    expect(cluster.port).toBe(port);
    expect((await send(cluster, 'GET', '/api/v1/pods')).body.items).toHaveLength(1);
  });

  it('a cluster that goes away and is rebuilt is empty, with lower versions and other uids', async () => {
    cluster.apply([deploymentManifest('lost', 1)]);
    cluster.createRunningPods(200);
    const { port } = cluster;
    const before = (await send(cluster, 'GET', '/api/v1/namespaces/default')).body.metadata;
    const revision = cluster.store.revision;
    await cluster.faults.rebuild();
    expect(cluster.port).toBe(port);
    const after = (await send(cluster, 'GET', '/api/v1/namespaces/default')).body.metadata;
    expect(after.uid).not.toBe(before.uid);
    expect(cluster.store.revision).toBeLessThan(revision);
    expect((await send(cluster, 'GET', '/api/v1/pods')).body.items).toEqual([]);
    expect((await send(cluster, 'GET', '/apis/apps/v1/deployments')).body.items).toEqual([]);
    expect((await send(cluster, 'GET', '/apis/appmesh.k8s.aws/v1beta2/meshes')).status).toBe(200);
  });
});

it('requests are counted by verb and resource', async () => {
  await send(cluster, 'GET', '/api/v1/pods?limit=1');
  await send(cluster, 'GET', '/apis/appmesh.k8s.aws/v1beta2/meshes');
  await send(cluster, 'GET', '/api/v1/pods');
  expect(cluster.requests.get('list pods')).toBe(2);
  expect(cluster.requests.get('list meshes.appmesh.k8s.aws')).toBe(1);
});

it('a port that is taken is an error', async () => {
  await expect(startQuickCluster({ port: cluster.port })).rejects.toThrow('EADDRINUSE');
});
