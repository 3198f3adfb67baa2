import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../shared/model/errors.ts';
import type { ClusterObject } from '../../../../shared/model/kubernetes.ts';
import { all, describeBothStores, type Stores } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('mesh objects', () => {
    const node = (namespace: string, name: string, resourceVersion = '1'): ClusterObject => ({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace,
        name,
        uid: `uid-${name}`,
        resourceVersion,
        creationTimestamp: '2026-11-21T10:00:00Z',
      },
      spec: { podSelector: {} },
    });

    it('mesh objects are replaced only by who saw the last', async () => {
      const first = { object: node('shop', 'front'), deleted: false, unannounced: [null] };
      await stores.objects.replace('local', first, undefined);
      expect(await stores.objects.find('local', first.object)).toEqual(first);
      await expect(stores.objects.replace('local', first, undefined)).rejects.toThrow(ConflictError);
      const announced = { ...first, unannounced: [] };
      await stores.objects.replace('local', announced, first);
      await expect(stores.objects.replace('local', announced, first)).rejects.toThrow(ConflictError);
      const second = { object: node('shop', 'front', '2'), deleted: false, unannounced: [first.object] };
      await stores.objects.replace('local', second, announced);
      expect(await stores.objects.find('local', first.object)).toEqual(second);
    });

    it('mesh objects count once they were right: a fault alone is kept, and not listed', async () => {
      const { spec, ...never } = node('shop', 'never');
      const stored = { deleted: false, unannounced: [], fault: 'spec.awsName: expected a name' };
      await stores.objects.replace('local', { object: never, ...stored }, undefined);
      await stores.objects.replace(
        'local',
        { object: { ...node('shop', 'once'), spec: {} }, ...stored },
        undefined,
      );
      const listed = await stores.objects.ofKind('local', 'VirtualNode', 'shop');
      expect(listed.map(({ metadata }) => metadata.name)).toEqual(['once']);
      const namespace = { ...never, kind: 'Namespace' };
      await stores.objects.replace(
        'local',
        { object: namespace, deleted: false, unannounced: [] },
        undefined,
      );
      expect(await stores.objects.ofKind('local', 'Namespace', 'shop')).toHaveLength(1);
      expect((await stores.objects.find('local', never))?.fault).toBe(stored.fault);
    });

    it('mesh objects are listed by kind and namespace, without the deleted', async () => {
      for (const [namespace, name] of [
        ['shop', 'front'],
        ['shop', 'back'],
        ['shop-2', 'front'],
        ['', 'mesh'],
      ] as const) {
        const object = node(namespace, name);
        const kind = namespace === '' ? 'Mesh' : 'VirtualNode';
        await stores.objects.replace(
          'local',
          { object: { ...object, kind }, deleted: name === 'back', unannounced: [] },
          undefined,
        );
      }
      const names = (objects: readonly ClusterObject[]) => objects.map(({ metadata }) => metadata.name);
      expect(names(await stores.objects.ofKind('local', 'VirtualNode', 'shop'))).toEqual(['front']);
      expect(names(await stores.objects.ofKind('local', 'Mesh', ''))).toEqual(['mesh']);
      expect(await stores.objects.ofKind('other', 'VirtualNode', 'shop')).toEqual([]);
      const every = await all(stores.objects.inRange('local', 'VirtualNode', '', null));
      expect(
        every
          .map(({ object, deleted }) => `${object.metadata.namespace}/${object.metadata.name} ${deleted}`)
          .sort(),
      ).toEqual(['shop-2/front false', 'shop/back true', 'shop/front false']);
    });
  });
});
