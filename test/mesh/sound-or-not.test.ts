import { describe, expect, it } from 'vitest';
import { callsDuring, failure, keysIn, resourceIn } from './harness/engine-state.ts';
import { MeshHarness } from './harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from './harness/manifests.ts';
import { applied, harnessWith, nodeIs, nodeKey, settledWith } from './harness/settled.ts';

describe('an object at fault', () => {
  it('an object at fault keeps what it has, reports where the fault is, and is changed when it is mended', async () => {
    const harness = await harnessWith(aNode('a'), aService('a', 'node/a'));
    const { virtualNodeARN } = harness.statusOf('VirtualNode', 'a', 'apps');
    const logging = { accessLog: { file: { path: 7 } } };
    expect(await settledWith(harness, aNode('a', { logging }))).toBe('');
    expect(nodeIs(harness, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.logging.accessLog.file.path: '),
    });
    expect(harness.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN, 'which is still true').toBe(
      virtualNodeARN,
    );
    expect(resourceIn(harness.engine, nodeKey('a')).version).toBe(1);
    await settledWith(harness, aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(resourceIn(harness.engine, nodeKey('a')).version).toBe(2);
  });

  it('an object at fault that cannot even be stored reports its fault, too', async () => {
    const harness = await harnessWith(aNode('a'));
    harness.apply(aNode('a', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }));
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.listeners[0].portMapping.port'),
    });
    expect(resourceIn(harness.engine, nodeKey('a')).version).toBe(1);
  });

  it('an object at fault that cannot even be stored is the later one, also where one between comes late', async () => {
    const harness = await harnessWith(aNode('a'));
    harness.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    const between = harness.queue.splice(0);
    harness.apply(aNode('a', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }));
    await failure(() => harness.settleInOneRun());
    harness.queue.push(...between);
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'a').is).toBe('False Invalid');
    expect(harness.statusOf('VirtualNode', 'a', 'apps')).toMatchObject({ observedGeneration: 3 });
    expect(resourceIn(harness.engine, nodeKey('a')).version).toBe(1);
  });

  it('an object at fault is gone when it is deleted, whatever its fault', async () => {
    const harness = await harnessWith(aNode('a'));
    await settledWith(harness, aNode('a', { colour: 'x' }));
    harness.delete(aNode('a'));
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
  });

  it('a router at fault keeps its routes, and says so of none', async () => {
    const harness = await harnessWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const { routeARNs } = harness.statusOf('VirtualRouter', 'color', 'apps');
    await settledWith(harness, aRouter('color', [aRoute('other', { a: -1 })]));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False Invalid',
      message: expect.stringContaining('spec.routes[0].httpRoute.action.weightedTargets[0].weight'),
    });
    expect(harness.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual(routeARNs);
    expect(keysIn(harness.engine)).toContain('route/shop/color_apps/all');
  });
});

describe('a mesh at fault', () => {
  it('a mesh at fault keeps its members, and what changes of them goes on', async () => {
    const harness = await harnessWith(aNode('a'));
    await settledWith(harness, aMesh({ colour: 'x' }));
    expect(harness.activeOf('Mesh', 'shop').is).toBe('False Invalid');
    expect(nodeIs(harness, 'a')).toEqual(applied);
    await settledWith(harness, aNode('b'));
    expect(nodeIs(harness, 'b')).toEqual(applied);
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('a'), nodeKey('b')]);
  });

  it('a mesh at fault from the start is not made, and its members say that they wait for it', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh({ colour: 'x' }), aNode('a'));
    await harness.settleInOneRun();
    expect([...harness.engine.calls]).toEqual([]);
    expect(nodeIs(harness, 'a')).toEqual({
      is: 'False Pending',
      message: expect.stringContaining('waits for mesh/shop'),
    });
  });
});

describe('a reference', () => {
  it('a reference that is missing is reported with its path; the object is done as soon as it is there', async () => {
    const harness = await harnessWith(
      aRouter('color', [aRoute('all', { later: 1 })]),
      aService('color', 'router/color'),
    );
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining(
        'spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef: VirtualNode "apps/later" not found',
      ),
    });
    expect(harness.activeOf('VirtualService', 'color', 'apps'), 'needs the router, not its routes').toEqual(
      applied,
    );
    harness.apply(aNode('later'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({
      CreateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a reference to a namespace of another mesh is reported with both meshes', async () => {
    const others = { mesh: 'other' };
    const harness = await harnessWith(
      aNamespace('elsewhere', others),
      aMesh({ namespaceSelector: { matchLabels: others } }, 'other'),
      aNode('far', {}, 'elsewhere'),
      aService('far', undefined, {
        provider: { virtualNode: { virtualNodeRef: { name: 'far', namespace: 'elsewhere' } } },
      }),
    );
    expect(harness.activeOf('VirtualService', 'far', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining(
        'VirtualNode "elsewhere/far" is in mesh "other"; expected one in mesh "shop"',
      ),
    });
  });

  it('a reference holds what it refers to: a deletion waits until nothing does', async () => {
    const harness = await harnessWith(aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    harness.delete(aNode('a'));
    expect(await callsDuring(harness, () => harness.settleInOneRun()), 'known beforehand').toEqual({});
    expect(harness.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False ReferenceMissing');
    expect(keysIn(harness.engine)).toContain(nodeKey('a'));
    await settledWith(harness, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(resourceIn(harness.engine, 'route/shop/color_apps/all').version).toBe(2);
    expect(keysIn(harness.engine)).not.toContain(nodeKey('a'));
  });
});

describe('membership', () => {
  it('membership lost with the namespace’s label deletes nothing, and says why', async () => {
    const harness = await harnessWith(aNode('a'), aService('a', 'node/a'));
    harness.apply(aNamespace('apps', {}));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({});
    expect(nodeIs(harness, 'a')).toEqual({
      is: 'False NotMember',
      message: 'no Mesh selects namespace apps by its namespaceSelector',
    });
    expect(harness.statusOf('VirtualNode', 'a', 'apps')).toHaveProperty('virtualNodeARN');
    harness.delete(aMesh());
    expect(await callsDuring(harness, () => harness.settleInOneRun()), 'held by its members').toEqual({});
    harness.apply(aMesh(), aNamespace());
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({ UpdateMesh: 1 });
    expect(nodeIs(harness, 'a')).toEqual(applied);
  });

  it('membership of two meshes deletes nothing, and names both', async () => {
    const harness = await harnessWith(aNode('a'));
    await settledWith(harness, aMesh({}, 'rival'));
    expect(nodeIs(harness, 'a')).toEqual({
      is: 'False NotMember',
      message: '2 Meshes select namespace apps: rival, shop; exactly one may',
    });
    expect(keysIn(harness.engine)).toEqual(['mesh/rival', 'mesh/shop', nodeKey('a')]);
  });

  it('membership of another mesh moves what there is: made there, then deleted here', async () => {
    const rival = { mesh: 'rival' };
    const harness = await harnessWith(
      aMesh({ namespaceSelector: { matchLabels: rival } }, 'rival'),
      aNode('a'),
      aRouter('color', [aRoute('all', { a: 1 })]),
      aService('color', 'router/color'),
    );
    harness.apply(aNamespace('apps', rival));
    await harness.settleInOneRun();
    const inRival = [
      'route/rival/color_apps/all',
      'virtualNode/rival/a_apps',
      'virtualRouter/rival/color_apps',
      'virtualService/rival/color.apps',
    ];
    expect(keysIn(harness.engine)).toEqual(['mesh/rival', 'mesh/shop', ...inRival]);
    expect(harness.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN).toContain('mesh/rival/');
  });
});
