import { describe, expect, it } from 'vitest';
import { keysIn } from '../harness/engine-state.ts';
import { type Manifest, MeshHarness } from '../harness/harness.ts';
import { aGateway, aMesh, aNamespace, aNode, aService } from '../harness/manifests.ts';

const inMesh = { meshRef: { name: 'shop', uid: 'x' } };
const inNamespace = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
  spec: { ...manifest.spec, ...inMesh },
});
const hijack: Manifest = {
  kind: 'GatewayRoute',
  metadata: { name: 'hijack', namespace: 'evil' },
  spec: {
    ...inMesh,
    virtualGatewayRef: { name: 'entry', namespace: 'apps', uid: 'x' },
    priority: 0,
    httpRoute: {
      match: { prefix: '/' },
      action: { target: { virtualService: { virtualServiceRef: { name: 's' } } } },
    },
  },
};
const gateway = aGateway('entry', { namespaceSelector: { matchLabels: { mesh: 'shop' } } });
const ground = [aNamespace(), aMesh(), aNode('blue'), aService('s', 'node/blue'), gateway];

/** What a tenant whose namespace nobody let in says of himself. */
const tenant = [
  inNamespace(aNode('n'), 'evil'),
  inNamespace(aService('s', 'node/n'), 'evil'),
  hijack,
] as const;

describe('references that whoever writes an object may make up', () => {
  it('references that anyone can write bring nothing of an unselected namespace into a mesh or behind a gateway', async () => {
    const harness = new MeshHarness();
    harness.apply(...ground, aNamespace('evil', {}));
    await harness.settle();
    const before = keysIn(harness.engine);
    harness.apply(...tenant);
    await harness.settle();
    expect(keysIn(harness.engine)).toEqual(before);
    for (const { kind, metadata } of tenant)
      expect(harness.activeOf(kind, metadata.name, 'evil')).toEqual({
        is: 'False NotMember',
        message:
          'Mesh shop, which spec.meshRef names, does not select namespace evil by its namespaceSelector',
      });
  });

  it('references that anyone can write bring no route behind a gateway of the same mesh that does not select its namespace', async () => {
    const harness = new MeshHarness();
    const own = aGateway('entry', { namespaceSelector: { matchLabels: { team: 'shop' } } });
    harness.apply(aNamespace('apps', { mesh: 'shop', team: 'shop' }), aMesh(), own, aNamespace('evil'));
    harness.apply(...tenant);
    await harness.settle();
    expect(keysIn(harness.engine).filter((key) => key.startsWith('gatewayRoute'))).toEqual([]);
    expect(harness.activeOf('GatewayRoute', 'hijack', 'evil')).toMatchObject({
      is: 'False NotMember',
      message: expect.stringContaining(
        'spec.virtualGatewayRef: VirtualGateway "apps/entry" does not select this object',
      ),
    });
  });
});
