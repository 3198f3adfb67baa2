import { describe, expect, it } from 'vitest';
import type { Manifest as ObjectManifest } from '../../../shared/model/kubernetes-object.ts';
import { ownershipMarks } from '../../../shared/model/own-object.ts';
import { failure } from '../harness/engine-state.ts';
import { aNode } from '../harness/manifests.ts';
import { applied, ObjectsHarness, router, settledHarness, shop, texts } from './objects-harness.ts';

const blue = 'ServiceEntry apps/blue';
const node = 'VirtualNode apps/blue';
const manifest = (spec: Readonly<Record<string, unknown>> = {}, metadata: object = {}): ObjectManifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { namespace: 'apps', name: 'blue', ...metadata },
  spec,
});
const byHand = { manager: 'kubectl', force: true };
const withoutNamespace = shop.filter(({ kind }) => kind !== 'Namespace');

describe('a mesh target of objects', () => {
  it('objects are created after those that they refer to, with the marks of ownership', async () => {
    const harness = new ObjectsHarness();
    const changes = await harness.changesAfter(...shop);
    expect([...changes].sort()).toEqual(texts.map((text) => `create ${text}`));
    expect(changes.slice(2)).toEqual([
      'create VirtualService apps/paths-router',
      'create VirtualService apps/front',
    ]);
    const marks = ownershipMarks({ source: 'mesh-objects', cluster: 'local', sourceObject: node });
    expect(harness.object(blue)).toMatchObject({
      apiVersion: 'networking.istio.io/v1',
      metadata: marks,
      spec: { hosts: ['blue'] },
    });
    expect(harness.active(node)).toEqual(applied);
    expect(harness.statusOf('VirtualNode', 'blue', 'apps')).not.toHaveProperty('virtualNodeARN');
  });

  it('objects that did not change cost no call', async () => {
    const harness = await settledHarness();
    harness.kubernetes.calls.length = 0;
    await harness.changesAfter(...shop);
    await harness.reconcile();
    expect(harness.kubernetes.calls).toEqual([]);
  });

  it('an object is updated in place if its spec changes', async () => {
    const harness = await settledHarness();
    const { uid } = harness.object('VirtualService apps/paths-router').metadata;
    expect(await harness.changesAfter(router({ blue: 9, green: 1 }))).toEqual([
      'apply VirtualService apps/paths-router',
    ]);
    const { metadata, spec } = harness.object('VirtualService apps/paths-router');
    expect(metadata.uid).toBe(uid);
    expect(JSON.stringify(spec)).toContain('"weight":9');
  });

  it('objects are deleted before those that they refer to', async () => {
    const harness = await settledHarness();
    const changes = await harness.changesAfterDeleting(...withoutNamespace);
    expect(changes.slice(0, 2)).toEqual([
      'delete VirtualService apps/front',
      'delete VirtualService apps/paths-router',
    ]);
    expect(harness.kubernetes.all).toEqual([]);
    expect(harness.stores.meshClaims.items.size).toBe(0);
  });

  it('an object whose source is another object now keeps its uid and has the new mark', async () => {
    const harness = await settledHarness();
    const { uid } = harness.object(blue).metadata;
    harness.delete(aNode('blue'), router({ blue: 1, green: 1 }));
    await harness.changesAfter(router({ green: 1 }), aNode('heir', { awsName: 'blue' }));
    const heir = harness.object(blue);
    expect(heir.metadata.uid).toBe(uid);
    expect(heir.metadata.annotations).toMatchObject({
      'eks-mesh-sync/source-object': 'VirtualNode apps/heir',
    });
    expect(harness.active('VirtualNode apps/heir')).toEqual(applied);
  });

  it('an object is refused, once until its inputs change, if its namespace is missing', async () => {
    const harness = new ObjectsHarness({ missingNamespaces: ['apps'] });
    harness.apply(...shop);
    expect(await failure(() => harness.settleInOneRun())).toBe('');
    expect(harness.active(node)).toMatchObject({ is: 'False Refused' });
    expect(harness.active(node).message).toContain('namespace "apps" not found');
    expect(await harness.changesAfterRun()).toEqual([]);
  });
});

