import { describe, expect, it } from 'vitest';
import { callsDuring, keysIn, resourceIn } from './harness/kit.ts';
import { aMesh, aNamespace, aNode, aService } from './harness/manifests.ts';
import { applied, nodeIs, nodeKey } from './harness/settled.ts';
import { MeshStage } from './harness/stage.ts';

describe('the IP preference of a Mesh that names none', () => {
  it.each([
    ['ipv6', { serviceDiscovery: { ipPreference: 'IPv6_ONLY' } }],
    ['ipv4', {}],
    ['dual', {}],
  ])('follows cloudMap.ipFamily %s', async (ipFamily, spec) => {
    const stage = new MeshStage({ config: { cloudMap: { ipFamily } } });
    stage.apply(aMesh());
    await stage.settle();
    expect(resourceIn(stage.engine, 'mesh/shop').spec).toEqual(spec);
  });

  it('gives way to what the Mesh says, and is taken back with the configuration', async () => {
    const stage = new MeshStage({ config: { cloudMap: { ipFamily: 'ipv6' } } });
    const own = { meshServiceDiscovery: { ipPreference: 'IPv4_PREFERRED' } };
    stage.apply(aMesh(own));
    await stage.settle();
    const specIn = () => resourceIn(stage.engine, 'mesh/shop').spec;
    expect(specIn()).toEqual({ serviceDiscovery: { ipPreference: 'IPv4_PREFERRED' } });
    stage.apply(aMesh());
    await stage.settle();
    stage.configure({});
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({ UpdateMesh: 1 });
    expect(specIn()).toEqual({});
  });
});

describe('a Mesh that terminates', () => {
  const mesh = aMesh();
  const terminating = {
    ...mesh,
    metadata: { ...mesh.metadata, deletionTimestamp: '2026-11-21T10:00:00Z' },
  };

  it('admits nothing new, keeps its members up to date, and goes after them', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), mesh, aNode('a'));
    await stage.settle();
    stage.apply(terminating, aNode('b'), aService('a', 'node/a'));
    stage.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({ UpdateVirtualNode: 1 });
    const refused = {
      is: 'False NotMember',
      message: 'Mesh "shop" is being deleted and does not accept new members',
    };
    expect(nodeIs(stage, 'b')).toEqual(refused);
    expect(stage.activeOf('VirtualService', 'a', 'apps')).toEqual(refused);
    expect(nodeIs(stage, 'a')).toEqual(applied);
    stage.delete(aNode('a'), aNode('b'), aService('a'));
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
    stage.delete(mesh);
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual([]);
  });

  it('is not made itself, and admits again once it has been created again', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), terminating, aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    stage.delete(mesh);
    stage.apply(mesh);
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(keysIn(stage.engine)).toContain(nodeKey('a'));
  });
});
