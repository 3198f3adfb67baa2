import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import { byHand, callsDuring, remainsOf, resourceIn } from '../harness/engine-state.ts';
import { MeshHarness } from '../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../harness/manifests.ts';
import { isMarkedOurs, mesh, nodeKey, tags } from './owned-nodes.ts';

const nodeSpec = (port: number) => ({
  listeners: [{ portMapping: { port, protocol: 'http' } }],
  serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } },
});

const otherwise = nodeSpec(9090);

describe('a mesh of others', () => {
  it('a mesh of another cluster is used, and neither changed nor deleted', async () => {
    const harness = new MeshHarness();
    byHand(harness.engine, 'Create', mesh, tags('other'));
    const wanted = [aNamespace(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } }), aNode('blue')];
    harness.apply(...wanted);
    await harness.settle();
    const { arn } = resourceIn(harness.engine, 'mesh/shop');
    expect(harness.activeOf('Mesh', 'shop')).toEqual({
      is: 'True OwnedByOther',
      message: `Managed by cluster other; ${arn} is used read-only`,
    });
    expect(harness.statusOf('Mesh', 'shop'), 'only of what is ours').not.toHaveProperty('meshARN');
    expect(isMarkedOurs(harness, nodeKey)).toBe(true);
    harness.apply(aMesh());
    await harness.settle();
    await harness.reconcile({ verify: true });
    expect(resourceIn(harness.engine, 'mesh/shop')).toMatchObject({ version: 1 });
    expect(resourceIn(harness.engine, 'mesh/shop').spec).toEqual({});
    harness.delete(...wanted);
    await harness.settle();
    expect(remainsOf(harness)).toEqual(['resource mesh/shop']);
  });

  it('a mesh made by hand is not taken over because of the status of its object', async () => {
    const harness = new MeshHarness();
    const spec = { egressFilter: { type: 'ALLOW_ALL' } };
    byHand(harness.engine, 'Create', mesh, { spec });
    harness.apply(aNamespace(), aMesh());
    await harness.settle();
    harness.apply(aMesh()); // as the relay sends the status that we wrote
    await harness.settle();
    await harness.reconcile({ verify: true });
    expect(harness.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    expect(resourceIn(harness.engine, 'mesh/shop')).toMatchObject({ version: 1, spec });
    expect(resourceIn(harness.engine, 'mesh/shop').tags).toEqual({});
    harness.delete(aMesh(), aNamespace());
    await harness.settle();
    expect(remainsOf(harness)).toEqual(['resource mesh/shop']);
  });

  it('a mesh stays with its owner when the object that names it has another name', async () => {
    const harness = new MeshHarness();
    byHand(harness.engine, 'Create', mesh, tags('other'));
    harness.apply(aNamespace(), aMesh(), aNode('blue'));
    await harness.settle();
    harness.delete(aMesh());
    harness.apply(aMesh({ awsName: 'shop', egressFilter: { type: 'ALLOW_ALL' } }, 'renamed'));
    await harness.settleInOneRun();
    expect(resourceIn(harness.engine, 'mesh/shop')).toMatchObject({
      version: 1,
      tags: { [clusterTag]: 'other' },
    });
    expect(harness.activeOf('Mesh', 'renamed')).toMatchObject({ is: 'True OwnedByOther' });
    harness.delete(aMesh({}, 'renamed'), aNode('blue'), aNamespace());
    await harness.settle();
    expect(remainsOf(harness)).toEqual(['resource mesh/shop']);
  });

  it('a mesh that nobody keeps any more becomes ours by a verification', async () => {
    const harness = new MeshHarness({ config: { appMesh: { adopt: 'untagged' } } });
    byHand(harness.engine, 'Create', mesh, tags('other'));
    harness.apply(aNamespace(), aMesh(), aNode('blue'));
    await harness.settle();
    const { arn } = resourceIn(harness.engine, 'mesh/shop');
    harness.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
    await harness.reconcile();
    expect(harness.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    await harness.reconcile({ verify: true });
    expect(harness.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True Applied' });
    expect(isMarkedOurs(harness, 'mesh/shop')).toBe(true);
  });

  it('a mesh of another account is used where it is shared, with its owner named in every call', async () => {
    const harness = new MeshHarness();
    harness.engine.handleAs('111122223333', 'CreateMesh', { meshName: 'shop' });
    const wanted = [
      aNamespace(),
      aMesh({ meshOwner: '111122223333', egressFilter: { type: 'ALLOW_ALL' } }),
      aNode('blue'),
      aRouter('color', [aRoute('all', { blue: 1 })]),
      aService('color', 'router/color'),
      aGateway('entry'),
      aGatewayRoute('color', 'color'),
    ];
    harness.apply(...wanted);
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(calls).toEqual({
      ...{ DescribeMesh: 1, CreateVirtualNode: 1, CreateVirtualRouter: 1, CreateRoute: 1 },
      ...{ CreateVirtualService: 1, CreateVirtualGateway: 1, CreateGatewayRoute: 1 },
    });
    expect(harness.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    await harness.reconcile({ verify: true });
    expect(resourceIn(harness.engine, 'mesh/shop').version).toBe(1);
    harness.delete(...wanted);
    await harness.settleInOneRun();
    expect(remainsOf(harness)).toEqual(['resource mesh/shop']);
  });

  it('a mesh of another account that is not shared is reported as such, and tried again by a verification', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh({ meshOwner: '111122223333' }), aNode('blue'));
    await harness.settle();
    expect(harness.activeOf('Mesh', 'shop')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('111122223333'),
    });
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({
      is: 'False Pending',
      message: expect.stringContaining('waits for mesh/111122223333:shop'),
    });
    harness.engine.handleAs('111122223333', 'CreateMesh', { meshName: 'shop' });
    await harness.reconcile({ verify: true });
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'True Applied' });
  });

  it('a mesh of another account keeps the resources that the account made in it under the same name', async () => {
    const meshOwner = '111122223333';
    const harness = new MeshHarness({ config: { appMesh: { adopt: 'untagged' } } });
    harness.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const theirs = { meshName: 'shop', virtualNodeName: 'blue_apps', spec: otherwise };
    harness.engine.handleAs(meshOwner, 'CreateVirtualNode', theirs);
    harness.apply(aNamespace(), aMesh({ meshOwner }), aNode('blue'));
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({
      is: 'False Refused',
      message: `virtualNode/${meshOwner}:shop/blue_apps already exists and belongs to account ${meshOwner}`,
    });
    harness.delete(aNode('blue'), aMesh());
    await harness.settle();
    expect(resourceIn(harness.engine, nodeKey)).toMatchObject({ version: 1, spec: otherwise });
    expect(resourceIn(harness.engine, nodeKey).tags).toEqual({});
  });
});

