import { orderedVersion, type Sighting } from '../../model/version.ts';

/** A part of a relay's listing, as far as it says what is alive. */
export interface ListingView {
  readonly resourceVersion: string;
  readonly clusterCreatedAt?: string | undefined;
  /** When the relay took it, by its clock but not after it arrived; undefined where the relay does not say. */
  readonly takenAtMs?: number | undefined;
  /** When it is observed. */
  readonly nowMs: number;
  /** Object key → uid. */
  readonly uids: ReadonlyMap<string, string>;
}

/** What is stored of one object in the range of the listing. */
export interface KnownObject<State> {
  readonly key: string;
  readonly sighting: Sighting;
  /** When that sighting was stored; undefined in records of before this was noted. */
  readonly seenAtMs?: number | undefined;
  readonly state: State;
  /** Live states that the sighting took the place of, or that lost against it. */
  readonly displaced: readonly State[];
}

export type Verdict<State> =
  | { readonly is: 'as known' }
  | { readonly is: 'gone' }
  /** Alive in this state. `isFalseVersion`: whatever arrives next of it counts. */
  | { readonly is: 'alive'; readonly state: State; readonly isFalseVersion: boolean };

interface Versioned {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The clocks of relay and functions differ by less. */
const clockSkewMs = 60_000;

/** Two listings of a relay, with something to spare: as long as one is trusted. */
const severalListingsMs = 25 * 60_000;

/**
 * What a relay's listing says of one object that is stored. By version, what is not listed and not newer than the listing
 * is gone. But versions can be false, and where Lambda cannot reach the API server the relay's listings are all there
 * is. So time decides where a version contradicts the listing: the relay notes when it took a listing (for one that it
 * lists anew, when it began), and the table when a sighting was stored. A listing taken after that knows what the sighting
 * knew. A late or repeated listing, or one of a former relay, was taken before, whenever it arrives; a listing that claims
 * to be of the future counts as taken when it arrived.
 *
 *   stored              | listed        | taken later by  | verdict
 *   deleted             | a known uid   | a minute        | alive, in the last state known of that uid
 *   alive               | another, known| a minute        | likewise
 *   alive, newer version| the same uid  | 25 minutes      | alive, and its version is false
 *   alive, no newer     | no, or another| -               | gone
 *   alive, newer version| no, or another| 25 minutes      | gone
 *   alive, older than the cluster| no, or another| -      | gone
 *
 * What keeps a pod registered needs a minute, since a mistake lasts until the next listing at most. What takes one away
 * against its version needs two listings' time: an API server that lags behind, or an event on its way, looks the same.
 */
export function verdictOf<State extends Versioned>(
  listing: ListingView,
  known: KnownObject<State>,
): Verdict<State> {
  const { sighting, state } = known;
  const listedUid = listing.uids.get(known.key);
  const isNewerThanListing = isHigher(sighting.resourceVersion, listing.resourceVersion);
  if (!sighting.deleted && listedUid === sighting.uid)
    return isNewerThanListing && isFollowedUp(listing, known)
      ? { is: 'alive', state, isFalseVersion: true }
      : asKnown;
  const listed = known.displaced.find(({ uid }) => uid === listedUid);
  if (listed !== undefined && isTakenAfter(listing, known.seenAtMs ?? 0, clockSkewMs))
    return {
      ...{ is: 'alive', state: listed },
      isFalseVersion: isHigher(listed.resourceVersion, listing.resourceVersion),
    };
  if (sighting.deleted) return asKnown;
  const isGone = !isNewerThanListing || isOfFormerCluster(listing, sighting) || isFollowedUp(listing, known);
  return isGone ? { is: 'gone' } : asKnown;
}

const asKnown = { is: 'as known' } as const;

/** Without the time of either, nothing is taken away. */
function isFollowedUp(listing: ListingView, { seenAtMs }: KnownObject<unknown>): boolean {
  return seenAtMs !== undefined && isTakenAfter(listing, seenAtMs, severalListingsMs);
}

function isTakenAfter({ takenAtMs }: ListingView, seenAtMs: number, marginMs: number): boolean {
  return takenAtMs !== undefined && takenAtMs - seenAtMs > marginMs;
}

/**
 * Older than the cluster itself, and so of a former cluster of the same name, whose resourceVersions do not compare with
 * this one's. A cluster that is not created yet has no former one.
 */
function isOfFormerCluster({ clusterCreatedAt, nowMs }: ListingView, { createdAt }: Sighting): boolean {
  if (clusterCreatedAt === undefined) return false;
  const clusterMs = Date.parse(clusterCreatedAt);
  return clusterMs <= nowMs + clockSkewMs && Date.parse(createdAt) < Math.floor(clusterMs / 1000) * 1000;
}

function isHigher(one: string, other: string): boolean {
  return orderedVersion(one) > orderedVersion(other);
}
