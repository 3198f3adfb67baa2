import { describe, expect, it } from 'vitest';
import { callsDuring, failure, keysIn, resourceIn } from './harness/kit.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from './harness/manifests.ts';
import { applied, nodeIs, nodeKey, settledWith, stageWith } from './harness/settled.ts';
import { MeshStage } from './harness/stage.ts';

describe('an object at fault', () => {
  it('keeps what it has, reports where the fault is, and is changed when it is mended', async () => {
    const stage = await stageWith(aNode('a'), aService('a', 'node/a'));
    const { virtualNodeARN } = stage.statusOf('VirtualNode', 'a', 'apps');
    const logging = { accessLog: { file: { path: 7 } } };
    expect(await settledWith(stage, aNode('a', { logging }))).toBe('');
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.logging.accessLog.file.path: '),
    });
    expect(stage.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN, 'which is still true').toBe(
      virtualNodeARN,
    );
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(1);
    await settledWith(stage, aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(2);
  });

  it('that cannot even be stored reports its fault, too', async () => {
    const stage = await stageWith(aNode('a'));
    stage.apply(aNode('a', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }));
    const faults = [];
    for (let event = stage.queue.shift(); event !== undefined; event = stage.queue.shift()) {
      const handled = event;
      faults.push(await failure(() => stage.handle(handled)));
    }
    expect(faults.join()).toContain('VirtualNode apps/a: spec.listeners[0].portMapping.port');
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.listeners[0].portMapping.port'),
    });
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(1);
  });

  it('that cannot even be stored is the later one, also where one between comes late', async () => {
    const stage = await stageWith(aNode('a'));
    stage.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    const between = stage.queue.splice(0);
    stage.apply(aNode('a', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }));
    await failure(() => stage.settleInOneRun());
    stage.queue.push(...between);
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'a').is).toBe('False Invalid');
    expect(stage.statusOf('VirtualNode', 'a', 'apps')).toMatchObject({ observedGeneration: 3 });
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(1);
  });

  it('is gone when it is deleted, whatever its fault', async () => {
    const stage = await stageWith(aNode('a'));
    await settledWith(stage, aNode('a', { colour: 'x' }));
    stage.delete(aNode('a'));
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
  });

  it('a router at fault keeps its routes, and says so of none', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const { routeARNs } = stage.statusOf('VirtualRouter', 'color', 'apps');
    await settledWith(stage, aRouter('color', [aRoute('other', { a: -1 })]));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False Invalid',
      message: expect.stringContaining('spec.routes[0].httpRoute.action.weightedTargets[0].weight'),
    });
    expect(stage.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual(routeARNs);
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
  });
});

describe('a mesh at fault', () => {
  it('keeps its members, and what changes of them goes on', async () => {
    const stage = await stageWith(aNode('a'));
    await settledWith(stage, aMesh({ colour: 'x' }));
    expect(stage.activeOf('Mesh', 'shop').is).toBe('False Invalid');
    expect(nodeIs(stage, 'a')).toEqual(applied);
    await settledWith(stage, aNode('b'));
    expect(nodeIs(stage, 'b')).toEqual(applied);
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a'), nodeKey('b')]);
  });

  it('from the start is not made, and its members say that they wait for it', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), aMesh({ colour: 'x' }), aNode('a'));
    await stage.settleInOneRun();
    expect([...stage.engine.calls]).toEqual([]);
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False Pending',
      message: expect.stringContaining('waits for mesh/shop'),
    });
  });
});

describe('a reference', () => {
  it('that is missing is reported with its path; the object is done as soon as it is there', async () => {
    const stage = await stageWith(
      aRouter('color', [aRoute('all', { later: 1 })]),
      aService('color', 'router/color'),
    );
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining(
        'spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef: VirtualNode "apps/later" not found',
      ),
    });
    expect(stage.activeOf('VirtualService', 'color', 'apps'), 'needs the router, not its routes').toEqual(
      applied,
    );
    stage.apply(aNode('later'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      CreateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('to a namespace of another mesh is reported with both meshes', async () => {
    const others = { mesh: 'other' };
    const stage = await stageWith(
      aNamespace('elsewhere', others),
      aMesh({ namespaceSelector: { matchLabels: others } }, 'other'),
      aNode('far', {}, 'elsewhere'),
      aService('far', undefined, {
        provider: { virtualNode: { virtualNodeRef: { name: 'far', namespace: 'elsewhere' } } },
      }),
    );
    expect(stage.activeOf('VirtualService', 'far', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining(
        'VirtualNode "elsewhere/far" is in mesh "other"; expected one in mesh "shop"',
      ),
    });
  });

  it('holds what it refers to: a deletion waits until nothing does', async () => {
    const stage = await stageWith(aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    stage.delete(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'known beforehand').toEqual({});
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False ReferenceMissing');
    expect(keysIn(stage.engine)).toContain(nodeKey('a'));
    await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(resourceIn(stage.engine, 'route/shop/color_apps/all').version).toBe(2);
    expect(keysIn(stage.engine)).not.toContain(nodeKey('a'));
  });
});

describe('membership', () => {
  it('lost with the namespace’s label deletes nothing, and says why', async () => {
    const stage = await stageWith(aNode('a'), aService('a', 'node/a'));
    stage.apply(aNamespace('apps', {}));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False NotMember',
      message: 'no Mesh selects namespace apps by its namespaceSelector',
    });
    expect(stage.statusOf('VirtualNode', 'a', 'apps')).toHaveProperty('virtualNodeARN');
    stage.delete(aMesh());
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'held by its members').toEqual({});
    stage.apply(aMesh(), aNamespace());
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({ UpdateMesh: 1 });
    expect(nodeIs(stage, 'a')).toEqual(applied);
  });

  it('of two meshes deletes nothing, and names both', async () => {
    const stage = await stageWith(aNode('a'));
    await settledWith(stage, aMesh({}, 'rival'));
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False NotMember',
      message: '2 Meshes select namespace apps: rival, shop; exactly one may',
    });
    expect(keysIn(stage.engine)).toEqual(['mesh/rival', 'mesh/shop', nodeKey('a')]);
  });

  it('of another mesh moves what there is: made there, then deleted here', async () => {
    const rival = { mesh: 'rival' };
    const stage = await stageWith(
      aMesh({ namespaceSelector: { matchLabels: rival } }, 'rival'),
      aNode('a'),
      aRouter('color', [aRoute('all', { a: 1 })]),
      aService('color', 'router/color'),
    );
    stage.apply(aNamespace('apps', rival));
    await stage.settleInOneRun();
    const inRival = [
      'route/rival/color_apps/all',
      'virtualNode/rival/a_apps',
      'virtualRouter/rival/color_apps',
      'virtualService/rival/color.apps',
    ];
    expect(keysIn(stage.engine)).toEqual(['mesh/rival', 'mesh/shop', ...inRival]);
    expect(stage.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN).toContain('mesh/rival/');
  });
});
