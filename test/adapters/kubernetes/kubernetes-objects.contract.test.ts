import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPatch, send, startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { KubernetesObjectsAdapter } from '../../../shared/adapters/kubernetes/kubernetes-objects.ts';
import { ConflictError, KindNotServedError, NotFoundError } from '../../../shared/model/errors.ts';
import { idOf, type LiveObject, type Manifest } from '../../../shared/model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../../shared/ports/kubernetes-objects.ts';
import { MemoryKubernetesObjects } from '../../fakes/memory-kubernetes-objects.ts';

interface Subject {
  readonly objects: KubernetesObjects;
  /** Server-side apply as another field manager. */
  writeAs(manager: string, manifest: Manifest): Promise<void>;
  stop(): Promise<void>;
}

const group = 'networking.istio.io';
const apiVersion = `${group}/v1`;
/** The cluster serves v1 and v1beta1 of ServiceEntry, and no VirtualService; it has the namespaces default and kube-system. */
const served = { [`${group}/ServiceEntry`]: ['v1', 'v1beta1'], [`${group}/VirtualService`]: [] };

const openSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['hosts'],
      properties: {
        hosts: { type: 'array', items: { type: 'string' } },
        location: { type: 'string' },
        endpoints: { type: 'array', items: openSchema },
      },
    },
    status: openSchema,
  },
};
const definition = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: `serviceentries.${group}` },
  spec: {
    ...{ group, scope: 'Namespaced', names: { kind: 'ServiceEntry', plural: 'serviceentries' } },
    versions: ['v1', 'v1beta1'].map((name) => ({
      ...{ name, served: true, storage: name === 'v1', subresources: { status: {} } },
      schema: { openAPIV3Schema: schema },
    })),
  },
};

async function onApiServer(): Promise<Subject> {
  const cluster = await startQuickCluster({ definitions: [definition] });
  return {
    objects: new KubernetesObjectsAdapter(async () => ({ server: cluster.url })),
    writeAs: async (manager, manifest) => {
      const { namespace, name } = idOf(manifest);
      const path = `/apis/${apiVersion}/namespaces/${namespace}/serviceentries/${name}?fieldManager=${manager}`;
      const { status } = await send(cluster, 'PATCH', path, manifest, applyPatch);
      expect(status).toBeLessThan(300);
    },
    stop: () => cluster.stop(),
  };
}

async function inMemory(): Promise<Subject> {
  const objects = new MemoryKubernetesObjects({ served, missingNamespaces: ['absent'] });
  return {
    objects,
    writeAs: async (manager, manifest) => void objects.write(manifest, { manager }),
    stop: async () => undefined,
  };
}

function entry(name: string, spec: Record<string, unknown> = {}, metadata: object = {}): Manifest {
  return {
    ...{ apiVersion, kind: 'ServiceEntry' },
    metadata: { name, namespace: 'default', ...metadata },
    spec: { hosts: [`${name}.shop`], ...spec },
  };
}

const endpoints = [{ address: '10.0.0.1' }, { address: '10.0.0.2' }];

