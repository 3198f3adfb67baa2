/** One part of a listing of pods, as `Cluster Listed` tells it. */
export interface PodListingPart {
  readonly id: string;
  readonly resourceVersion: string;
  /** RFC 3339; absent from relays of before. */
  readonly takenAt?: string | undefined;
  readonly part: number;
  readonly parts: number;
  readonly from: string;
  readonly to: string | null;
  readonly objects: readonly { readonly key: string; readonly uid: string }[];
}

/** The relay's last complete listing of pods, kept part by part as it arrives. */
export interface StoredListing {
  readonly id: string;
  readonly resourceVersion: string;
  /** When it was taken by the relay's clock, or its last part arrived if that is earlier; epoch milliseconds. */
  readonly storedAtMs: number;
  /** `namespace/name` → uid. */
  readonly pods: ReadonlyMap<string, string>;
}

export interface ListingStore {
  /** Keeps one part. A part that arrives again changes nothing. */
  savePart(cluster: string, part: PodListingPart): Promise<void>;
  /**
   * The listing that was taken last of those that are complete: of the whole cluster, every part arrived. A listing of some namespaces only,
   * by a relay that follows no others, never counts.
   */
  latest(cluster: string): Promise<StoredListing | undefined>;
  /** Notes that all objects of a kind have been stored: those of a kind without this note are unknown, not absent. */
  noteListed(cluster: string, kind: string): Promise<void>;
  /**
   * Whether all of these kinds have been noted; where not, since when somebody waits for it, epoch milliseconds: the first
   * call says so.
   */
  listed(cluster: string, kinds: readonly string[]): Promise<{ readonly waitingSinceMs: number | null }>;
}
