import { isNewer, orderedVersion, type Sighting } from '../../model/version.ts';

/**
 * Why what is stored of an object cannot be true, in words; null where it can. `listed` was read from the API server
 * after `stored` was read from the table, so in an honest history it is the newer one or the same. Where it is not, the
 * version of what is stored is false (a forged event, a second relay with this cluster's name) or of another history (a
 * cluster that was restored, or rebuilt under its name), and what the API server lists is the truth.
 */
export function contradiction(listed: Sighting, stored: Sighting): string | null {
  if (isNewer(listed, stored) || isConfirmed(listed, stored)) return null;
  const { uid, resourceVersion } = listed;
  return `the cluster lists it at resourceVersion ${resourceVersion} with uid ${uid}; the table has ${text(stored)}`;
}

/** Whether the listing shows the very state that is stored: the version of a live object, or no later one. */
function isConfirmed(listed: Sighting, stored: Sighting): boolean {
  if (listed.uid !== stored.uid || stored.deleted) return false;
  return orderedVersion(listed.resourceVersion) === orderedVersion(stored.resourceVersion);
}

function text({ uid, resourceVersion, createdAt, deleted }: Sighting): string {
  return `${deleted ? 'its deletion' : 'a live one'} at resourceVersion ${resourceVersion}, uid ${uid}, created ${createdAt}`;
}
