import { expect, it } from 'vitest';
import { PermanentError } from '../../shared/model/errors.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import { applyPod } from '../../shared/pods/apply-pod.ts';
import { readRegistrationContext } from '../../shared/pods/registration-context.ts';
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

it('the registration context has the drain of the cluster, and the labels of a namespace that exists', async () => {
  const { deps, stores } = aDependencies();
  const namespace = anObject('Namespace', undefined, { name: 'shop', labels: { team: 'shop' } });
  const read = () => readRegistrationContext(deps, 'local', 'shop');
  const nothing = { virtualNodes: [], meshes: [], namespaceLabels: {} };
  expect(await read()).toStrictEqual(nothing);
  await observeObject(deps, objectEvent(namespace));
  expect(await read()).toStrictEqual({ ...nothing, namespaceLabels: { team: 'shop' } });
  await observeObject(deps, objectEvent(namespace, { change: 'Deleted' }));
  await stores.drains.begin('local', 7);
  expect(await read()).toStrictEqual({ ...nothing, drain: { sinceMs: 7, instances: 0 } });
});

it('a stored object that this version cannot read is named', async () => {
  const { deps } = aDependencies();
  const broken = anObject('VirtualNode', { podSelector: 'all' });
  const objects = {
    find: async () => undefined,
    ofKind: async (_: string, kind: string) => (kind === 'Mesh' ? [] : [broken]),
  };
  const reading = readRegistrationContext({ ...deps, objects: objects as never }, 'local', 'shop');
  await expect(reading).rejects.toBeInstanceOf(PermanentError);
  await expect(reading).rejects.toMatchObject({
    message: 'VirtualNode shop/front as stored cannot be read',
    cause: expect.any(Error),
  });
});
