import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, PermanentError, RefusedError } from '../../shared/model/errors.ts';
import { idOf, type LiveObject, type Manifest } from '../../shared/model/kubernetes-object.ts';
import { type Ownership, ownershipOf } from '../../shared/model/own-object.ts';
import { applyOwnObject, type WantedObject } from '../../shared/own-objects/apply-own-object.ts';
import { MemoryKubernetesObjects } from '../fakes/memory-kubernetes-objects.ts';

let objects: MemoryKubernetesObjects;
beforeEach(() => {
  objects = new MemoryKubernetesObjects();
});

const ownership: Ownership = {
  ...{ source: 'cloud-map', cluster: 'blue' },
  sourceObject: 'own/us-west-2/shop.local/cart',
};
const manifest: Manifest = {
  ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
  metadata: { name: 'cloudmap-cart.shop.local', namespace: 'istio-system', labels: { app: 'cart' } },
  spec: { hosts: ['cart.shop.local'] },
};
const isMadeFrom: WantedObject['isMadeFrom'] = ({ metadata }, sourceObject) => {
  const [, , namespace, service] = sourceObject.split('/');
  return metadata.name === `cloudmap-${service}.${namespace}`;
};
const wanted: WantedObject = { manifest, ownership, isMadeFrom };
const current = () => objects.get(idOf(manifest));

describe('an object of ours', () => {
  it('an object of ours is created with its marks', async () => {
    const live = await applyOwnObject(objects, wanted, undefined);
    expect(live).toMatchObject(manifest);
    expect(ownershipOf(live)).toEqual(ownership);
  });

  it('an object of ours is brought back to the wanted state, whoever changed it', async () => {
    await applyOwnObject(objects, wanted, undefined);
    objects.write({ ...manifest, spec: { hosts: ['other'] } }, { manager: 'kubectl', force: true });
    const live = await applyOwnObject(objects, wanted, await current());
    expect(live.spec).toEqual(manifest.spec);
  });

  it('an object that was deleted and made again by somebody else meanwhile is not changed', async () => {
    const read = await applyOwnObject(objects, wanted, undefined);
    await objects.delete({ id: idOf(read), uid: read.metadata.uid });
    objects.write(manifest, { manager: 'kubectl' });
    await expect(applyOwnObject(objects, wanted, read)).rejects.toThrow(ConflictError);
    expect(ownershipOf((await current()) as LiveObject)).toBeUndefined();
  });
});

describe('an object of somebody else', () => {
  const changed = {
    ...wanted,
    manifest: { ...manifest, spec: { hosts: ['cart.shop.local'], location: 'x' } },
  };

  async function expectRefused(read: LiveObject | undefined, why: RegExp): Promise<void> {
    const before = await current();
    const applied = applyOwnObject(objects, changed, read);
    await expect(applied).rejects.toThrow(RefusedError);
    await expect(applied).rejects.toThrow(why);
    expect((await current())?.spec).toEqual(before?.spec);
    expect((await current())?.metadata.labels).toEqual(before?.metadata.labels);
  }

  it('an object of somebody else is not changed', async () => {
    objects.write(manifest, { manager: 'kubectl' });
    await expectRefused(
      await current(),
      /cloudmap-cart\.shop\.local exists and was not created by eks-mesh-sync/,
    );
  });

  it('an object that is created between our read and our apply is not changed', async () => {
    objects.write(manifest, { manager: 'kubectl' });
    await expectRefused(undefined, /was created by somebody else meanwhile/);
    const cause = await applyOwnObject(objects, wanted, undefined).catch(({ cause }) => cause);
    expect(cause).toBeInstanceOf(ConflictError);
  });

  it('an object that cannot be created for another reason is not somebody else’s', async () => {
    const error = new PermanentError('the API server refuses it');
    const refusing = { ...objects, create: () => Promise.reject(error) };
    await expect(applyOwnObject(refusing as unknown as typeof objects, wanted, undefined)).rejects.toBe(
      error,
    );
  });

  it.each<[string, Partial<Ownership>]>([
    ['another cluster', { cluster: 'green' }],
    ['another source', { source: 'mesh-objects' }],
    ['a source object that we would give another name', { sourceObject: 'own/us-west-2/shop.local/web' }],
  ])('an object that states %s is not changed', async (_, difference) => {
    const theirs = { ...ownership, ...difference };
    await applyOwnObject(objects, { ...wanted, ownership: theirs }, undefined);
    await expectRefused(await current(), /exists and belongs to cluster/);
  });
});
