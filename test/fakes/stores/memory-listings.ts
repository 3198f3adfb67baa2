import { orderedVersion } from '../../../shared/model/version.ts';
import type { ListingStore, PodListingPart, StoredListing } from '../../../shared/ports/listing-store.ts';
import type { RelayContact } from '../../../shared/ports/report-ports.ts';
import type { ReportStore, SweepReport } from '../../../shared/ports/sweep-ports.ts';

interface Arrived {
  readonly parts: Map<number, PodListingPart>;
  storedAtMs: number;
}

/** Listings of the relay in memory; nothing expires. */
export class MemoryListings implements ListingStore, RelayContact {
  readonly #clusters = new Map<string, Map<string, Arrived>>();
  readonly #now: () => number;
  /** Most tests begin in a cluster whose relay has listed all: `cluster/kind` → since when that is waited for. */
  isNew = false;
  readonly #listed = new Set<string>();
  readonly #waiting = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async savePart(cluster: string, part: PodListingPart): Promise<void> {
    const listings = this.#clusters.get(cluster) ?? new Map<string, Arrived>();
    this.#clusters.set(cluster, listings);
    const arrived = listings.get(part.id) ?? { parts: new Map(), storedAtMs: 0 };
    listings.set(part.id, arrived);
    if (arrived.parts.has(part.part)) return;
    arrived.parts.set(part.part, structuredClone(part));
    const takenAtMs = part.takenAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(part.takenAt);
    arrived.storedAtMs = Math.min(this.#now(), takenAtMs);
  }

  /** As with an empty table: nothing has been listed. */
  forget(): void {
    this.isNew = true;
    this.#clusters.clear();
    this.#listed.clear();
    this.#waiting.clear();
  }

  async lastListedAtMs(cluster: string): Promise<number | undefined> {
    const times = [...(this.#clusters.get(cluster)?.values() ?? [])].map(({ storedAtMs }) => storedAtMs);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  async noteListed(cluster: string, kind: string): Promise<void> {
    this.#listed.add(`${cluster}/${kind}`);
  }

  async listed(cluster: string, kinds: readonly string[]) {
    const missing = kinds.map((kind) => `${cluster}/${kind}`).find((key) => !this.#listed.has(key));
    if (!this.isNew || missing === undefined) return { waitingSinceMs: null };
    const since = this.#waiting.get(missing) ?? this.#now();
    this.#waiting.set(missing, since);
    return { waitingSinceMs: since };
  }

  async latest(cluster: string): Promise<StoredListing | undefined> {
    const listings = [...(this.#clusters.get(cluster)?.values() ?? [])].flatMap(whole);
    return listings.sort(
      (one, other) =>
        other.storedAtMs - one.storedAtMs ||
        (orderedVersion(one.resourceVersion) < orderedVersion(other.resourceVersion) ? 1 : -1),
    )[0];
  }
}

function whole({ parts, storedAtMs }: Arrived): StoredListing[] {
  const [first] = parts.values();
  if (first === undefined || parts.size !== first.parts) return [];
  if (parts.get(1)?.from !== '' || parts.get(first.parts)?.to !== null) return [];
  const pods = new Map(
    [...parts.values()].flatMap(({ objects }) => objects.map(({ key, uid }) => [key, uid])),
  );
  return [{ id: first.id, resourceVersion: first.resourceVersion, storedAtMs, pods }];
}

export class MemoryReports implements ReportStore {
  readonly #last = new Map<string, SweepReport>();

  async save(cluster: string, report: SweepReport): Promise<void> {
    this.#last.set(cluster, structuredClone(report));
  }

  async last(cluster: string): Promise<SweepReport | undefined> {
    return structuredClone(this.#last.get(cluster));
  }
}
