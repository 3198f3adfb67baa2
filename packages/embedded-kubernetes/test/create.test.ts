import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { at, listAt } from '../src/model/json.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { deployments, map, maps, pods } from './config-maps.ts';
import { deploymentManifest, eventually, podManifest, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startQuickCluster();
});

afterAll(() => cluster.stop());

describe('create', () => {
  it('create gives an object its identity', async () => {
    const { status, body } = await send(cluster, 'POST', maps, map('identity', { data: { a: '1' } }));
    expect(status).toBe(201);
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(body.metadata.namespace).toBe('default');
    expect(Number(body.metadata.resourceVersion)).toBe(cluster.store.revision);
    expect(body.metadata).not.toHaveProperty('generation');
  });

  it('create answers 409 if the name exists', async () => {
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

  it('create makes up a name of generateName in the safe alphabet', async () => {
    const { body } = await send(cluster, 'POST', maps, { ...map(''), metadata: { generateName: 'made-' } });
    expect(body.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('create fills in the defaults of a Pod and a Deployment', async () => {
    const pod = (await send(cluster, 'POST', pods, podManifest('defaults'))).body;
    expect(pod).toMatchObject({
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
        containers: [{ imagePullPolicy: 'IfNotPresent' }],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    expect(at(listAt(pod, 'spec', 'containers')[0], 'resources')).toEqual({});
    const { body } = await send(cluster, 'POST', deployments, deploymentManifest('defaults', 0));
    expect(body).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
    });
  });

  it('create keeps a status away from what has it as a subresource', async () => {
    const { body } = await send(cluster, 'POST', pods, {
      ...podManifest('forged'),
      status: { podIP: '1.2.3.4' },
    });
    expect(body.status).not.toHaveProperty('podIP');
  });

  it('create answers 404 in a missing namespace and 403 in a terminating one', async () => {
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

  it('create answers as usual with dryRun, and stores nothing', async () => {
    const before = cluster.store.revision;
    const { status, body } = await send(cluster, 'POST', `${maps}?dryRun=All`, map('unreal'));
    expect(status).toBe(201);
    expect(body.metadata.uid).toBeDefined();
    expect(cluster.store.revision).toBe(before);
  });

  it('create answers 400 if kind or namespace differ from those of the path', async () => {
    const { body } = await send(cluster, 'POST', pods, map('x'));
    expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
    const other = { ...map('x'), metadata: { name: 'x', namespace: 'kube-system' } };
    expect((await send(cluster, 'POST', maps, other)).body.message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  it.each<[string, JsonObject, string, string]>([
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
  ])('create of a pod with %s is 422 with the field', async (_, manifest, field, reason) => {
    const { status, body } = await send(cluster, 'POST', pods, manifest);
    expect(status).toBe(422);
    expect(body.details.causes).toContainEqual(expect.objectContaining({ field, reason }));
    expect(body.message).toMatch(/^Pod "[^"]*" is invalid: /);
  });

  it('create answers 422 for a Deployment whose template does not match its selector', async () => {
    const manifest = deploymentManifest('mismatch', 1, { selector: { matchLabels: { app: 'another' } } });
    const { status, body } = await send(cluster, 'POST', deployments, manifest);
    expect(status).toBe(422);
    expect(body.message).toContain('`selector` does not match template `labels`');
  });

  it('create answers 400 with the message of Go’s decoder for a value of another type', async () => {
    const { status, body } = await send(cluster, 'POST', deployments, {
      ...deploymentManifest('typed', 1),
      spec: { ...deploymentManifest('typed', 1).spec, replicas: 'three' },
    });
    expect(status).toBe(400);
    expect(body.message).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
  });
});

describe('unknown fields', () => {
  const manifest = podManifest('odd', {
    spec: { colour: 'red', containers: [{ name: 'c', image: 'i', imag: 'j' }] },
  });

  it('are dropped with a warning by default', async () => {
    const { status, headers, body } = await send(cluster, 'POST', pods, manifest);
    expect(status).toBe(201);
    expect(headers.get('warning')).toContain('299 - "unknown field \\"spec.colour\\""');
    expect(headers.get('warning')).toContain('spec.containers[0].imag');
    expect(body.spec).not.toHaveProperty('colour');
  });

  it('are dropped silently with Ignore and refused with Strict', async () => {
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
