import { expect, it } from 'vitest';
import { routerSpec, routeSpec } from '../specs.ts';
import { Bench, node, route } from './setup.ts';

const meshOwner = '111111111111';
const meshName = 'm';
const forbidden = { code: 'ForbiddenException', status: 403 };

function withSharedMesh(): Bench {
  const bench = new Bench();
  bench.engine.handleAs(meshOwner, 'CreateMesh', { meshName });
  return bench;
}

it('a shared mesh is found by its owner, and not without', () => {
  const bench = withSharedMesh();
  expect(bench.call('DescribeMesh', { meshName, meshOwner })).toMatchObject({
    meshName,
    metadata: { meshOwner, resourceOwner: meshOwner, arn: `arn:aws:appmesh:us-west-2:${meshOwner}:mesh/m` },
  });
  expect(bench.refusal('DescribeMesh', { meshName })).toMatchObject({ code: 'NotFoundException' });
  expect(bench.call('ListMeshes').meshes).toMatchObject([{ meshName, meshOwner }]);
});

it('the resources made in a shared mesh are ours, with ARNs that name both accounts', () => {
  const bench = withSharedMesh();
  expect(bench.node('blue', { meshOwner })).toMatchObject({
    metadata: {
      meshOwner,
      resourceOwner: '000000000000',
      arn: `arn:aws:appmesh:us-west-2:000000000000:mesh/m@${meshOwner}/virtualNode/blue`,
    },
  });
  const names = { meshName, meshOwner, virtualNodeName: 'blue' };
  expect(bench.call('UpdateVirtualNode', node('blue', { meshOwner }))).toMatchObject({
    metadata: { version: 2 },
  });
  bench.call('DeleteVirtualNode', names);
});

it('a mesh of our own with the name of a shared one is another mesh', () => {
  const bench = withSharedMesh();
  bench.mesh();
  bench.node('blue', { meshOwner });
  expect(bench.call('ListVirtualNodes', { meshName }).virtualNodes).toEqual([]);
  expect(bench.call('DescribeMesh', { meshName, meshOwner: '000000000000' })).toMatchObject({
    metadata: { meshOwner: '000000000000' },
  });
});

it('a mesh that is not shared is ForbiddenException, as is a tag on one that is', () => {
  const bench = withSharedMesh();
  expect(bench.refusal('DescribeMesh', { meshName: 'x', meshOwner })).toMatchObject(forbidden);
  const other = { meshOwner: '222222222222' };
  expect(bench.refusal('CreateVirtualNode', node('blue', other))).toMatchObject(forbidden);
  const resourceArn = `arn:aws:appmesh:us-west-2:${meshOwner}:mesh/m`;
  expect(bench.refusal('TagResource', { resourceArn, tags: [] })).toMatchObject(forbidden);
});

it('resources of others in a shared mesh can be referred to, but not changed, nor built upon', () => {
  const bench = withSharedMesh();
  bench.engine.handleAs(meshOwner, 'CreateVirtualNode', node('blue'));
  const router = { meshName, virtualRouterName: 'r', spec: routerSpec };
  bench.engine.handleAs(meshOwner, 'CreateVirtualRouter', router);
  expect(bench.refusal('UpdateVirtualNode', node('blue', { meshOwner }))).toMatchObject(forbidden);
  const names = { meshName, meshOwner, virtualNodeName: 'blue' };
  expect(bench.refusal('DeleteVirtualNode', names)).toMatchObject(forbidden);
  const ours = { ...route('all', routeSpec({ blue: 1 })), meshOwner };
  expect(bench.refusal('CreateRoute', ours)).toMatchObject({
    ...forbidden,
    message: `VirtualRouter r belongs to account ${meshOwner}`,
  });
  bench.call('CreateVirtualRouter', { ...router, virtualRouterName: 'own', meshOwner });
  bench.call('CreateRoute', { ...ours, virtualRouterName: 'own' });
});

it('an owner that is no account id is BadRequestException', () => {
  expect(new Bench().refusal('DescribeMesh', { meshName, meshOwner: '1' })).toMatchObject({
    code: 'BadRequestException',
    message: 'meshOwner: must have a length of at least 12',
  });
});

it('the owner of the mesh may delete what others made in it, and not change it', () => {
  const bench = new Bench();
  bench.mesh();
  const shared = { meshOwner: '000000000000' };
  bench.engine.handleAs(meshOwner, 'CreateVirtualNode', { ...node('blue'), ...shared });
  expect(bench.refusal('UpdateVirtualNode', node('blue'))).toMatchObject(forbidden);
  bench.call('DeleteVirtualNode', { meshName, virtualNodeName: 'blue' });
  expect(bench.call('ListVirtualNodes', { meshName }).virtualNodes).toEqual([]);
});
