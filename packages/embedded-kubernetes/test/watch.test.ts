import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { eventually, openWatch, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startQuickCluster({ historyLimit: 100, watches: { bookmarkIntervalMs: 50 } });
});
afterAll(() => cluster.stop());

function createMap(name: string, labels: Record<string, string> = {}, namespace = 'default') {
  const metadata = { name, namespace, labels };
  return cluster.api.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

const watchPath = (query: string, namespace = 'default') =>
  `/api/v1/namespaces/${namespace}/configmaps?watch=1&${query}`;

describe('a watch', () => {
  it('a watch resumes after a resourceVersion with every later change in order', async () => {
    const since = createMap('first').metadata.resourceVersion;
    createMap('second');
    cluster.api.patch('configmaps', 'default', 'second', { data: { a: '1' } });
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${since}`));
    await eventually('the missed changes', () => watch.events.length === 2);
    const second = cluster.api.get('configmaps', 'default', 'second');
    if (second) cluster.api.delete(second);
    await eventually('the deletion', () => watch.events.length === 3);
    expect(watch.events.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'second'],
      ['MODIFIED', 'second'],
      ['DELETED', 'second'],
    ]);
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions[2]).toBeGreaterThan(Number(second?.metadata.resourceVersion));
    expect(watch.events[0]?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
    await watch.close();
  });

  it('a watch begins with all objects if no resourceVersion is given', async () => {
    createMap('present', { w: 'a' });
    const watch = await openWatch(cluster, watchPath('labelSelector=w%3Da'));
    await eventually('the present object', () => watch.events.length === 1);
    expect(watch.events[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'present' } } });
    await watch.close();
  });

  it('a watch reports objects that begin or cease to match its selector as added or deleted', async () => {
    const since = cluster.store.revision;
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${since}&labelSelector=color%3Dred`));
    createMap('painted');
    cluster.api.patch('configmaps', 'default', 'painted', { metadata: { labels: { color: 'red' } } });
    cluster.api.patch('configmaps', 'default', 'painted', { data: { a: '1' } });
    const left = cluster.api.patch('configmaps', 'default', 'painted', {
      metadata: { labels: { color: 'blue' } },
    });
    await eventually('three events', () => watch.events.length === 3);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    // As it last matched, at the version at which it left.
    expect(watch.events[2]?.object.metadata).toMatchObject({
      labels: { color: 'red' },
      resourceVersion: left.metadata.resourceVersion,
    });
    await watch.close();
  });

  it('a watch receives events of only one object if the field selector names it', async () => {
    const since = cluster.store.revision;
    const watch = await openWatch(
      cluster,
      watchPath(`resourceVersion=${since}&fieldSelector=metadata.name%3Done`),
    );
    createMap('other');
    createMap('one');
    await eventually('the one', () => watch.events.length === 1);
    await sleep(20);
    expect(watch.events.map(({ object }) => object.metadata.name)).toEqual(['one']);
    await watch.close();
  });

  it('a watch gets bookmarks that move although nothing of its kind happens', async () => {
    const watch = await openWatch(
      cluster,
      watchPath(`resourceVersion=${cluster.store.revision}&allowWatchBookmarks=true&labelSelector=none`),
    );
    await eventually('a bookmark', () => watch.events.length >= 1);
    createMap('unseen');
    const now = cluster.store.revision;
    await eventually(
      'a later bookmark',
      () => Number(watch.events.at(-1)?.object.metadata.resourceVersion) >= now,
    );
    expect(watch.events.every(({ type, object }) => type === 'BOOKMARK' && object.kind === 'ConfigMap')).toBe(
      true,
    );
    await watch.close();
  });

  it('a watch receives no bookmarks unless it asks for them', async () => {
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${cluster.store.revision}`));
    await sleep(120);
    expect(watch.events).toEqual([]);
    await watch.close();
  });

  it('a watch ends by itself after timeoutSeconds', async () => {
    const watch = await openWatch(
      cluster,
      watchPath(`resourceVersion=${cluster.store.revision}&timeoutSeconds=0.05`),
    );
    await eventually('the end', () => watch.hasEnded);
    expect(watch.events).toEqual([]);
  });

  it('a watch names the columns of a Table only in its first event', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${cluster.store.revision}`), {
      accept,
    });
    createMap('row-a');
    createMap('row-b');
    await eventually('two rows', () => watch.events.length === 2);
    const [first, second] = watch.events.map(({ object }) => object);
    expect(first).toMatchObject({ kind: 'Table', rows: [{ cells: ['row-a', 0, '0s'] }] });
    expect(first?.columnDefinitions).toHaveLength(3);
    expect(second?.columnDefinitions).toBeNull();
    await watch.close();
  });

  it('a watch receives nothing until its resourceVersion has passed', async () => {
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${cluster.store.revision + 2}`));
    createMap('too-early-1');
    createMap('too-early-2');
    createMap('in-time');
    await eventually('an event', () => watch.events.length === 1);
    expect(watch.events[0]?.object.metadata.name).toBe('in-time');
    await watch.close();
  });

  it('a watch refuses streaming lists, as servers without them do', async () => {
    const path = watchPath(
      'sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan',
    );
    expect(await send(cluster, 'GET', path)).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });
});

describe('a resourceVersion that is too old', () => {
  it('a resourceVersion that is too old is a 410 in a 200 stream, which then ends', async () => {
    const since = cluster.store.revision;
    for (let count = 0; count < 130; count += 1)
      cluster.api.patch('configmaps', 'default', 'first', { data: { count: String(count) } });
    const watch = await openWatch(cluster, watchPath(`resourceVersion=${since}`));
    await eventually('the end', () => watch.hasEnded);
    expect(watch.status).toBe(200);
    expect(watch.events).toMatchObject([
      { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    ]);
  });

  it('a resourceVersion that is too old concerns only the kind whose history is full', async () => {
    const path = `/api/v1/namespaces/default/secrets?watch=1&resourceVersion=5`;
    const watch = await openWatch(cluster, path);
    await sleep(20);
    expect(watch.hasEnded).toBe(false);
    await watch.close();
  });

  it('a resourceVersion that is too old is refused with 410 for every kind after expireHistory, if the cluster answers it as an HTTP status', async () => {
    const strict = await startQuickCluster({ watches: { goneAs: 'status' } });
    const since = strict.store.revision;
    strict.faults.expireHistory();
    const path = `/apis/apps/v1/deployments?watch=1&resourceVersion=${since}`;
    expect(await send(strict, 'GET', path)).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    const listed = await send(strict, 'GET', '/apis/apps/v1/deployments');
    const watch = await openWatch(
      strict,
      `/apis/apps/v1/deployments?watch=1&resourceVersion=${listed.body.metadata.resourceVersion}`,
    );
    expect(watch.status).toBe(200);
    await watch.close();
    await strict.stop();
  });
});
