import { failure } from './engine-state.ts';
import { type Manifest, MeshHarness } from './harness.ts';
import { aMesh, aNamespace } from './manifests.ts';

/** A mesh and a namespace in it. */
export const ground: readonly Manifest[] = [aNamespace(), aMesh()];

/** The status of a sound object. */
export const applied = { is: 'True Applied', message: 'App Mesh matches the spec' };

export async function harnessWith(...manifests: readonly Manifest[]): Promise<MeshHarness> {
  const harness = new MeshHarness();
  harness.apply(...ground, ...manifests);
  await harness.settleInOneRun();
  return harness;
}

/** All that is queued is seen; answers what the run that follows throws. */
export async function settledWith(harness: MeshHarness, ...manifests: readonly Manifest[]): Promise<string> {
  harness.apply(...manifests);
  return failure(() => harness.settleInOneRun());
}

export function nodeKey(name: string): string {
  return `virtualNode/shop/${name}_apps`;
}

export function nodeIs(harness: MeshHarness, name: string) {
  return harness.activeOf('VirtualNode', name, 'apps');
}
