import { describe, expect, it } from 'vitest';
import { callsDuring, keysIn, resourceIn } from './harness/engine-state.ts';
import { MeshHarness } from './harness/harness.ts';
import { aMesh, aNamespace, aNode, aService } from './harness/manifests.ts';
import { applied, nodeIs, nodeKey } from './harness/settled.ts';

describe('the IP preference of a Mesh that names none', () => {
  it.each([
    ['ipv6', { serviceDiscovery: { ipPreference: 'IPv6_ONLY' } }],
    ['ipv4', {}],
    ['dual', {}],
  ])('the IP preference of a Mesh that names none follows cloudMap.ipFamily %s', async (ipFamily, spec) => {
    const harness = new MeshHarness({ config: { cloudMap: { ipFamily } } });
    harness.apply(aMesh());
    await harness.settle();
    expect(resourceIn(harness.engine, 'mesh/shop').spec).toEqual(spec);
  });

  it('the IP preference of a Mesh that names none gives way to what the Mesh says, and is taken back with the configuration', async () => {
    const harness = new MeshHarness({ config: { cloudMap: { ipFamily: 'ipv6' } } });
    const own = { meshServiceDiscovery: { ipPreference: 'IPv4_PREFERRED' } };
    harness.apply(aMesh(own));
    await harness.settle();
    const specIn = () => resourceIn(harness.engine, 'mesh/shop').spec;
    expect(specIn()).toEqual({ serviceDiscovery: { ipPreference: 'IPv4_PREFERRED' } });
    harness.apply(aMesh());
    await harness.settle();
    harness.configure({});
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({ UpdateMesh: 1 });
    expect(specIn()).toEqual({});
  });
});

describe('a Mesh that terminates', () => {
  const mesh = aMesh();
  const terminating = {
    ...mesh,
    metadata: { ...mesh.metadata, deletionTimestamp: '2026-11-21T10:00:00Z' },
  };

  it('a Mesh that terminates admits nothing new, keeps its members up to date, and goes after them', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), mesh, aNode('a'));
    await harness.settle();
    harness.apply(terminating, aNode('b'), aService('a', 'node/a'));
    harness.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({ UpdateVirtualNode: 1 });
    const refused = {
      is: 'False NotMember',
      message: 'Mesh "shop" is being deleted and does not accept new members',
    };
    expect(nodeIs(harness, 'b')).toEqual(refused);
    expect(harness.activeOf('VirtualService', 'a', 'apps')).toEqual(refused);
    expect(nodeIs(harness, 'a')).toEqual(applied);
    harness.delete(aNode('a'), aNode('b'), aService('a'));
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
    harness.delete(mesh);
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toEqual([]);
  });

  it('a Mesh that terminates is not made itself, and admits again once it has been created again', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), terminating, aNode('a'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({});
    harness.delete(mesh);
    harness.apply(mesh);
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(keysIn(harness.engine)).toContain(nodeKey('a'));
  });
});
