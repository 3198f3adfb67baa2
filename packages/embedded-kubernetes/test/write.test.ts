import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { deployments, map, maps, pods } from './config-maps.ts';
import { deploymentManifest, eventually, podManifest, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startQuickCluster();
});

afterAll(() => cluster.stop());

describe('update', () => {
  it('update answers 409 for a stale resourceVersion', async () => {
    const { body: created } = await send(cluster, 'POST', maps, map('raced'));
    const newer = await send(cluster, 'PUT', `${maps}/raced`, { ...created, data: { a: '1' } });
    expect(newer.status).toBe(200);
    const stale = await send(cluster, 'PUT', `${maps}/raced`, { ...created, data: { a: '2' } });
    expect(stale).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
      },
    });
  });

  it('update replaces the object if no resourceVersion is given, and answers 409 for another uid', async () => {
    await send(cluster, 'POST', maps, map('blind', { data: { a: '1' } }));
    const { body } = await send(cluster, 'PUT', `${maps}/blind`, map('blind', { data: { b: '2' } }));
    expect(body.data).toEqual({ b: '2' });
    const other = { ...map('blind'), metadata: { name: 'blind', uid: 'another' } };
    expect((await send(cluster, 'PUT', `${maps}/blind`, other)).status).toBe(409);
  });

  it('update keeps the resourceVersion if nothing changes', async () => {
    const { body: created } = await send(cluster, 'POST', maps, map('same', { data: { a: '1' } }));
    const { body } = await send(cluster, 'PUT', `${maps}/same`, created);
    expect(body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  });

  it('update raises the generation by a change of the spec only', async () => {
    const { body: created } = await send(cluster, 'POST', deployments, deploymentManifest('counted', 0));
    const path = `${deployments}/counted`;
    const merge = { 'content-type': 'application/merge-patch+json' };
    await send(cluster, 'PATCH', path, '{"metadata":{"labels":{"a":"b"}}}', merge);
    const { body } = await send(cluster, 'PATCH', path, '{"spec":{"minReadySeconds":1}}', merge);
    expect([created.metadata.generation, body.metadata.generation]).toEqual([1, 2]);
  });

  it('update cannot change a Deployment’s selector, nor a pod’s containers', async () => {
    await send(cluster, 'POST', deployments, deploymentManifest('fixed', 0));
    const manifest = deploymentManifest('fixed', 0, { selector: { matchLabels: { b: 'c' } } });
    manifest.spec.template.metadata.labels = { ...manifest.spec.template.metadata.labels, b: 'c' } as never;
    const selector = await send(cluster, 'PUT', `${deployments}/fixed`, manifest);
    expect(selector.body.details.causes).toContainEqual(
      expect.objectContaining({
        field: 'spec.selector',
        message: expect.stringContaining('field is immutable'),
      }),
    );
    await send(cluster, 'POST', pods, podManifest('fixed'));
    const pod = await send(cluster, 'PATCH', `${pods}/fixed`, '{"spec":{"hostNetwork":true}}', {
      'content-type': 'application/merge-patch+json',
    });
    expect(pod).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec' }] } } });
  });

  it('update changes nothing but the status through the status subresource, and all but the status otherwise', async () => {
    const path = '/apis/appmesh.k8s.aws/v1beta2/meshes';
    const mesh = (fields: JsonObject, metadata: JsonObject = {}) => ({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'Mesh',
      metadata: { name: 'split', ...metadata },
      ...fields,
    });
    const forged = mesh({ spec: { awsName: 'a' }, status: { meshARN: 'forged' } });
    const { resourceVersion } = (await send(cluster, 'POST', path, forged)).body.metadata;
    const change = { spec: { awsName: 'b' }, status: { meshARN: 'arn:b' } };
    const both = (version: unknown) => mesh(change, { labels: { x: 'y' }, resourceVersion: version });
    const { body } = await send(cluster, 'PUT', `${path}/split/status`, both(resourceVersion));
    expect(body).toMatchObject({
      spec: { awsName: 'a' },
      status: { meshARN: 'arn:b' },
      metadata: { generation: 1 },
    });
    expect(body.metadata).not.toHaveProperty('labels');
    const main = await send(cluster, 'PUT', `${path}/split`, {
      ...both(body.metadata.resourceVersion),
      status: { meshARN: 'arn:c' },
    });
    expect(main.body).toMatchObject({ spec: { awsName: 'b' }, status: { meshARN: 'arn:b' } });
    expect(main.body.metadata).toMatchObject({ generation: 2, labels: { x: 'y' } });
  });
});

