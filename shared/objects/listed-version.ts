import { orderedVersion } from '../model/version.ts';

/** The resourceVersion of a deletion: not older than the last sighting, or the deletion would be ignored. */
export function laterVersion(one: string, other: string): string {
  return orderedVersion(one) > orderedVersion(other) ? one : other;
}
