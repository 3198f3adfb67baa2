import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { definition } from '../src/kinds/schema.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { strategicMergePatch } from '../src/patch/strategic.ts';
import { mergePatch, patchType, send, startQuickCluster, strategicPatch } from './harness.ts';

const strategic = (target: JsonObject, patch: JsonObject) =>
  strategicMergePatch(target, patch, definition('V1Pod'));
const containers = (...list: JsonObject[]) => ({ spec: { containers: list } });

describe('a strategic merge patch', () => {
  it('a strategic merge patch merges containers by name, and their ports and variables by theirs', () => {
    const target = containers(
      {
        name: 'a',
        image: 'a:1',
        env: [{ name: 'X', value: '1' }],
        ports: [{ containerPort: 80, name: 'web' }],
      },
      { name: 'b', image: 'b:1' },
    );
    const patch = containers({
      name: 'a',
      image: 'a:2',
      env: [{ name: 'Y', value: '2' }],
      ports: [{ containerPort: 80, name: 'http' }],
    });
    // A patch's own items come before those it does not know, as strategicpatch orders them.
    expect(strategic(target, patch)).toEqual(
      containers(
        {
          name: 'a',
          image: 'a:2',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
          ports: [{ containerPort: 80, name: 'http' }],
        },
        { name: 'b', image: 'b:1' },
      ),
    );
  });

  it('a strategic merge patch merges conditions by type, podIPs by ip and owners by uid', () => {
    const target = {
      metadata: { ownerReferences: [{ uid: '1', name: 'x' }] },
      status: {
        conditions: [
          { type: 'Ready', status: 'True', reason: 'r' },
          { type: 'Gate', status: 'True' },
        ],
      },
    };
    const patch = {
      metadata: { ownerReferences: [{ uid: '1', name: 'y' }] },
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    };
    expect(strategic(target, patch)).toEqual({
      metadata: { ownerReferences: [{ uid: '1', name: 'y' }] },
      status: {
        conditions: [
          { type: 'Ready', status: 'False', reason: 'r' },
          { type: 'Gate', status: 'True' },
        ],
      },
    });
  });

  it('a strategic merge patch replaces lists without a key: readiness gates, arguments, tolerations', () => {
    const target = {
      spec: {
        readinessGates: [{ conditionType: 'a' }],
        tolerations: [{ key: 'k' }],
        containers: [{ name: 'a', args: ['1'] }],
      },
    };
    const patch = {
      spec: {
        readinessGates: [{ conditionType: 'b' }],
        tolerations: [],
        containers: [{ name: 'a', args: ['2'] }],
      },
    };
    expect(strategic(target, patch)).toEqual(patch);
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      '$patch: delete removes the item of that key',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'a', $patch: 'delete' }),
      containers({ name: 'b' }),
    ],
    [
      '$patch: replace in a list replaces it',
      containers({ name: 'a' }, { name: 'b' }),
      containers({ name: 'c' }, { $patch: 'replace' }),
      containers({ name: 'c' }),
    ],
    [
      '$patch: replace in an object replaces it',
      { metadata: { labels: { a: '1' } } },
      { metadata: { labels: { b: '2', $patch: 'replace' } } },
      { metadata: { labels: { b: '2' } } },
    ],
    [
      '$patch: delete in an object empties it',
      { metadata: { labels: { a: '1' } } },
      { metadata: { labels: { $patch: 'delete' } } },
      { metadata: { labels: {} } },
    ],
    [
      'null removes a field',
      { metadata: { labels: { a: '1', b: '2' } } },
      { metadata: { labels: { a: null } } },
      { metadata: { labels: { b: '2' } } },
    ],
    [
      'nulls within what is new are left out',
      {},
      { metadata: { labels: { a: null, b: '2' } } },
      { metadata: { labels: { b: '2' } } },
    ],
    [
      '$deleteFromPrimitiveList removes values',
      { metadata: { finalizers: ['x', 'y', 'z'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['y'] } },
      { metadata: { finalizers: ['x', 'z'] } },
    ],
    [
      'a list of values with merge is united',
      { metadata: { finalizers: ['x', 'y'] } },
      { metadata: { finalizers: ['y', 'z'] } },
      { metadata: { finalizers: ['x', 'y', 'z'] } },
    ],
    [
      '$setElementOrder orders what it names, and leaves the others in their place',
      containers({ name: 'a' }, { name: 'server-only' }, { name: 'b' }),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
          containers: [{ name: 'b', image: 'b:2' }],
        },
      },
      containers({ name: 'server-only' }, { name: 'b', image: 'b:2' }, { name: 'a' }),
    ],
    [
      '$retainKeys drops the fields it does not name',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] } },
      { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } },
    ],
  ])('%s', (_, target, patch, expected) => {
    const before = structuredClone([target, patch]);
    expect(strategic(target, patch)).toEqual(expected);
    expect([target, patch]).toEqual(before);
  });

  it.each<[string, JsonObject]>([
    ['an item without its key', containers({ image: 'x' })],
    ['an unknown directive', { spec: { $patch: 'explode' } }],
    ['$retainKeys without what the patch sets', { spec: { $retainKeys: ['a'], nodeName: 'n' } }],
    ['an order of items without their key', { spec: { '$setElementOrder/containers': [{ image: 'x' }] } }],
  ])('a strategic merge patch refuses %s with 400', (_, patch) => {
    expect(() => strategic(containers({ name: 'a' }), patch)).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('a patch over HTTP', () => {
  let cluster: Cluster;
  const path = '/api/v1/namespaces/default/configmaps/m';
  beforeAll(async () => {
    cluster = await startQuickCluster();
    cluster.api.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', labels: { a: '1' } },
      data: { one: '1' },
    });
  });
  afterAll(() => cluster.stop());

  it('a patch over HTTP adds, tests and removes values as a JSON patch', async () => {
    const json = patchType('application/json-patch+json');
    const operations = [
      { op: 'test', path: '/metadata/labels/a', value: '1' },
      { op: 'add', path: '/metadata/labels/b~1c', value: '2' },
      { op: 'remove', path: '/data/one' },
    ];
    const { body } = await send(cluster, 'PATCH', path, operations, json);
    expect(body).toMatchObject({ metadata: { labels: { a: '1', 'b/c': '2' } } });
    expect(body.data).toEqual({});
    const failed = await send(
      cluster,
      'PATCH',
      path,
      [{ op: 'test', path: '/metadata/labels/a', value: '9' }],
      json,
    );
    expect(failed).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect((await send(cluster, 'PATCH', path, { op: 'add' }, json)).status).toBe(400);
  });

  it('a patch over HTTP merges objects and replaces lists as a merge patch', async () => {
    const { body } = await send(
      cluster,
      'PATCH',
      path,
      { metadata: { labels: { a: null } }, data: { two: '2' } },
      mergePatch,
    );
    expect(body.data).toEqual({ two: '2' });
    expect(body.metadata.labels).not.toHaveProperty('a');
  });

  it('a patch over HTTP may name the resourceVersion it is meant for', async () => {
    const stale = { metadata: { resourceVersion: '1' }, data: { three: '3' } };
    expect((await send(cluster, 'PATCH', path, stale, mergePatch)).status).toBe(409);
  });

  it('a patch over HTTP cannot rename the object', async () => {
    expect((await send(cluster, 'PATCH', path, { metadata: { name: 'other' } }, mergePatch)).status).toBe(
      400,
    );
  });

  it('a patch over HTTP is refused with 415 for an unknown media type, and for a strategic merge patch of a custom kind', async () => {
    expect((await send(cluster, 'PATCH', path, {}, patchType('application/json'))).status).toBe(415);
    cluster.apply([
      { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'Mesh', metadata: { name: 'mesh' }, spec: {} },
    ]);
    const mesh = '/apis/appmesh.k8s.aws/v1beta2/meshes/mesh';
    expect(await send(cluster, 'PATCH', mesh, { spec: { awsName: 'one' } }, strategicPatch)).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    expect((await send(cluster, 'PATCH', mesh, { spec: { awsName: 'one' } }, mergePatch)).body.spec).toEqual({
      awsName: 'one',
    });
  });

  it('a patch over HTTP is refused with 404 if the object does not exist', async () => {
    expect((await send(cluster, 'PATCH', `${path}-missing`, {}, mergePatch)).status).toBe(404);
  });
});