describe('an object of somebody else', () => {
  const marksOf = (sourceObject: string, cluster = 'local') =>
    ownershipMarks({ source: 'mesh-objects', cluster, sourceObject });

  it.each([
    ['without marks', {}],
    ['with the marks of another cluster', marksOf(node, 'other')],
    ['with marks that were copied from another object', marksOf('VirtualNode apps/green')],
    ['of Cloud Map', ownershipMarks({ source: 'cloud-map', cluster: 'local', sourceObject: node })],
  ])('an object %s is never changed and never deleted', async (_, metadata) => {
    const harness = new ObjectsHarness();
    const foreign = harness.kubernetes.write(manifest({ hosts: ['theirs'] }, metadata), byHand);
    await harness.changesAfter(...shop);
    expect(harness.active(node)).toMatchObject({ is: 'False Refused' });
    expect(harness.active(node).message).toContain('ServiceEntry apps/blue exists and');
    expect(harness.active('VirtualService apps/front').is).toBe('False Pending');
    await harness.changesAfterVerification();
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.kubernetes.all).toEqual([foreign]);
    expect(harness.stores.meshClaims.items.size).toBe(0);
  });

  it('an object that others create at the same time is theirs', async () => {
    const harness = new ObjectsHarness();
    const create = harness.kubernetes.create.bind(harness.kubernetes);
    harness.kubernetes.create = async (wanted) => {
      if (wanted.metadata.name === 'blue' && wanted.kind === 'ServiceEntry')
        harness.kubernetes.write(manifest({ hosts: ['theirs'] }), byHand);
      return create(wanted);
    };
    await harness.changesAfter(...shop);
    expect(harness.active(node)).toMatchObject({ is: 'False Refused' });
    expect(harness.object(blue).spec).toEqual({ hosts: ['theirs'] });
  });

  it('an object that lost its marks is not ours any more: it is neither repaired nor deleted', async () => {
    const harness = await settledHarness();
    const { uid } = harness.object(blue).metadata;
    await harness.kubernetes.delete({
      id: { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', namespace: 'apps', name: 'blue' },
      uid,
    });
    const taken = harness.kubernetes.write(manifest({ hosts: ['taken'] }), byHand);
    expect(await harness.changesAfterVerification()).toEqual([]);
    expect(harness.active(node)).toMatchObject({ is: 'False Refused' });
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.kubernetes.all).toEqual([taken]);
  });

  it('an object that others took over since its claim stays, and operators are notified', async () => {
    const harness = await settledHarness();
    const { uid } = harness.object(blue).metadata;
    const id = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      namespace: 'apps',
      name: 'blue',
    };
    await harness.kubernetes.delete({ id, uid });
    const taken = harness.kubernetes.write(manifest({ hosts: ['taken'] }), byHand);
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.kubernetes.all).toEqual([taken]);
    expect(harness.notes.join()).toContain('ServiceEntry apps/blue is no longer wanted, but was not deleted');
  });

  it('a name that its owner has freed is taken at the next verification', async () => {
    const harness = new ObjectsHarness();
    const { metadata } = harness.kubernetes.write(manifest(), byHand);
    await harness.changesAfter(...shop);
    const id = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      namespace: 'apps',
      name: 'blue',
    };
    await harness.kubernetes.delete({ id, uid: metadata.uid });
    expect(await harness.changesAfterRun()).toEqual([]);
    expect(await harness.changesAfterVerification()).toContain('create ServiceEntry apps/blue');
    expect(harness.active(node)).toEqual(applied);
  });
});

describe('a kind that the cluster does not serve', () => {
  const served = (...those: readonly string[]) => ({ 'networking.istio.io/ServiceEntry': those });

  it('a CRD that is not installed is the reason of the objects that need it, until it is installed', async () => {
    const harness = new ObjectsHarness({ served: served() });
    await harness.changesAfter(...shop);
    expect(harness.active(node)).toEqual({
      is: 'False Refused',
      message:
        "Istio's CRD ServiceEntry is not installed: the cluster does not serve ServiceEntry of networking.istio.io in version v1",
    });
    expect(harness.active('VirtualService apps/front').is).toBe('False Pending');
    harness.kubernetes.served = {};
    await harness.changesAfterRun();
    expect(harness.active(node)).toEqual(applied);
    expect(harness.kubernetes.all).toHaveLength(texts.length);
  });

  it('a CRD that was removed again has no objects: they are recreated once it is back', async () => {
    const harness = await settledHarness();
    const { uid } = harness.object(blue).metadata;
    for (const name of ['blue', 'green']) {
      const id = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', namespace: 'apps', name };
      await harness.kubernetes.delete({ id, uid: harness.object(`ServiceEntry apps/${name}`).metadata.uid });
    }
    harness.kubernetes.served = served();
    await harness.changesAfterVerification();
    expect(harness.active(node)).toMatchObject({ is: 'False Refused' });
    harness.kubernetes.served = {};
    await harness.changesAfterVerification();
    expect(harness.active(node)).toEqual(applied);
    expect(harness.object(blue).metadata.uid).not.toBe(uid);
  });

  it('a CRD that was removed holds up no deletion', async () => {
    const harness = await settledHarness();
    harness.kubernetes.served = served();
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.stores.meshClaims.items.size).toBe(0);
  });

  it('the first version that the cluster serves is written', async () => {
    const beta = new ObjectsHarness({ served: { 'networking.istio.io/VirtualService': ['v1beta1'] } });
    await beta.changesAfter(...shop);
    expect(beta.object('VirtualService apps/front').apiVersion).toBe('networking.istio.io/v1beta1');
    expect(beta.object(blue).apiVersion).toBe('networking.istio.io/v1');
    beta.kubernetes.served = {};
    expect(await beta.changesAfterVerification()).toEqual([]);
    await beta.changesAfterDeleting(...withoutNamespace);
    expect(beta.kubernetes.all).toEqual([]);
  });
});

describe('a deletion at the same time as somebody else acts', () => {
  const id = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', namespace: 'apps', name: 'blue' };

  it('an object that others delete first counts as deleted', async () => {
    const harness = await settledHarness();
    const remove = harness.kubernetes.delete.bind(harness.kubernetes);
    harness.kubernetes.delete = async (object) => {
      await remove(object);
      await remove(object);
    };
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.kubernetes.all).toEqual([]);
    expect(harness.stores.meshClaims.items.size).toBe(0);
  });

  it('an object that others replace between our read and our deletion is not deleted', async () => {
    const harness = await settledHarness();
    const remove = harness.kubernetes.delete.bind(harness.kubernetes);
    harness.kubernetes.delete = async (object) => {
      if (object.id.name === 'blue') {
        await remove({ id, uid: harness.object(blue).metadata.uid });
        harness.kubernetes.write(manifest({ hosts: ['theirs'] }), byHand);
      }
      await remove(object);
    };
    await harness.changesAfterDeleting(...withoutNamespace);
    expect(harness.kubernetes.all.map(({ spec }) => spec)).toEqual([{ hosts: ['theirs'] }]);
    expect(harness.stores.meshClaims.items.size).toBe(0);
  });
});
