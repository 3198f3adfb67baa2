import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../shared/mesh/plan/desired.ts';
import { Directory } from '../../shared/mesh/plan/directory.ts';
import type { Entry } from '../../shared/mesh/plan/entry.ts';
import { type Manifest, MeshHarness } from './harness/harness.ts';
import { aMesh, aNamespace, aNode, aService } from './harness/manifests.ts';
import { rulesWith } from './harness/rules.ts';
import { directoryOf } from './plan/entries.ts';

/** So often that every name times every name would be 25 million: a function of 512 MB has no room for them. */
const often = 5000;
const times = (count: number, name: string) => Array.from({ length: count }, () => ({ name }));

const aGroup = (count: number): Manifest => ({
  kind: 'BackendGroup',
  metadata: { name: 'g', namespace: 'apps' },
  spec: { virtualservices: times(count, '*') },
});
const aRepeater = (count: number) => aNode('evil', { backendGroups: times(count, 'g') });

describe('small objects that name the same over and over', () => {
  it('small objects that name the same over and over are refused by their schemas, whatever the mesh is called, and hold up nobody', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('blue'), aService('a'), aGroup(often), aRepeater(often));
    const startedAt = performance.now();
    await harness.settle();
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(harness.activeOf('VirtualNode', 'blue', 'apps').is).toBe('True Applied');
    const refused = harness.activeOf('VirtualNode', 'evil', 'apps');
    expect(refused).toMatchObject({ is: 'False Invalid' });
    expect(refused.message).toContain('spec.backendGroups');
  });

  it('small objects that name the same over and over are translated in no more than the names that they have, were they not refused', () => {
    const checked = directoryOf(aNamespace(), aMesh(), aService('a'), aGroup(1), aRepeater(1));
    const entries = checked.entries.map((entry): Entry => {
      if (entry.content?.kind === 'BackendGroup')
        return { ...entry, content: { kind: 'BackendGroup', spec: { virtualservices: times(often, '*') } } };
      if (entry.content?.kind === 'VirtualNode')
        return { ...entry, content: { kind: 'VirtualNode', spec: { backendGroups: times(often, 'g') } } };
      return entry;
    });
    const directory = new Directory(entries, new Map([['apps', { mesh: 'shop' }]]));
    const startedAt = performance.now();
    const { resources } = desiredMesh(directory, rulesWith(), () => undefined);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(resources.get('virtualNode/shop/evil_apps')?.spec).toEqual({
      backends: [{ virtualService: { virtualServiceName: 'a.apps' } }],
    });
  });

  it('small objects that name the same over and over are informed of the first that are missing, not of a list as long as its squares', () => {
    const missing = Array.from({ length: 900 }, (_, index) => ({ name: `none-${index}` }));
    const group = { ...aGroup(1), spec: { virtualservices: missing } };
    const directory = directoryOf(aNamespace(), aMesh(), group, aRepeater(1000));
    const node = desiredMesh(directory, rulesWith(), () => undefined).objects.find(
      ({ entry }) => entry.id.name === 'evil',
    );
    expect(node?.problems).toHaveLength(50);
  });
});