describe('a mesh whose owner is another from now on', () => {
  const meshOwner = '111122223333';

  it('a mesh whose owner changes is another mesh: all that is ours is created there, and deleted here', async () => {
    const harness = new MeshHarness();
    harness.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const members = [aNamespace(), aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })])];
    harness.apply(aMesh(), ...members);
    await harness.settleInOneRun();
    const arnsOfNodes = () =>
      harness.engine.snapshot().flatMap(({ kind, arn }) => (kind === 'virtualNode' ? [arn] : []));
    const here = 'arn:aws:appmesh:us-west-2:000000000000:mesh/shop/virtualNode/blue_apps';
    const there = `arn:aws:appmesh:us-west-2:000000000000:mesh/shop@${meshOwner}/virtualNode/blue_apps`;
    expect(arnsOfNodes()).toEqual([here]);
    harness.apply(aMesh({ meshOwner }));
    await harness.settleInOneRun();
    expect(arnsOfNodes()).toEqual([there]);
    expect(harness.statusOf('VirtualNode', 'blue', 'apps').virtualNodeARN).toBe(there);
    const lists = { ListMeshes: 1, ListVirtualNodes: 1, ListVirtualRouters: 1, ListRoutes: 1 };
    expect(await callsDuring(harness, () => harness.reconcile({ verify: true }))).toEqual(lists);
    harness.apply(aMesh());
    await harness.settleInOneRun();
    expect(arnsOfNodes()).toEqual([here]);
    harness.delete(aMesh(), ...members);
    await harness.settleInOneRun();
    expect(remainsOf(harness)).toEqual(['resource mesh/shop']);
  });

  it('a mesh of another owner and one of our own with its name are distinguished by a verification', async () => {
    const harness = new MeshHarness();
    harness.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const elsewhere = { matchLabels: { mesh: 'theirs' } };
    const theirs = aMesh({ meshOwner, awsName: 'shop', namespaceSelector: elsewhere }, 'theirs');
    harness.apply(aNamespace(), aMesh(), aNode('blue'), theirs);
    harness.apply(aNamespace('web', { mesh: 'theirs' }), aNode('blue', { awsName: 'blue_apps' }, 'web'));
    await harness.settleInOneRun();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps').is).toBe('True Applied');
    expect(harness.activeOf('VirtualNode', 'blue', 'web').is).toBe('True Applied');
    const lists = { ListMeshes: 1, ListVirtualNodes: 2 };
    expect(await callsDuring(harness, () => harness.reconcile({ verify: true }))).toEqual(lists);
  });
});
