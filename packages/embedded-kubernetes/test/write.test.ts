import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { deploymentManifest, eventually, podManifest, send, startQuickCluster } from './support.ts';

let cluster: Cluster;
const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const map = (name: string, extra: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...extra,
});

beforeAll(async () => {
  cluster = await startQuickCluster();
});
afterAll(() => cluster.stop());

describe('create', () => {
  test('gives an object its identity', async () => {
    const { status, body } = await send(cluster, 'POST', maps, map('identity', { data: { a: '1' } }));
    expect(status).toBe(201);
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(body.metadata.namespace).toBe('default');
    expect(Number(body.metadata.resourceVersion)).toBe(cluster.store.revision);
    expect(body.metadata).not.toHaveProperty('generation');
  });

  test('of a name that exists is 409', async () => {
    await send(cluster, 'POST', maps, map('twice'));
    const { status, body } = await send(cluster, 'POST', maps, map('twice'));
    expect(status).toBe(409);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'AlreadyExists',
      message: 'configmaps "twice" already exists',
      details: { name: 'twice', kind: 'configmaps' },
      code: 409,
    });
  });

  test('makes up a name of generateName in the safe alphabet', async () => {
    const { body } = await send(cluster, 'POST', maps, { ...map(''), metadata: { generateName: 'made-' } });
    expect(body.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('fills in the defaults of a Pod and a Deployment', async () => {
    const pod = (await send(cluster, 'POST', pods, podManifest('defaults'))).body;
    expect(pod).toMatchObject({
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
        containers: [{ imagePullPolicy: 'IfNotPresent', resources: {} }],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    const { body } = await send(cluster, 'POST', deployments, deploymentManifest('defaults', 0));
    expect(body).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
    });
  });

  test('keeps a status away from what has it as a subresource', async () => {
    const { body } = await send(cluster, 'POST', pods, {
      ...podManifest('forged'),
      status: { podIP: '1.2.3.4' },
    });
    expect(body.status).not.toHaveProperty('podIP');
  });

  test('in a missing namespace is 404, in a terminating one 403', async () => {
    const missing = await send(cluster, 'POST', '/api/v1/namespaces/nowhere/configmaps', map('x'));
    expect(missing).toMatchObject({ status: 404, body: { message: 'namespaces "nowhere" not found' } });
    await send(cluster, 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'leaving' },
    });
    const held = map('held', { metadata: { name: 'held', finalizers: ['test/hold'] } });
    await send(cluster, 'POST', '/api/v1/namespaces/leaving/configmaps', held);
    await send(cluster, 'DELETE', '/api/v1/namespaces/leaving');
    const refused = await send(cluster, 'POST', '/api/v1/namespaces/leaving/configmaps', map('late'));
    expect(refused).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } },
    });
    await send(
      cluster,
      'PATCH',
      '/api/v1/namespaces/leaving/configmaps/held',
      '{"metadata":{"finalizers":null}}',
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    await eventually('the end of the namespace', () => !cluster.api.get('namespaces', undefined, 'leaving'));
  });

  test('with dryRun answers as if, and stores nothing', async () => {
    const before = cluster.store.revision;
    const { status, body } = await send(cluster, 'POST', `${maps}?dryRun=All`, map('unreal'));
    expect(status).toBe(201);
    expect(body.metadata.uid).toBeDefined();
    expect(cluster.store.revision).toBe(before);
  });

  test('of another kind than the path’s, or in another namespace, is 400', async () => {
    const { body } = await send(cluster, 'POST', pods, map('x'));
    expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
    const other = { ...map('x'), metadata: { name: 'x', namespace: 'kube-system' } };
    expect((await send(cluster, 'POST', maps, other)).body.message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  test.each<[string, JsonObject, string, string]>([
    [
      'an empty spec',
      podManifest('a', { spec: { containers: [] } }),
      'spec.containers',
      'FieldValueRequired',
    ],
    ['a bad name', podManifest('Upper_Case'), 'metadata.name', 'FieldValueInvalid'],
    [
      'a bad label',
      podManifest('a', { metadata: { labels: { 'a b': 'c' } } }),
      'metadata.labels',
      'FieldValueInvalid',
    ],
    [
      'a bad label value',
      podManifest('a', { metadata: { labels: { a: 'c d' } } }),
      'metadata.labels',
      'FieldValueInvalid',
    ],
    [
      'two containers of one name',
      podManifest('a', {
        spec: {
          containers: [
            { name: 'c', image: 'i' },
            { name: 'c', image: 'i' },
          ],
        },
      }),
      'spec.containers[1].name',
      'FieldValueDuplicate',
    ],
    [
      'a container without an image',
      podManifest('a', { spec: { containers: [{ name: 'c' }] } }),
      'spec.containers[0].image',
      'FieldValueRequired',
    ],
    [
      'an unknown policy',
      podManifest('a', { spec: { restartPolicy: 'Sometimes' } }),
      'spec.restartPolicy',
      'FieldValueNotSupported',
    ],
  ])('of a pod with %s is 422 with the field', async (_, manifest, field, reason) => {
    const { status, body } = await send(cluster, 'POST', pods, manifest);
    expect(status).toBe(422);
    expect(body.details.causes).toContainEqual(expect.objectContaining({ field, reason }));
    expect(body.message).toMatch(/^Pod "[^"]*" is invalid: /);
  });

  test('of a Deployment whose template does not match its selector is 422', async () => {
    const manifest = deploymentManifest('mismatch', 1, { selector: { matchLabels: { app: 'another' } } });
    const { status, body } = await send(cluster, 'POST', deployments, manifest);
    expect(status).toBe(422);
    expect(body.message).toContain('`selector` does not match template `labels`');
  });

  test('with a value of another type is 400 as Go’s decoding says it', async () => {
    const { status, body } = await send(cluster, 'POST', deployments, {
      ...deploymentManifest('typed', 1),
      spec: { ...deploymentManifest('typed', 1).spec, replicas: 'three' },
    });
    expect(status).toBe(400);
    expect(body.message).toContain(
      'cannot unmarshal string into Go struct field Deployment.spec.replicas of type int32',
    );
  });
});

describe('unknown fields', () => {
  const manifest = podManifest('odd', {
    spec: { colour: 'red', containers: [{ name: 'c', image: 'i', imag: 'j' }] },
  });

  test('are dropped with a warning by default', async () => {
    const { status, headers, body } = await send(cluster, 'POST', pods, manifest);
    expect(status).toBe(201);
    expect(headers.get('warning')).toContain('299 - "unknown field \\"spec.colour\\""');
    expect(headers.get('warning')).toContain('spec.containers[0].imag');
    expect(body.spec).not.toHaveProperty('colour');
  });

  test('are dropped silently with Ignore and refused with Strict', async () => {
    const ignored = await send(cluster, 'POST', `${pods}?fieldValidation=Ignore&dryRun=All`, {
      ...manifest,
      metadata: { name: 'odd-2' },
    });
    expect(ignored.headers.get('warning')).toBeNull();
    const refused = await send(cluster, 'POST', `${pods}?fieldValidation=Strict`, manifest);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toMatch(/strict decoding error: .*unknown field "spec\.colour"/);
  });
});

describe('update', () => {
  test('of a stale resourceVersion is 409', async () => {
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

  test('without a resourceVersion replaces what is there; of another uid it is 409', async () => {
    await send(cluster, 'POST', maps, map('blind', { data: { a: '1' } }));
    const { body } = await send(cluster, 'PUT', `${maps}/blind`, map('blind', { data: { b: '2' } }));
    expect(body.data).toEqual({ b: '2' });
    const other = { ...map('blind'), metadata: { name: 'blind', uid: 'another' } };
    expect((await send(cluster, 'PUT', `${maps}/blind`, other)).status).toBe(409);
  });

  test('that changes nothing keeps the resourceVersion', async () => {
    const { body: created } = await send(cluster, 'POST', maps, map('same', { data: { a: '1' } }));
    const { body } = await send(cluster, 'PUT', `${maps}/same`, created);
    expect(body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  });

  test('raises the generation by a change of the spec only', async () => {
    const { body: created } = await send(cluster, 'POST', deployments, deploymentManifest('counted', 0));
    const path = `${deployments}/counted`;
    const merge = { 'content-type': 'application/merge-patch+json' };
    await send(cluster, 'PATCH', path, '{"metadata":{"labels":{"a":"b"}}}', merge);
    const { body } = await send(cluster, 'PATCH', path, '{"spec":{"minReadySeconds":1}}', merge);
    expect([created.metadata.generation, body.metadata.generation]).toEqual([1, 2]);
  });

  test('cannot change a Deployment’s selector, nor a pod’s containers', async () => {
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

  test('through the status leaves the rest alone, and the other way round', async () => {
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
  test('answers what it deleted, then 404', async () => {
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

  test('waits for finalizers', async () => {
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

  test('holds to its preconditions', async () => {
    const { body } = await send(cluster, 'POST', maps, map('guarded'));
    const wrong = { preconditions: { uid: 'another' } };
    expect((await send(cluster, 'DELETE', `${maps}/guarded`, wrong)).status).toBe(409);
    const right = {
      preconditions: { uid: body.metadata.uid, resourceVersion: body.metadata.resourceVersion },
    };
    expect((await send(cluster, 'DELETE', `${maps}/guarded`, right)).status).toBe(200);
  });

  test('of a collection takes what the selector selects', async () => {
    for (const name of ['c1', 'c2', 'c3'])
      await send(cluster, 'POST', maps, {
        ...map(name),
        metadata: { name, labels: { group: name === 'c3' ? 'b' : 'a' } },
      });
    await send(cluster, 'DELETE', `${maps}?labelSelector=group%3Da`);
    const { body } = await send(cluster, 'GET', `${maps}?labelSelector=group`);
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['c3']);
  });

  test('of a running pod is graceful, and at once with no grace period', async () => {
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

  test('with dryRun deletes nothing', async () => {
    await send(cluster, 'POST', maps, map('spared'));
    await send(cluster, 'DELETE', `${maps}/spared?dryRun=All`);
    expect((await send(cluster, 'GET', `${maps}/spared`)).status).toBe(200);
  });
});

describe('paths', () => {
  test.each([
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
