import { describe, expect, it } from 'vitest';
import type { ClusterObjectChanged } from '../../shared/model/events/event.ts';
import { meshStatusRequested } from '../../shared/model/events/mesh-status-requested.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { objectFault } from '../../shared/objects/object-fault.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';
import { aNode, observing, shortly } from './observing.ts';

const fault = 'VirtualNode shop/front: spec.podSelector: Invalid input: expected object, received number';

describe('an object that is invalid', () => {
  const faulty = (metadata: Partial<ClusterObject['metadata']> = {}) =>
    anObject('VirtualNode', { podSelector: 1 }, metadata);
  it('that was valid keeps its last valid state, at the later version', async () => {
    const { deps, stored, telemetry, clock } = observing();
    await observeClusterObject(deps, objectEvent(aNode('front')));
    clock.nowMs = 7;
    await observeClusterObject(deps, objectEvent(faulty({ resourceVersion: '2' })));
    const object = aNode('front', { resourceVersion: '2' });
    const kept = { deleted: false, unannounced: [], displaced: undefined, seenAtMs: 7, fault };
    expect(await stored(object)).toEqual({ ...kept, object });
    expect((await stored(object))?.object.metadata).not.toHaveProperty('generation');
    await observeClusterObject(deps, objectEvent(faulty({ resourceVersion: '3', generation: 4 })));
    expect((await stored(object))?.object).toEqual(aNode('front', { resourceVersion: '3', generation: 4 }));
    const counted = ['Refusals', 1, 'InvalidObject'];
    const logged = ['the object is invalid; its last valid configuration stays in effect', { error: fault }];
    expect(telemetry).toEqual([counted, logged, counted, logged]);
  });

  it.each<[string, readonly ClusterObjectChanged[]]>([
    ['never was valid', []],
    ['is another one of the name', [objectEvent(aNode('front', { uid: 'former' }))]],
    ['was deleted', [objectEvent(aNode('front'), { change: 'Deleted' })]],
  ])('that %s is stored without its spec', async (_, before) => {
    const { deps, stored } = observing();
    for (const event of before) await observeClusterObject(deps, event);
    await observeClusterObject(deps, objectEvent(faulty({ resourceVersion: '2' })));
    const { spec: _spec, ...identity } = faulty({ resourceVersion: '2' });
    expect(await stored(identity)).toMatchObject({ deleted: false, seenAtMs: 0, fault });
    expect((await stored(identity))?.object).toEqual(identity);
  });

  it('gets a status, and another one once it is valid, where no mesh target writes it', async () => {
    const { deps, sent, clock } = observing();
    clock.nowMs = 12_000;
    const request = [meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 12_000)];
    await observeClusterObject(deps, objectEvent(faulty()));
    expect(sent()).toEqual(request);
    await observeClusterObject(deps, objectEvent(aNode('front', { resourceVersion: '2' })));
    expect(sent()).toEqual(request);
    await observeClusterObject(deps, objectEvent(aNode('front', { resourceVersion: '3' })));
    expect(sent()).toEqual([]);
    await observeClusterObject(deps, objectEvent(anObject('Mesh', { namespaceSelector: 1 })));
    expect(sent(), 'a mesh has none').toEqual([]);
  });

  it('gets its status from the mesh target where there is one', async () => {
    const { deps, sent } = observing({ mesh: 'istio' });
    await observeClusterObject(deps, objectEvent(faulty()));
    expect(shortly(sent())).toEqual(['mesh: VirtualNode/shop/front@uid-VirtualNode:1:Applied']);
  });

  it('may be deleted', async () => {
    const { deps, stored, telemetry } = observing();
    await observeClusterObject(deps, objectEvent(faulty(), { change: 'Deleted' }));
    expect(await stored(faulty())).toMatchObject({ deleted: true });
    expect((await stored(faulty()))?.fault).toBeUndefined();
    expect(telemetry).toEqual([]);
  });
});

describe('the fault of an object', () => {
  it('concerns only what registrations depend on, of virtual nodes and meshes', () => {
    const spec = { podSelector: 1, namespaceSelector: 1 };
    expect(objectFault(anObject('VirtualNode', spec))?.message).toBe(fault);
    expect(objectFault(anObject('Mesh', spec))?.message).toMatch(
      /^Mesh .*front: spec\.namespaceSelector: Invalid input: expected object, received number$/,
    );
    for (const kind of ['VirtualRouter', 'Namespace'])
      expect(objectFault(anObject(kind, spec))).toBeUndefined();
  });
});
