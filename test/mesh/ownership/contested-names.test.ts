import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import { byHand, callsDuring, keysIn, remainsOf, resourceIn } from '../harness/engine-state.ts';
import { MeshHarness } from '../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter } from '../harness/manifests.ts';
import { isMarkedOurs, nodeKey, tags } from './owned-nodes.ts';

describe('two objects that want one name', () => {
  const first = aNode('first', { awsName: 'one' });
  const second = aNode('second', {
    awsName: 'one',
    listeners: [{ portMapping: { port: 1, protocol: 'tcp' } }],
  });

  it('the earlier of two objects has the name, the status of the other says so, and it gets the name when it is free', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), first, second);
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'first', 'apps')).toMatchObject({ is: 'True Applied' });
    expect(harness.activeOf('VirtualNode', 'second', 'apps')).toMatchObject({
      is: 'False NameTaken',
      message: expect.stringContaining(
        'already used by VirtualNode apps/first; set a different spec.awsName',
      ),
    });
    expect(harness.statusOf('VirtualNode', 'second', 'apps')).not.toHaveProperty('virtualNodeARN');
    harness.delete(first);
    expect(await callsDuring(harness, () => harness.settle())).toEqual({ UpdateVirtualNode: 1 });
    expect(harness.activeOf('VirtualNode', 'second', 'apps')).toMatchObject({ is: 'True Applied' });
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', 'virtualNode/shop/one']);
  });

  it('an object that has a name keeps it, later or not, also while nobody can say what it wants', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('first', { awsName: 'mine' }), second);
    await harness.settle();
    harness.apply(first);
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'first', 'apps')).toMatchObject({ is: 'False NameTaken' });
    harness.apply({ ...second, spec: { ...second.spec, colour: 'x' } });
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'second', 'apps')).toMatchObject({ is: 'False Invalid' });
    expect(harness.activeOf('VirtualNode', 'first', 'apps')).toMatchObject({ is: 'False NameTaken' });
    expect(resourceIn(harness.engine, 'virtualNode/shop/one').spec).toMatchObject({
      listeners: [{ portMapping: { port: 1 } }],
    });
  });

  it('a name that was refused to one object is not held from another, even if the refused one is the earlier', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aNamespace('evil'), aMesh());
    await harness.settle();
    const node = { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' } as const;
    byHand(harness.engine, 'Create', node, { spec: {} }); // as the old controller left it
    harness.apply(aNode('x', { awsName: 'blue_apps' }, 'evil'));
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'x', 'evil')).toMatchObject({ is: 'False Refused' });
    harness.apply(aNode('blue'));
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'True Applied' });
    expect(harness.activeOf('VirtualNode', 'x', 'evil')).toMatchObject({ is: 'False NameTaken' });
    expect(isMarkedOurs(harness, nodeKey)).toBe(true);
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
  });

  it('a name that is refused to both objects is requested once', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aNamespace('evil'), aMesh());
    await harness.settle();
    const node = { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' } as const;
    byHand(harness.engine, 'Create', node, { spec: {}, ...tags('other') });
    harness.apply(aNode('x', { awsName: 'blue_apps' }, 'evil'));
    await harness.settle();
    harness.apply(aNode('blue'));
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'False Refused' });
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
  });

  it('a router that lost its name puts no routes into the other’s', async () => {
    const harness = new MeshHarness();
    const one = aRouter('one', [aRoute('a', { blue: 1 })], { awsName: 'r' });
    const two = aRouter('two', [aRoute('b', { blue: 1 })], { awsName: 'r' });
    harness.apply(aNamespace(), aMesh(), aNode('blue'), one, two);
    await harness.settle();
    expect(keysIn(harness.engine).filter((key) => key.startsWith('route/'))).toEqual(['route/shop/r/a']);
    expect(harness.activeOf('VirtualRouter', 'two', 'apps')).toMatchObject({ is: 'False NameTaken' });
    expect(harness.activeOf('VirtualRouter', 'one', 'apps')).toMatchObject({ is: 'True Applied' });
  });
});

describe('two clusters in one mesh', () => {
  it('two clusters in one mesh leave each other alone, and the first releases the mesh when the second has left it', async () => {
    const clock = new VirtualClock();
    const engine = new AppMesh({ clock, settings: { rates: {}, releasedAfterMs: 0 } });
    const east = new MeshHarness({ cluster: 'east', engine });
    const west = new MeshHarness({ cluster: 'west', engine });
    const inEast = [aNamespace(), aMesh(), aNode('blue')];
    const inWest = [
      aNamespace('web'),
      aMesh(),
      aNode('front', {}, 'web'),
      aNode('blue', { awsName: 'blue_apps' }, 'web'),
    ];
    east.apply(...inEast);
    await east.settle();
    west.apply(...inWest);
    await west.settle();
    expect(west.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    expect(west.activeOf('VirtualNode', 'blue', 'web')).toMatchObject({
      is: 'False Refused',
      message: 'virtualNode/shop/blue_apps already exists and belongs to cluster east',
    });
    expect(Object.fromEntries(engine.snapshot().map(({ name, tags }) => [name, tags[clusterTag]]))).toEqual({
      shop: 'east',
      blue_apps: 'east',
      front_web: 'west',
    });
    await east.reconcile({ verify: true });
    await west.reconcile({ verify: true });

    east.delete(...inEast);
    await expect(east.settle()).rejects.toThrow('Mesh shop for account 000000000000 has active VirtualNodes');
    expect(keysIn(engine)).toEqual(['mesh/shop', 'virtualNode/shop/front_web']);
    west.delete(...inWest);
    await west.settle();
    expect(keysIn(engine)).toEqual(['mesh/shop']);
    await east.reconcile();
    expect(remainsOf(east)).toEqual([]);
    expect(remainsOf(west)).toEqual([]);
  });
});
