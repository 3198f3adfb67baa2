import { isNewer, orderedVersion, type Sighting } from '../../model/version.ts';

/**
 * Why the stored state of an object cannot be correct; null if it can. `listed` was read from the API server after `stored`
 * was read from the table, so normally it is newer or the same. If it is not, the stored version is false (a forged event, a
 * second relay with this cluster's name) or of another history (a cluster that was restored, or rebuilt under its name), and
 * the API server's listing is correct.
 */
export function contradiction(listed: Sighting, stored: Sighting): string | null {
  if (isNewer(listed, stored) || isConfirmed(listed, stored)) return null;
  const { uid, resourceVersion } = listed;
  if (isSameState(listed, stored))
    return `the cluster lists its node at resourceVersion ${listed.nodeVersion}; the table has ${stored.nodeVersion}`;
  return `the cluster lists it at resourceVersion ${resourceVersion} with uid ${uid}; the table has ${text(stored)}`;
}

/**
 * Whether the listing shows exactly the stored state: the same version of the same live object. A pod's node must not be at a
 * later version than the listed one; it may be missing in the listing.
 */
function isConfirmed(listed: Sighting, stored: Sighting): boolean {
  if (!isSameState(listed, stored)) return false;
  return listed.nodeVersion === undefined || !isNewer(stored, listed);
}

function isSameState(listed: Sighting, stored: Sighting): boolean {
  if (listed.uid !== stored.uid || stored.deleted) return false;
  return orderedVersion(listed.resourceVersion) === orderedVersion(stored.resourceVersion);
}

function text({ uid, resourceVersion, createdAt, deleted }: Sighting): string {
  return `${deleted ? 'its deletion' : 'a live one'} at resourceVersion ${resourceVersion}, uid ${uid}, created ${createdAt}`;
}
