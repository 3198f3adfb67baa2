import { expect, it } from 'vitest';
import { callsDuring, keysIn, remainsOf } from './harness/kit.ts';
import { aMesh, aNamespace, aNode } from './harness/manifests.ts';
import { applied, nodeIs, nodeKey, stageWith } from './harness/settled.ts';
import type { MeshStage } from './harness/stage.ts';

/** As a table forgets the deletions of a week ago. */
function forgetDeletions({ stores }: MeshStage): void {
  const { items } = stores.objects;
  for (const [key, { deleted }] of items) if (deleted) items.delete(key);
}

async function meshDeletedFirst(): Promise<MeshStage> {
  const stage = await stageWith(aNode('blue'));
  stage.delete(aMesh());
  await stage.settleInOneRun();
  forgetDeletions(stage);
  return stage;
}

it('what cannot be deleted as long as others need it goes with them, however late', async () => {
  const stage = await meshDeletedFirst();
  await stage.reconcile();
  expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('blue')]);
  stage.delete(aNode('blue'), aNamespace());
  await stage.settleInOneRun();
  expect(remainsOf(stage)).toEqual([]);
});

it('what was to be deleted, and is wanted again, stays', async () => {
  const stage = await meshDeletedFirst();
  stage.apply(aMesh());
  expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({ UpdateMesh: 1 });
  expect(stage.activeOf('Mesh', 'shop')).toEqual(applied);
  expect(nodeIs(stage, 'blue')).toEqual(applied);
  expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
});
