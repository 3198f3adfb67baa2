import { orderedVersion } from '../model/version.ts';

/** The resourceVersion at which something is known to be gone: not older than its last sighting, or it would not count. */
export function laterVersion(one: string, other: string): string {
  return orderedVersion(one) > orderedVersion(other) ? one : other;
}
