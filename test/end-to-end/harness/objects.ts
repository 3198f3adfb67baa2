import type { Manifest } from '../../../playground/manifests/manifest.ts';
import { readManifests } from '../../../playground/manifests/read-manifests.ts';

/** The objects of a file as they are, in its order. */
export function objectsIn(path: string): readonly Manifest[] {
  return readManifests([path]).map(({ manifest }) => manifest);
}
