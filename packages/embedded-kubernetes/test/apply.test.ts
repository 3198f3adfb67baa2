import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import type { JsonObject } from '../src/model/objects.ts';
import { applyPatch, deploymentManifest, mergePatch, patchType, send, startQuickCluster } from './harness.ts';

let cluster: Cluster;
const deployments = '/apis/apps/v1/namespaces/default/deployments';

beforeAll(async () => {
  cluster = await startQuickCluster();
});
afterAll(() => cluster.stop());

/** Applies to its own path; a string is sent as it is, YAML for example. */
function apply(manager: string, manifest: JsonObject | string, name: string, query = '') {
  return send(
    cluster,
    'PATCH',
    `${deployments}/${name}?fieldManager=${manager}${query}`,
    manifest,
    applyPatch,
  );
}

const withImage = (name: string, image: string) =>
  deploymentManifest(name, 0, {}, { containers: [{ name: 'main', image }] });

interface Entry {
  manager: string;
  operation: string;
  subresource?: string;
  fieldsV1: JsonObject;
}
const managersOf = (body: JsonObject) => (body.metadata as { managedFields: Entry[] }).managedFields;

describe('server-side apply', () => {
  it('server-side apply creates what is missing, from YAML, and records what the manager set', async () => {
    const yaml = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: yaml
spec:
  replicas: 0
  selector: { matchLabels: { app: yaml } }
  template:
    metadata: { labels: { app: yaml } }
    spec:
      containers:
        - name: main
          image: app:1
          ports: [{ containerPort: 80 }]
`;
    const { status, body } = await apply('tool', yaml, 'yaml');
    expect(status).toBe(201);
    expect(managersOf(body)).toMatchObject([
      {
        manager: 'tool',
        operation: 'Apply',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"main"}': {
                    '.': {},
                    'f:name': {},
                    'f:image': {},
                    'f:ports': {
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ]);
  });

  it('server-side apply changes nothing if the same manager applies the same object again', async () => {
    await apply('tool', withImage('again', 'app:1'), 'again');
    const settled = cluster.api.get('deployments.apps', 'default', 'again')?.metadata.generation;
    const { status, body } = await apply('tool', withImage('again', 'app:1'), 'again');
    expect(status).toBe(200);
    expect(body.metadata.generation).toBe(settled);
  });

  it('server-side apply is refused with a conflict if another manager set a field to another value', async () => {
    await apply('one', withImage('contested', 'app:1'), 'contested');
    const refused = await apply('two', withImage('contested', 'app:2'), 'contested');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="main"].image',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "one"',
            field: '.spec.template.spec.containers[name="main"].image',
          },
        ],
      },
    });
    const forced = await apply('two', withImage('contested', 'app:2'), 'contested', '&force=true');
    expect(forced.status).toBe(200);
    const owner = managersOf(forced.body).find(({ manager }) => manager === 'one');
    expect(JSON.stringify(owner)).not.toContain('f:image');
  });

  it('server-side apply shares a field that another manager set to the same value', async () => {
    await apply('one', withImage('shared', 'app:1'), 'shared');
    const { status, body } = await apply('two', withImage('shared', 'app:1'), 'shared');
    expect(status).toBe(200);
    for (const name of ['one', 'two'])
      expect(JSON.stringify(managersOf(body).find(({ manager }) => manager === name))).toContain('f:image');
  });

  it('server-side apply removes what the manager no longer applies, unless another owns it', async () => {
    const manifest = withImage('pruned', 'app:1');
    const labelled = { ...manifest, metadata: { ...manifest.metadata, labels: { mine: '1', both: '1' } } };
    await apply('one', labelled, 'pruned');
    await apply('two', { ...manifest, metadata: { ...manifest.metadata, labels: { both: '1' } } }, 'pruned');
    const { body } = await apply('one', manifest, 'pruned');
    expect(body.metadata.labels).toEqual({ both: '1' });
  });

  it('server-side apply merges lists by their keys and leaves others’ items', async () => {
    await apply('one', withImage('sidecar', 'app:1'), 'sidecar');
    const partial = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'sidecar' },
      spec: { template: { spec: { containers: [{ name: 'envoy', image: 'envoy:1' }] } } },
    };
    const { body } = await apply('injector', partial, 'sidecar');
    const names = () =>
      (body.spec as { template: { spec: { containers: { name: string }[] } } }).template.spec.containers.map(
        ({ name }) => name,
      );
    expect(names()).toEqual(['main', 'envoy']);
    const { spec } = (await apply('injector', { ...partial, spec: {} }, 'sidecar')).body;
    expect(JSON.stringify(spec)).not.toContain('envoy');
  });

  it('server-side apply removes an item of its own although another has changed something in it', async () => {
    const pair = [
      { name: 'main', image: 'app:1' },
      { name: 'extra', image: 'extra:1' },
    ];
    await apply('one', deploymentManifest('halved', 0, {}, { containers: pair }), 'halved');
    const image = [{ op: 'replace', path: '/spec/template/spec/containers/1/image', value: 'extra:2' }];
    await send(cluster, 'PATCH', `${deployments}/halved`, image, patchType('application/json-patch+json'));
    const { body } = await apply('one', withImage('halved', 'app:1'), 'halved');
    expect(body.spec).toMatchObject({ template: { spec: { containers: [{ name: 'main' }] } } });
    expect(JSON.stringify(body)).not.toContain('extra');
  });

  it('server-side apply conflicts with a scale by kubectl, which owns the replicas through the subresource', async () => {
    await apply('tool', withImage('scaled', 'app:1'), 'scaled');
    await send(
      cluster,
      'PATCH',
      `${deployments}/scaled/scale?fieldManager=kubectl`,
      { spec: { replicas: 2 } },
      mergePatch,
    );
    const { body } = await apply('tool', withImage('scaled', 'app:1'), 'scaled');
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
  });

  it('server-side apply changes the status only through the status subresource, with owners of its own', async () => {
    const path = '/apis/appmesh.k8s.aws/v1beta2/meshes/owned';
    const mesh = { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'Mesh', metadata: { name: 'owned' } };
    await send(
      cluster,
      'PATCH',
      `${path}?fieldManager=person`,
      { ...mesh, spec: { awsName: 'x' } },
      applyPatch,
    );
    const { body } = await send(
      cluster,
      'PATCH',
      `${path}/status?fieldManager=controller`,
      { ...mesh, spec: { awsName: 'ignored' }, status: { meshARN: 'arn:x' } },
      applyPatch,
    );
    expect(body).toMatchObject({ spec: { awsName: 'x' }, status: { meshARN: 'arn:x' } });
    expect(managersOf(body).find(({ manager }) => manager === 'controller')).toMatchObject({
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:meshARN': {} } },
    });
  });

  it('server-side apply takes over what client-side apply left without a conflict', async () => {
    const manifest = withImage('migrated', 'app:1');
    const applied = { ...manifest, metadata: { ...manifest.metadata, annotations: {} } };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) };
    await send(cluster, 'POST', `${deployments}?fieldManager=kubectl-client-side-apply`, {
      ...manifest,
      metadata: { ...manifest.metadata, annotations },
    });
    const refused = await apply('another-tool', withImage('migrated', 'app:2'), 'migrated');
    expect(refused.status).toBe(409);
    const { status, body } = await apply('kubectl', withImage('migrated', 'app:2'), 'migrated');
    expect(status).toBe(200);
    expect((body.metadata as unknown as { annotations: Record<string, string> }).annotations).toMatchObject({
      'kubectl.kubernetes.io/last-applied-configuration': expect.stringContaining('app:2'),
    });
  });

  it('server-side apply conflicts with the values of an object whose fields have no recorded owner', async () => {
    const [pod] = cluster.createRunningPods(1, { namePrefix: 'untracked', labels: { app: 'x' } });
    const { body } = await send(
      cluster,
      'PATCH',
      `/api/v1/namespaces/default/pods/${pod?.metadata.name}?fieldManager=tool`,
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod?.metadata.name, labels: { app: 'y' } } },
      applyPatch,
    );
    expect(body.message).toContain('conflict with "before-first-apply" using v1: .metadata.labels.app');
  });

  it.each<[string, string, JsonObject]>([
    ['no field manager', '', withImage('bad', 'app:1')],
    [
      'managed fields in it',
      '?fieldManager=x',
      { ...withImage('bad', 'app:1'), metadata: { name: 'bad', managedFields: [{ manager: 'x' }] } },
    ],
    ['no kind', '?fieldManager=x', { metadata: { name: 'bad' } }],
    ['another name', '?fieldManager=x', withImage('other', 'app:1')],
    [
      'two items of one key',
      '?fieldManager=x',
      deploymentManifest(
        'bad',
        0,
        {},
        {
          containers: [
            { name: 'a', image: 'x' },
            { name: 'a', image: 'y' },
          ],
        },
      ),
    ],
  ])('server-side apply with %s is 400', async (_, query, manifest) => {
    const answer = await send(cluster, 'PATCH', `${deployments}/bad${query}`, manifest, applyPatch);
    expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
  });

  it('server-side apply stores nothing with dryRun', async () => {
    await apply('tool', withImage('dry', 'app:1'), 'dry', '&dryRun=All');
    expect(cluster.api.get('deployments.apps', 'default', 'dry')).toBeUndefined();
  });
});

describe('Cluster.apply', () => {
  it('Cluster.apply says what it did with each object', () => {
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'said' }, data: { a: '1' } };
    expect(cluster.apply([manifest])[0]?.action).toBe('created');
    expect(cluster.apply([manifest])[0]?.action).toBe('unchanged');
    expect(cluster.apply([{ ...manifest, data: { a: '2' } }])[0]?.action).toBe('configured');
  });

  it('Cluster.apply names a kind that the cluster does not have', () => {
    expect(() =>
      cluster.apply([{ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } }]),
    ).toThrow('no matches for kind "Thing" in version "example.com/v1"');
  });
});
