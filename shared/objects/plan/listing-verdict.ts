import { orderedVersion, type Sighting } from '../../model/version.ts';

/** The part of a relay's listing that shows which objects are alive. */
export interface ListingView {
  readonly resourceVersion: string;
  readonly clusterCreatedAt?: string | undefined;
  /** When the relay took it, by its clock, at most the time of arrival; undefined if the relay does not send it. */
  readonly takenAtMs?: number | undefined;
  /** When the listing is processed. */
  readonly nowMs: number;
  /** Object key → uid. */
  readonly uids: ReadonlyMap<string, string>;
}

/** The stored record of one object in the range of the listing. */
export interface KnownObject<State> {
  readonly key: string;
  readonly sighting: Sighting;
  /** When that sighting was stored; undefined in records of earlier versions. */
  readonly seenAtMs?: number | undefined;
  readonly state: State;
  /** Live states that the sighting replaced, or that were older than it. */
  readonly displaced: readonly State[];
}

export type Verdict<State> =
  | { readonly is: 'unchanged' }
  | { readonly is: 'deleted' }
  /** Alive in this state. `isFalseVersion`: the next event of it is accepted, whatever its version. */
  | { readonly is: 'alive'; readonly state: State; readonly isFalseVersion: boolean };

interface Versioned {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Maximum difference between the clocks of relay and functions. */
const clockSkewMs = 60_000;

/** The interval of two listings of a relay, with a margin. */
const severalListingsMs = 25 * 60_000;

/**
 * Decides on one stored object by a relay's listing. By version, an object that is not listed and not newer than the
 * listing is deleted. But versions can be false, and if Lambda cannot reach the API server, the relay's listings are the
 * only source. So time decides if a version contradicts the listing: the relay records when it took a listing (for a
 * relist, when it began), and the table when a sighting was stored. A listing taken after that includes the sighting. A late
 * or repeated listing, or one of a former relay, was taken before, whenever it arrives; a listing with a time in the future
 * counts as taken when it arrived.
 *
 *   stored              | listed        | taken later by  | verdict
 *   deleted             | a known uid   | a minute        | alive, in the last known state of that uid
 *   alive               | another, known| a minute        | likewise
 *   alive, newer version| the same uid  | 25 minutes      | alive, and its version is false
 *   alive, no newer     | no, or another| -               | deleted
 *   alive, newer version| no, or another| 25 minutes      | deleted
 *   alive, older than the cluster| no, or another| -      | deleted
 *
 * A verdict that keeps a pod registered needs a minute, since a mistake lasts at most until the next listing. A deletion
 * against the version needs two listings' time: an API server that lags behind, or an event in flight, is no different.
 */
export function verdictOf<State extends Versioned>(
  listing: ListingView,
  known: KnownObject<State>,
): Verdict<State> {
  const { sighting, state } = known;
  const listedUid = listing.uids.get(known.key);
  const isNewerThanListing = isHigher(sighting.resourceVersion, listing.resourceVersion);
  if (!sighting.deleted && listedUid === sighting.uid)
    return isNewerThanListing && isTakenLongAfter(listing, known)
      ? { is: 'alive', state, isFalseVersion: true }
      : unchanged;
  const listed = known.displaced.find(({ uid }) => uid === listedUid);
  if (listed !== undefined && isTakenAfter(listing, known.seenAtMs ?? 0, clockSkewMs))
    return {
      ...{ is: 'alive', state: listed },
      isFalseVersion: isHigher(listed.resourceVersion, listing.resourceVersion),
    };
  if (sighting.deleted) return unchanged;
  const isDeleted =
    !isNewerThanListing || isOfFormerCluster(listing, sighting) || isTakenLongAfter(listing, known);
  return isDeleted ? { is: 'deleted' } : unchanged;
}

const unchanged = { is: 'unchanged' } as const;

/** If either time is missing, nothing is deleted. */
function isTakenLongAfter(listing: ListingView, { seenAtMs }: KnownObject<unknown>): boolean {
  return seenAtMs !== undefined && isTakenAfter(listing, seenAtMs, severalListingsMs);
}

function isTakenAfter({ takenAtMs }: ListingView, seenAtMs: number, marginMs: number): boolean {
  return takenAtMs !== undefined && takenAtMs - seenAtMs > marginMs;
}

/**
 * Older than the cluster itself, and so of a former cluster of the same name, whose resourceVersions are not comparable.
 * A cluster with a creation time in the future is ignored.
 */
function isOfFormerCluster({ clusterCreatedAt, nowMs }: ListingView, { createdAt }: Sighting): boolean {
  if (clusterCreatedAt === undefined) return false;
  const clusterMs = Date.parse(clusterCreatedAt);
  return clusterMs <= nowMs + clockSkewMs && Date.parse(createdAt) < Math.floor(clusterMs / 1000) * 1000;
}

function isHigher(one: string, other: string): boolean {
  return orderedVersion(one) > orderedVersion(other);
}
