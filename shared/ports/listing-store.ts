/** One part of a listing of pods, as received in `Cluster Listed`. */
export interface PodListingPart {
  readonly id: string;
  readonly resourceVersion: string;
  /** RFC 3339; absent from earlier relay versions. */
  readonly takenAt?: string | undefined;
  readonly part: number;
  readonly parts: number;
  readonly from: string;
  readonly to: string | null;
  readonly objects: readonly { readonly key: string; readonly uid: string }[];
}

/** The relay's last complete listing of pods, stored part by part as it arrives. */
export interface StoredListing {
  readonly id: string;
  readonly resourceVersion: string;
  /** When it was taken by the relay's clock, or when its last part arrived if that is earlier; epoch milliseconds. */
  readonly storedAtMs: number;
  /** `namespace/name` → uid. */
  readonly pods: ReadonlyMap<string, string>;
}

export interface ListingStore {
  /** Stores one part. Storing the same part again changes nothing. */
  savePart(cluster: string, part: PodListingPart): Promise<void>;
  /**
   * The most recently taken listing that is complete: every part arrived and it covers the whole cluster. A listing
   * from a relay that follows only some namespaces never counts.
   */
  latest(cluster: string): Promise<StoredListing | undefined>;
  /** Records that all objects of a kind are stored. Without it, missing objects of the kind are unknown, not absent. */
  noteListed(cluster: string, kind: string): Promise<void>;
  /**
   * Whether all of these kinds are recorded. If not, since when a caller has waited for it (epoch milliseconds); the
   * first call sets that time.
   */
  listed(cluster: string, kinds: readonly string[]): Promise<{ readonly waitingSinceMs: number | null }>;
}
