import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import { byHand, callsDuring, remainsOf, resourceIn } from '../harness/kit.ts';
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
import { MeshStage } from '../harness/stage.ts';
import { isMarkedOurs, mesh, nodeKey, tags } from './owned-nodes.ts';

const nodeSpec = (port: number) => ({
  listeners: [{ portMapping: { port, protocol: 'http' } }],
  serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } },
});

const otherwise = nodeSpec(9090);

describe('a mesh of others', () => {
  it('of another cluster is used, and neither changed nor deleted', async () => {
    const stage = new MeshStage();
    byHand(stage.engine, 'Create', mesh, tags('other'));
    const wanted = [aNamespace(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } }), aNode('blue')];
    stage.apply(...wanted);
    await stage.settle();
    const { arn } = resourceIn(stage.engine, 'mesh/shop');
    expect(stage.activeOf('Mesh', 'shop')).toEqual({
      is: 'True OwnedByOther',
      message: `Managed by cluster other; ${arn} is used read-only`,
    });
    expect(stage.statusOf('Mesh', 'shop'), 'only of what is ours').not.toHaveProperty('meshARN');
    expect(isMarkedOurs(stage, nodeKey)).toBe(true);
    stage.apply(aMesh());
    await stage.settle();
    await stage.reconcile({ verify: true });
    expect(resourceIn(stage.engine, 'mesh/shop')).toMatchObject({ version: 1, spec: {} });
    stage.delete(...wanted);
    await stage.settle();
    expect(remainsOf(stage)).toEqual(['resource mesh/shop']);
  });

  it('made by hand is not taken over because of the status of its object', async () => {
    const stage = new MeshStage();
    const spec = { egressFilter: { type: 'ALLOW_ALL' } };
    byHand(stage.engine, 'Create', mesh, { spec });
    stage.apply(aNamespace(), aMesh());
    await stage.settle();
    stage.apply(aMesh()); // as the relay sends the status that we wrote
    await stage.settle();
    await stage.reconcile({ verify: true });
    expect(stage.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    expect(resourceIn(stage.engine, 'mesh/shop')).toMatchObject({ version: 1, spec, tags: {} });
    stage.delete(aMesh(), aNamespace());
    await stage.settle();
    expect(remainsOf(stage)).toEqual(['resource mesh/shop']);
  });

  it('stays with its owner when the object that names it has another name', async () => {
    const stage = new MeshStage();
    byHand(stage.engine, 'Create', mesh, tags('other'));
    stage.apply(aNamespace(), aMesh(), aNode('blue'));
    await stage.settle();
    stage.delete(aMesh());
    stage.apply(aMesh({ awsName: 'shop', egressFilter: { type: 'ALLOW_ALL' } }, 'renamed'));
    await stage.settleInOneRun();
    expect(resourceIn(stage.engine, 'mesh/shop')).toMatchObject({
      version: 1,
      tags: { [clusterTag]: 'other' },
    });
    expect(stage.activeOf('Mesh', 'renamed')).toMatchObject({ is: 'True OwnedByOther' });
    stage.delete(aMesh({}, 'renamed'), aNode('blue'), aNamespace());
    await stage.settle();
    expect(remainsOf(stage)).toEqual(['resource mesh/shop']);
  });

  it('becomes ours by a verification when nobody keeps it any more, and such are taken over', async () => {
    const stage = new MeshStage({ config: { appMesh: { adopt: 'untagged' } } });
    byHand(stage.engine, 'Create', mesh, tags('other'));
    stage.apply(aNamespace(), aMesh(), aNode('blue'));
    await stage.settle();
    const { arn } = resourceIn(stage.engine, 'mesh/shop');
    stage.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
    await stage.reconcile();
    expect(stage.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    await stage.reconcile({ verify: true });
    expect(stage.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True Applied' });
    expect(isMarkedOurs(stage, 'mesh/shop')).toBe(true);
  });

  it('of another account is used where it is shared, with its owner named in every call', async () => {
    const stage = new MeshStage();
    stage.engine.handleAs('111122223333', 'CreateMesh', { meshName: 'shop' });
    const wanted = [
      aNamespace(),
      aMesh({ meshOwner: '111122223333', egressFilter: { type: 'ALLOW_ALL' } }),
      aNode('blue'),
      aRouter('color', [aRoute('all', { blue: 1 })]),
      aService('color', 'router/color'),
      aGateway('entry'),
      aGatewayRoute('color', 'color'),
    ];
    stage.apply(...wanted);
    const calls = await callsDuring(stage, () => stage.settleInOneRun());
    expect(calls).toEqual({
      ...{ DescribeMesh: 1, CreateVirtualNode: 1, CreateVirtualRouter: 1, CreateRoute: 1 },
      ...{ CreateVirtualService: 1, CreateVirtualGateway: 1, CreateGatewayRoute: 1 },
    });
    expect(stage.activeOf('Mesh', 'shop')).toMatchObject({ is: 'True OwnedByOther' });
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    await stage.reconcile({ verify: true });
    expect(resourceIn(stage.engine, 'mesh/shop').version).toBe(1);
    stage.delete(...wanted);
    await stage.settleInOneRun();
    expect(remainsOf(stage)).toEqual(['resource mesh/shop']);
  });

  it('of another account that is not shared is named as such, and tried again by a verification', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), aMesh({ meshOwner: '111122223333' }), aNode('blue'));
    await stage.settle();
    expect(stage.activeOf('Mesh', 'shop')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('111122223333'),
    });
    expect(stage.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({
      is: 'False Pending',
      message: expect.stringContaining('waits for mesh/111122223333:shop'),
    });
    stage.engine.handleAs('111122223333', 'CreateMesh', { meshName: 'shop' });
    await stage.reconcile({ verify: true });
    expect(stage.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'True Applied' });
  });

  it('keeps what the other account made in it under the same name', async () => {
    const meshOwner = '111122223333';
    const stage = new MeshStage({ config: { appMesh: { adopt: 'untagged' } } });
    stage.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const theirs = { meshName: 'shop', virtualNodeName: 'blue_apps', spec: otherwise };
    stage.engine.handleAs(meshOwner, 'CreateVirtualNode', theirs);
    stage.apply(aNamespace(), aMesh({ meshOwner }), aNode('blue'));
    await stage.settle();
    expect(stage.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({
      is: 'False Refused',
      message: `virtualNode/${meshOwner}:shop/blue_apps already exists and belongs to account ${meshOwner}`,
    });
    stage.delete(aNode('blue'), aMesh());
    await stage.settle();
    expect(resourceIn(stage.engine, nodeKey)).toMatchObject({ version: 1, spec: otherwise, tags: {} });
  });
});