describe('delete', () => {
  it('delete answers what it deleted, then 404', async () => {
    const { body: created } = await send(cluster, 'POST', maps, map('brief'));
    const { body } = await send(cluster, 'DELETE', `${maps}/brief`);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'brief', kind: 'configmaps', uid: created.metadata.uid },
    });
    expect(await send(cluster, 'GET', `${maps}/brief`)).toMatchObject({
      status: 404,
      body: { reason: 'NotFound', message: 'configmaps "brief" not found' },
    });
  });

  it('delete waits until the finalizers are removed', async () => {
    const { body: created } = await send(cluster, 'POST', maps, {
      ...map('held'),
      metadata: { name: 'held', finalizers: ['test/hold'] },
    });
    const { body: marked } = await send(cluster, 'DELETE', `${maps}/held`);
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    expect((await send(cluster, 'GET', `${maps}/held`)).status).toBe(200);
    const { metadata } = marked;
    await send(cluster, 'PUT', `${maps}/held`, { ...created, metadata: { ...metadata, finalizers: [] } });
    expect((await send(cluster, 'GET', `${maps}/held`)).status).toBe(404);
  });

  it('delete holds to its preconditions', async () => {
    const { body } = await send(cluster, 'POST', maps, map('guarded'));
    const wrong = { preconditions: { uid: 'another' } };
    expect((await send(cluster, 'DELETE', `${maps}/guarded`, wrong)).status).toBe(409);
    const right = {
      preconditions: { uid: body.metadata.uid, resourceVersion: body.metadata.resourceVersion },
    };
    expect((await send(cluster, 'DELETE', `${maps}/guarded`, right)).status).toBe(200);
  });

  it('delete deletes what the selector selects of a collection', async () => {
    for (const name of ['c1', 'c2', 'c3'])
      await send(cluster, 'POST', maps, {
        ...map(name),
        metadata: { name, labels: { group: name === 'c3' ? 'b' : 'a' } },
      });
    await send(cluster, 'DELETE', `${maps}?labelSelector=group%3Da`);
    const { body } = await send(cluster, 'GET', `${maps}?labelSelector=group`);
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['c3']);
  });

  it('delete deletes a running pod after its grace period, or at once if that is 0', async () => {
    await send(cluster, 'POST', pods, podManifest('graceful'));
    await send(cluster, 'POST', pods, podManifest('abrupt'));
    const isRunning = (name: string) =>
      (cluster.api.get('pods', 'default', name)?.status as { phase?: string } | undefined)?.phase ===
      'Running';
    await eventually('two running pods', () => isRunning('graceful') && isRunning('abrupt'));
    const { body } = await send(cluster, 'DELETE', `${pods}/graceful`);
    expect(body.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    expect(cluster.api.get('pods', 'default', 'graceful')).toBeDefined();
    await send(cluster, 'DELETE', `${pods}/abrupt`, { gracePeriodSeconds: 0 });
    expect(cluster.api.get('pods', 'default', 'abrupt')).toBeUndefined();
    await eventually('the end of the graceful one', () => !cluster.api.get('pods', 'default', 'graceful'));
  });

  it('delete deletes nothing with dryRun', async () => {
    await send(cluster, 'POST', maps, map('spared'));
    await send(cluster, 'DELETE', `${maps}/spared?dryRun=All`);
    expect((await send(cluster, 'GET', `${maps}/spared`)).status).toBe(200);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/api/v1/namespaces/default/unknowns', 404],
    ['GET', '/apis/example.com/v1/things', 404],
    ['GET', '/nothing', 404],
    ['GET', '/api/v1/namespaces/default/nodes', 404],
    ['GET', '/api/v1/namespaces/default/pods/x/unknown', 404],
    ['POST', '/api/v1/pods', 405],
    ['PUT', '/api/v1/namespaces/default/pods', 405],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/version', 200],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await send(cluster, method, path, method === 'GET' ? undefined : podManifest('x'))).status).toBe(
      status,
    );
  });
});
