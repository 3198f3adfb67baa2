import { expect, it } from 'vitest';
import { callsDuring, keysIn, remainsOf } from './harness/engine-state.ts';
import type { MeshHarness } from './harness/harness.ts';
import { aMesh, aNamespace, aNode } from './harness/manifests.ts';
import { applied, harnessWith, nodeIs, nodeKey } from './harness/settled.ts';

/** As a table forgets the deletions of a week ago. */
function forgetDeletions({ stores }: MeshHarness): void {
  const { items } = stores.objects;
  for (const [key, { deleted }] of items) if (deleted) items.delete(key);
}

async function meshDeletedFirst(): Promise<MeshHarness> {
  const harness = await harnessWith(aNode('blue'));
  harness.delete(aMesh());
  await harness.settleInOneRun();
  forgetDeletions(harness);
  return harness;
}

it('what cannot be deleted as long as others need it goes with them, however late', async () => {
  const harness = await meshDeletedFirst();
  await harness.reconcile();
  expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('blue')]);
  harness.delete(aNode('blue'), aNamespace());
  await harness.settleInOneRun();
  expect(remainsOf(harness)).toEqual([]);
});

it('what was to be deleted, and is wanted again, stays', async () => {
  const harness = await meshDeletedFirst();
  harness.apply(aMesh());
  expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({ UpdateMesh: 1 });
  expect(harness.activeOf('Mesh', 'shop')).toEqual(applied);
  expect(nodeIs(harness, 'blue')).toEqual(applied);
  expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
});
