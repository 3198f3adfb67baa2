import { failure } from './kit.ts';
import { aMesh, aNamespace } from './manifests.ts';
import { type Manifest, MeshStage } from './stage.ts';

/** A mesh and a namespace in it. */
export const ground: readonly Manifest[] = [aNamespace(), aMesh()];

/** The status of a sound object. */
export const applied = { is: 'True Applied', message: 'App Mesh matches the spec' };

export async function stageWith(...manifests: readonly Manifest[]): Promise<MeshStage> {
  const stage = new MeshStage();
  stage.apply(...ground, ...manifests);
  await stage.settleInOneRun();
  return stage;
}

/** All that is queued is seen; answers what the run that follows throws. */
export async function settledWith(stage: MeshStage, ...manifests: readonly Manifest[]): Promise<string> {
  stage.apply(...manifests);
  return failure(() => stage.settleInOneRun());
}

export function nodeKey(name: string): string {
  return `virtualNode/shop/${name}_apps`;
}

export function nodeIs(stage: MeshStage, name: string) {
  return stage.activeOf('VirtualNode', name, 'apps');
}
