import { expect, it } from 'vitest';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import { applyPod } from '../../shared/pods/apply-pod.ts';
import { anObject, aPod, objectEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

it('a pod event reads its own namespace, its virtual nodes and the meshes, however many namespaces there are', async () => {
  const { deps } = aDependencies();
  for (let index = 0; index < 50; index += 1)
    await observeObject(deps, objectEvent(anObject('Namespace', undefined, { name: `other-${index}` })));
  await deps.pods.record({ pod: aPod(), deleted: false });
  const read: unknown[] = [];
  const mesh = new Proxy(deps.objects, {
    get:
      (store, method) =>
      (...args: unknown[]) => {
        read.push([method, ...args.slice(1)]);
        return Reflect.apply(Reflect.get(store, method) as () => unknown, store, args);
      },
  });
  await applyPod({ ...deps, objects: mesh }, { cluster: 'local', namespace: 'shop', name: 'front-1' });
  expect(read).toEqual([
    ['ofKind', 'VirtualNode', 'shop'],
    ['ofKind', 'Mesh', ''],
    ['find', { kind: 'Namespace', metadata: { name: 'shop' } }],
  ]);
});