describe('a mesh whose owner is another from now on', () => {
  const meshOwner = '111122223333';

  it('is another mesh: all that is ours is made there, and deleted here', async () => {
    const stage = new MeshStage();
    stage.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const members = [aNamespace(), aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })])];
    stage.apply(aMesh(), ...members);
    await stage.settleInOneRun();
    const arnsOfNodes = () =>
      stage.engine.snapshot().flatMap(({ kind, arn }) => (kind === 'virtualNode' ? [arn] : []));
    const here = 'arn:aws:appmesh:us-west-2:000000000000:mesh/shop/virtualNode/blue_apps';
    const there = `arn:aws:appmesh:us-west-2:000000000000:mesh/shop@${meshOwner}/virtualNode/blue_apps`;
    expect(arnsOfNodes()).toEqual([here]);
    stage.apply(aMesh({ meshOwner }));
    await stage.settleInOneRun();
    expect(arnsOfNodes()).toEqual([there]);
    expect(stage.statusOf('VirtualNode', 'blue', 'apps').virtualNodeARN).toBe(there);
    const lists = { ListMeshes: 1, ListVirtualNodes: 1, ListVirtualRouters: 1, ListRoutes: 1 };
    expect(await callsDuring(stage, () => stage.reconcile({ verify: true }))).toEqual(lists);
    stage.apply(aMesh());
    await stage.settleInOneRun();
    expect(arnsOfNodes()).toEqual([here]);
    stage.delete(aMesh(), ...members);
    await stage.settleInOneRun();
    expect(remainsOf(stage)).toEqual(['resource mesh/shop']);
  });

  it('and one of our own with its name are distinguished by a verification', async () => {
    const stage = new MeshStage();
    stage.engine.handleAs(meshOwner, 'CreateMesh', { meshName: 'shop' });
    const elsewhere = { matchLabels: { mesh: 'theirs' } };
    const theirs = aMesh({ meshOwner, awsName: 'shop', namespaceSelector: elsewhere }, 'theirs');
    stage.apply(aNamespace(), aMesh(), aNode('blue'), theirs);
    stage.apply(aNamespace('web', { mesh: 'theirs' }), aNode('blue', { awsName: 'blue_apps' }, 'web'));
    await stage.settleInOneRun();
    expect(stage.activeOf('VirtualNode', 'blue', 'apps').is).toBe('True Applied');
    expect(stage.activeOf('VirtualNode', 'blue', 'web').is).toBe('True Applied');
    const lists = { ListMeshes: 1, ListVirtualNodes: 2 };
    expect(await callsDuring(stage, () => stage.reconcile({ verify: true }))).toEqual(lists);
  });
});
