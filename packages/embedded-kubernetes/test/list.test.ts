import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { type Response, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;
const names = (response: Response) => response.body.items.map(({ metadata }) => metadata.name);
const list = (query: string) => send(cluster, 'GET', `/api/v1/pods?${query}`);

beforeAll(async () => {
  cluster = await startQuickCluster();
  cluster.createRunningPods(10, { namespace: 'a', labels: { app: 'x', tier: 'front' } });
  cluster.createRunningPods(3, { namespace: 'a-b', labels: { app: 'y' } });
});
afterAll(() => cluster.stop());

describe('a listing', () => {
  it('a listing is ordered by key as etcd orders it, and carries the cluster’s resourceVersion', async () => {
    const { body } = await list('');
    expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    expect(body.items.map(({ metadata }) => metadata.namespace).slice(0, 4)).toEqual([
      'a-b',
      'a-b',
      'a-b',
      'a',
    ]);
    expect(Number(body.metadata.resourceVersion)).toBe(cluster.store.revision);
    expect(body.items[0]).not.toHaveProperty('kind');
  });

  it('a listing has only the objects of a namespace that is given', async () => {
    expect((await send(cluster, 'GET', '/api/v1/namespaces/a/pods')).body.items).toHaveLength(10);
  });

  it.each([
    ['app=x', 10],
    ['app==y', 3],
    ['app!=x', 3],
    ['app in (x, y)', 13],
    ['app notin (x)', 3],
    ['tier', 10],
    ['!tier', 3],
    ['tier,app=y', 0],
  ])('a listing by the labels %s has %i pods', async (selector, count) => {
    expect((await list(`labelSelector=${encodeURIComponent(selector)}`)).body.items).toHaveLength(count);
  });

  it.each([
    ['metadata.name=pod-00001', 2],
    ['metadata.namespace=a-b', 3],
    ['status.phase=Running,metadata.namespace!=a', 3],
    ['status.phase=Pending', 0],
  ])('a listing by the fields %s has %i pods', async (selector, count) => {
    expect((await list(`fieldSelector=${encodeURIComponent(selector)}`)).body.items).toHaveLength(count);
  });

  it('a listing has only the pods of a node that the field selector names', async () => {
    const [node] = cluster.store.list('nodes');
    const { body } = await list(`fieldSelector=spec.nodeName=${node?.metadata.name}`);
    expect(body.items.length).toBe(7);
  });

  it.each(['labelSelector=a%20b%20c', 'fieldSelector=spec.unknown%3D1', 'fieldSelector=x'])(
    'a listing refuses %s with 400',
    async (query) => {
      const { status, body } = await list(query);
      expect(status).toBe(400);
      expect(body).toMatchObject({ kind: 'Status', reason: 'BadRequest' });
    },
  );
});

describe('pages', () => {
  it('pages are all of the revision of the first, whatever happens between', async () => {
    const first = await list('limit=4');
    expect(first.body.metadata).toMatchObject({ remainingItemCount: 9 });
    const [, kept] = cluster.store.list('pods', 'a');
    cluster.api.patch('pods', 'a', 'pod-00005', { metadata: { labels: { late: 'yes' } } });
    cluster.api.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod-00005a', namespace: 'a' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    if (kept) cluster.store.remove('pods', 'a/pod-00001');
    const second = await list(`limit=4&continue=${first.body.metadata.continue}`);
    const third = await list(`limit=100&continue=${second.body.metadata.continue}`);
    const all = [...names(first), ...names(second), ...names(third)];
    expect(all).toHaveLength(13);
    expect(all).toContain('pod-00001');
    expect(all).not.toContain('pod-00005a');
    expect(
      third.body.items.find(({ metadata }) => metadata.name === 'pod-00005')?.metadata.labels,
    ).not.toHaveProperty('late');
    for (const page of [second, third])
      expect(page.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(third.body.metadata).not.toHaveProperty('continue');
    if (kept) cluster.store.put('pods', kept);
    cluster.store.remove('pods', 'a/pod-00005a');
  });

  it('pages hold as many objects as match the selector', async () => {
    const first = await list('limit=6&labelSelector=app%3Dx');
    expect(first.body.items).toHaveLength(6);
    expect(first.body.metadata).not.toHaveProperty('remainingItemCount');
    const second = await list(`limit=6&labelSelector=app%3Dx&continue=${first.body.metadata.continue}`);
    expect(second.body.items).toHaveLength(4);
    expect(second.body.metadata).not.toHaveProperty('continue');
  });

  it('pages are 410 once the history has expired, with a token to go on inconsistently', async () => {
    const first = await list('limit=4');
    cluster.faults.expireHistory();
    const second = await list(`limit=4&continue=${first.body.metadata.continue}`);
    expect(second.status).toBe(410);
    expect(second.body).toMatchObject({ reason: 'Expired', code: 410 });
    const rest = await list(`continue=${second.body.metadata.continue}`);
    expect(rest.body.items).toHaveLength(9);
    expect(rest.body.metadata.resourceVersion).not.toBe(first.body.metadata.resourceVersion);
  });

  it('pages are not cut where resourceVersion is 0, as the watch cache answers', async () => {
    expect((await list('limit=4&resourceVersion=0')).body.items).toHaveLength(13);
  });

  it('pages refuse a token that is none', async () => {
    expect(await list('continue=nonsense')).toMatchObject({ status: 400 });
  });
});

describe('the resourceVersion of a listing', () => {
  it('Exact gives the state of then; NotOlderThan the state of now', async () => {
    const then = cluster.store.revision;
    cluster.api.patch('pods', 'a', 'pod-00002', { metadata: { labels: { changed: 'yes' } } });
    const exact = await list(`resourceVersion=${then}&resourceVersionMatch=Exact&labelSelector=changed`);
    const newer = await list(
      `resourceVersion=${then}&resourceVersionMatch=NotOlderThan&labelSelector=changed`,
    );
    expect(exact.body.items).toHaveLength(0);
    expect(exact.body.metadata.resourceVersion).toBe(String(then));
    expect(newer.body.items).toHaveLength(1);
  });

  it('the resourceVersion of a listing answers 410 if it is too old for an exact match, and 504 if it does not exist yet', async () => {
    expect(await list('resourceVersion=1&resourceVersionMatch=Exact')).toMatchObject({ status: 410 });
    const future = await list(`resourceVersion=${cluster.store.revision + 1000}`);
    expect(future.status).toBe(504);
    expect(future.headers.get('retry-after')).toBe('1');
    expect(future.body.message).toMatch(/^Too large resource version/);
  });

  it.each([
    'resourceVersionMatch=Exact',
    'resourceVersion=x',
    'resourceVersion=0&resourceVersionMatch=Exact',
  ])('the resourceVersion of a listing refuses %s with 422', async (query) => {
    expect(await list(query)).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });
});

describe('other forms', () => {
  it('a Table has the columns of kubectl and a row each', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await send(cluster, 'GET', '/api/v1/namespaces/a-b/pods?limit=2', undefined, { accept });
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    const columns = body.columnDefinitions as { name: string; priority: number }[];
    expect(columns.filter(({ priority }) => priority === 0).map(({ name }) => name)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
    ]);
    const rows = body.rows as { cells: unknown[]; object: { kind: string } }[];
    expect(rows).toHaveLength(2);
    expect(rows[0]?.cells.slice(0, 3)).toEqual(['pod-00000', '1/1', 'Running']);
    expect(rows[0]?.object.kind).toBe('PartialObjectMetadata');
  });

  it('a PartialObjectMetadataList has only the metadata of objects', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { body } = await send(cluster, 'GET', '/api/v1/namespaces/a/pods', undefined, { accept });
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(body.items[0]).not.toHaveProperty('spec');
  });
});