const subjects = [
  ['in memory', inMemory],
  ['through the API server', onApiServer],
] as const;
describe.each(subjects)('the objects of a cluster, %s', (_, start) => {
  let subject: Subject;
  let objects: KubernetesObjects;
  beforeEach(async () => {
    subject = await start();
    ({ objects } = subject);
  });
  afterEach(() => subject.stop());

  describe('annotate', () => {
    const configMap = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name: 'front', namespace: 'default', annotations: { team: 'shop', seen: 'no' } },
      data: { text: 'a' },
    };

    it('annotations are set, and nothing else changes', async () => {
      const { metadata } = await objects.apply(configMap);
      await objects.annotate({ id: idOf(configMap), uid: metadata.uid }, { seen: 'yes', more: '1' });
      const live = await objects.get(idOf(configMap));
      expect(live).toMatchObject({ data: configMap.data, metadata: { name: 'front', uid: metadata.uid } });
      expect(live?.metadata.annotations).toEqual({ team: 'shop', seen: 'yes', more: '1' });
      expect(live?.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
    });

    it('another object of that name is left as it is', async () => {
      await objects.apply(configMap);
      await expect(objects.annotate({ id: idOf(configMap), uid: 'former' }, { seen: 'yes' })).rejects.toThrow(
        ConflictError,
      );
      const live = await objects.get(idOf(configMap));
      expect(live?.metadata.annotations).toEqual(configMap.metadata.annotations);
    });

    it('an object that is gone is not created', async () => {
      const gone = { id: idOf(configMap), uid: 'former' };
      await expect(objects.annotate(gone, { seen: 'yes' })).rejects.toThrow(NotFoundError);
      expect(await objects.get(gone.id)).toBeUndefined();
    });
  });

  describe('apply', () => {
    it('apply creates an object, and returns it as the API server has it', async () => {
      const labels = { app: 'cart' };
      const live = await objects.apply(entry('cart', { location: 'MESH_EXTERNAL' }, { labels }));
      expect(live).toMatchObject(entry('cart', { location: 'MESH_EXTERNAL' }, { labels }));
      expect(live.metadata.uid).toMatch(/./);
      expect(Number(live.metadata.resourceVersion)).toBeGreaterThan(0);
      expect(Date.parse(live.metadata.creationTimestamp)).not.toBeNaN();
      expect(await objects.get(idOf(live))).toEqual(live);
    });

    it('an apply that changes nothing keeps the resourceVersion', async () => {
      const first = await objects.apply(entry('cart', { endpoints }));
      const second = await objects.apply(entry('cart', { endpoints }));
      expect(second).toEqual(first);
    });

    it('apply removes the fields that it no longer names, and keeps those of other managers', async () => {
      const annotations = { 'eks-mesh-sync/cluster': 'blue', old: 'x' };
      await objects.apply(entry('cart', { endpoints, location: 'MESH_EXTERNAL' }, { annotations }));
      await subject.writeAs('istiod', entry('cart', {}, { annotations: { seen: 'yes' } }));
      await objects.apply(entry('cart', { endpoints }, { annotations: { 'eks-mesh-sync/cluster': 'blue' } }));
      const live = await objects.get(idOf(entry('cart')));
      expect(live?.spec).toEqual({ hosts: ['cart.shop'], endpoints });
      expect(live?.metadata.annotations).toEqual({ 'eks-mesh-sync/cluster': 'blue', seen: 'yes' });
    });

    it('apply refuses a field that another manager set otherwise, and names both', async () => {
      await subject.writeAs('kubectl', entry('cart', { location: 'MESH_INTERNAL' }));
      const applied = objects.apply(entry('cart', { location: 'MESH_EXTERNAL' }));
      await expect(applied).rejects.toThrow(ConflictError);
      await expect(applied).rejects.toThrow(/"kubectl".*\.spec\.location/s);
      expect((await objects.get(idOf(entry('cart'))))?.spec).toMatchObject({ location: 'MESH_INTERNAL' });
    });

    it('an apply with force takes over a field of another manager', async () => {
      await subject.writeAs('kubectl', entry('cart', { location: 'MESH_INTERNAL' }));
      await objects.apply(entry('cart', { location: 'MESH_EXTERNAL' }), { force: true });
      const live = await objects.apply(entry('cart', { location: 'MESH_EXTERNAL' }));
      expect(live.spec).toMatchObject({ location: 'MESH_EXTERNAL' });
      expect(ownersOf(live, 'location')).toEqual(['eks-mesh-sync']);
    });

    it('an apply with a uid changes only the object with that uid', async () => {
      const { uid } = (await objects.apply(entry('cart'))).metadata;
      const live = await objects.apply(entry('cart', { endpoints }, { uid }));
      expect(live.spec).toMatchObject({ endpoints });
      const other = '00000000-0000-0000-0000-000000000000';
      await expect(objects.apply(entry('cart', {}, { uid: other }))).rejects.toThrow(ConflictError);
      await expect(objects.apply(entry('web', {}, { uid: other }))).rejects.toThrow(ConflictError);
      expect(await objects.get(idOf(entry('web')))).toBeUndefined();
    });

    it('an apply in a namespace that does not exist is refused', async () => {
      const applied = objects.apply(entry('cart', {}, { namespace: 'absent' }));
      await expect(applied).rejects.toThrow(NotFoundError);
    });
  });

  describe('create', () => {
    it('create applies an object that does not exist', async () => {
      const live = await objects.create(entry('cart', { endpoints }));
      expect(await objects.apply(entry('cart', { endpoints }))).toEqual(live);
    });

    it('create does not change an object that somebody else created first', async () => {
      await subject.writeAs('kubectl', entry('cart'));
      const before = await objects.get(idOf(entry('cart')));
      const manifest = entry('cart', { endpoints }, { labels: { app: 'cart' } });
      await expect(objects.create(manifest)).rejects.toThrow(ConflictError);
      const after = await objects.get(idOf(entry('cart')));
      expect(after?.spec).toEqual(before?.spec);
      expect(after?.metadata.labels).toBeUndefined();
      expect(after?.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['kubectl']);
    });

    it('a create that is repeated because its response was lost changes nothing', async () => {
      const live = await objects.create(entry('cart', { endpoints }));
      await subject.writeAs('labeller', {
        ...entry('cart', {}, { labels: { team: 'shop' } }),
        spec: undefined,
      });
      const { metadata, spec } = await objects.create(entry('cart', { endpoints }));
      expect(metadata.uid).toBe(live.metadata.uid);
      expect(spec).toEqual(live.spec);
    });

    it('create does not change an existing object that has another value for the same field', async () => {
      await subject.writeAs('kubectl', entry('cart', { location: 'MESH_INTERNAL' }));
      const created = objects.create(entry('cart', { location: 'MESH_EXTERNAL' }));
      await expect(created).rejects.toThrow(ConflictError);
      expect((await objects.get(idOf(entry('cart'))))?.spec).toMatchObject({ location: 'MESH_INTERNAL' });
    });
  });

  describe('get and list', () => {
    it('get and list return nothing if no object exists', async () => {
      expect(await objects.get(idOf(entry('cart')))).toBeUndefined();
      expect(await objects.list(entry('cart'))).toEqual([]);
    });

    it('list returns the objects with a label, of all namespaces or of one', async () => {
      const own = { labels: { 'app.kubernetes.io/managed-by': 'eks-mesh-sync', source: 'cloud-map' } };
      await objects.apply(entry('b', {}, own));
      await objects.apply(entry('a', {}, { ...own, namespace: 'kube-system' }));
      await objects.apply(entry('c'));
      const names = async (options?: Parameters<KubernetesObjects['list']>[1]) =>
        (await objects.list(entry('any'), options)).map(
          ({ metadata: { namespace, name } }) => `${namespace}/${name}`,
        );
      expect(await names()).toEqual(['default/b', 'default/c', 'kube-system/a']);
      expect(await names({ namespace: 'default' })).toEqual(['default/b', 'default/c']);
      const labelSelector = 'app.kubernetes.io/managed-by=eks-mesh-sync,source=cloud-map';
      expect(await names({ labelSelector })).toEqual(['default/b', 'kube-system/a']);
      expect(await names({ labelSelector: 'source=mesh-objects' })).toEqual([]);
    });

    it('get and list return objects in the API version that is asked for', async () => {
      const { metadata, spec } = await objects.apply(entry('cart', { endpoints }));
      const beta = { ...idOf(entry('cart')), apiVersion: `${group}/v1beta1` };
      expect(await objects.get(beta)).toMatchObject({ apiVersion: beta.apiVersion, spec });
      const [listed] = await objects.list(beta);
      expect(listed).toMatchObject({
        apiVersion: beta.apiVersion,
        kind: beta.kind,
        metadata: { uid: metadata.uid },
      });
    });
  });

  describe('delete', () => {
    it('delete removes only the object with the given uid', async () => {
      const live = await objects.apply(entry('cart'));
      const id = idOf(live);
      const other = '00000000-0000-0000-0000-000000000000';
      await expect(objects.delete({ id, uid: other })).rejects.toThrow(ConflictError);
      await objects.delete({ id, uid: live.metadata.uid });
      expect(await objects.get(id)).toBeUndefined();
      await expect(objects.delete({ id, uid: live.metadata.uid })).rejects.toThrow(NotFoundError);
    });
  });

  describe('discovery', () => {
    it('discovery finds the first API version that the cluster serves', async () => {
      expect(await objects.servedVersion(group, 'ServiceEntry', ['v1', 'v1beta1'])).toBe('v1');
      expect(await objects.servedVersion(group, 'ServiceEntry', ['v2', 'v1beta1', 'v1'])).toBe('v1beta1');
      expect(await objects.servedVersion(group, 'ServiceEntry', ['v2'])).toBeUndefined();
      expect(await objects.servedVersion(group, 'VirtualService', ['v1'])).toBeUndefined();
    });

    it('the error for a kind that the cluster does not serve names the kind', async () => {
      const service = { ...entry('cart'), kind: 'VirtualService' };
      await expect(objects.apply(service)).rejects.toThrow(KindNotServedError);
      await expect(objects.get(idOf(service))).rejects.toThrow(/VirtualService of networking\.istio\.io\/v1/);
      await expect(objects.list(service)).rejects.toThrow(KindNotServedError);
      const alpha = { ...entry('cart'), apiVersion: `${group}/v1alpha1` };
      await expect(objects.create(alpha)).rejects.toThrow(KindNotServedError);
    });
  });
});

/** The managers of a field of the spec. */
function ownersOf({ metadata }: LiveObject, field: string): (string | undefined)[] {
  return (metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => `f:${field}` in ((fieldsV1?.['f:spec'] ?? {}) as object))
    .map(({ manager }) => manager);
}
