import { ConflictError } from '../../model/errors.ts';
import { orderedVersion } from '../../model/version.ts';
import type { ListingStore, PodListingPart, StoredListing } from '../../ports/listing-store.ts';
import type { RelayContact } from '../../ports/report-ports.ts';
import type { Expression, Item, Table } from './table.ts';

/** The known data of a listing, without its objects. */
interface Head {
  readonly id: string;
  readonly resourceVersion: string;
  readonly storedAtMs: number;
  readonly parts: number;
}

/** Long enough to show how old the last listing is instead of that there is none. */
const keptSeconds = 24 * 3600;

/**
 * Listings of pods by the relay: `LISTING#<cluster>` / `<id>` records which parts have arrived,
 * `LISTING#<cluster>#<id>` / `<part>` holds a part's objects, one per line. (The relay cuts parts of 128 KB; an item
 * may have 400.) Listings are kept until they expire, so the last complete one exists until the next is complete.
 */
export class Listings implements ListingStore, RelayContact {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  /** Writes the objects first, and only then that the part has arrived. */
  async savePart(cluster: string, part: PodListingPart): Promise<void> {
    const expiresAt = Math.floor(this.now() / 1000) + keptSeconds;
    const sk = String(part.part).padStart(6, '0');
    const objects = part.objects.map(({ key, uid }) => `${key} ${uid}`).join('\n');
    await this.table.put({ pk: partsOf(cluster, part.id), sk, objects, expiresAt });
    await this.note(cluster, part, expiresAt);
  }

  /**
   * The listing that was taken last, if it is complete and covers the whole cluster: a relay that follows only some
   * namespaces reports nothing about the others.
   */
  async latest(cluster: string): Promise<StoredListing | undefined> {
    let latest: Head | undefined;
    for await (const item of this.table.query(headsOf(cluster), '', null)) {
      const head = this.isAlive(item) && isWhole(item) ? headOf(item) : undefined;
      if (head !== undefined && (latest === undefined || isLater(head, latest))) latest = head;
    }
    return latest && this.read(cluster, latest);
  }

  async lastListedAtMs(cluster: string): Promise<number | undefined> {
    let last: number | undefined;
    for await (const item of this.table.query(headsOf(cluster), '', null)) {
      const { storedAtMs } = headOf(item);
      if (this.isAlive(item) && (last === undefined || storedAtMs > last)) last = storedAtMs;
    }
    return last;
  }

  async noteListed(cluster: string, kind: string): Promise<void> {
    const key = { pk: listedOf(cluster), sk: kind };
    if ((await this.table.get(key))?.isListed !== true) await this.table.put({ ...key, isListed: true });
  }

  async listed(
    cluster: string,
    kinds: readonly string[],
  ): Promise<{ readonly waitingSinceMs: number | null }> {
    const keys = kinds.map((sk) => ({ pk: listedOf(cluster), sk }));
    const items = await Promise.all(keys.map((key) => this.table.get(key)));
    const missing = keys.find((_, index) => items[index]?.isListed !== true);
    if (missing === undefined) return { waitingSinceMs: null };
    const since = { text: 'SET #since = if_not_exists(#since, :now)', values: { ':now': this.now() } };
    const item = await this.table.update(missing, since, whatever);
    return { waitingSinceMs: Number(item.since) };
  }

  /** A part that arrives again changes nothing, so that a listing does not appear younger than it is. */
  private async note(cluster: string, part: PodListingPart, expiresAt: number): Promise<void> {
    const update = {
      text:
        'SET #resourceVersion = :resourceVersion, #parts = :parts, #storedAtMs = :storedAtMs, expiresAt = :expiresAt' +
        (part.part === 1 ? ', #isFromStart = :isFromStart' : '') +
        (part.part === part.parts ? ', #isToEnd = :isToEnd' : '') +
        ' ADD #arrived :arrived',
      values: {
        ':resourceVersion': part.resourceVersion,
        ':parts': part.parts,
        ':storedAtMs': takenAtMs(part, this.now()),
        ':expiresAt': expiresAt,
        ...(part.part === 1 && { ':isFromStart': part.from === '' }),
        ...(part.part === part.parts && { ':isToEnd': part.to === null }),
        ':arrived': new Set([part.part]),
      },
    };
    const condition = {
      text: 'attribute_not_exists(#arrived) OR NOT contains(#arrived, :part)',
      values: { ':part': part.part },
    };
    try {
      await this.table.update({ pk: headsOf(cluster), sk: part.id }, update, condition);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  /** Parts expire on their own: a listing with missing parts is no listing. */
  private async read(cluster: string, head: Head): Promise<StoredListing | undefined> {
    const { id, resourceVersion, storedAtMs, parts } = head;
    const pods = new Map<string, string>();
    let count = 0;
    for await (const item of this.table.query(partsOf(cluster, id), '', null)) {
      count += 1;
      for (const line of (item.objects as string).split('\n')) {
        const [key, uid] = line.split(' ');
        if (key && uid) pods.set(key, uid);
      }
    }
    return count === parts ? { id, resourceVersion, storedAtMs, pods } : undefined;
  }

  private isAlive(item: Item): boolean {
    return (item.expiresAt as number) > Math.floor(this.now() / 1000);
  }
}

/** A late listing is not younger for it; one dated in the future counts from its arrival. */
function takenAtMs({ takenAt }: PodListingPart, nowMs: number): number {
  return takenAt === undefined ? nowMs : Math.min(Date.parse(takenAt), nowMs);
}

function isWhole(item: Item): boolean {
  const arrived = item.arrived as ReadonlySet<number>;
  return arrived.size === item.parts && item.isFromStart === true && item.isToEnd === true;
}

function isLater(one: Head, other: Head): boolean {
  if (one.storedAtMs !== other.storedAtMs) return one.storedAtMs > other.storedAtMs;
  return orderedVersion(one.resourceVersion) > orderedVersion(other.resourceVersion);
}

function headOf(item: Item): Head {
  return {
    id: item.sk,
    resourceVersion: item.resourceVersion as string,
    storedAtMs: item.storedAtMs as number,
    parts: item.parts as number,
  };
}

/** True for every item. */
const whatever: Expression = { text: 'attribute_exists(pk) OR attribute_not_exists(pk)' };

/** Kinds whose objects have all been stored: `LISTED#<cluster>` / `<Kind>`. */
function listedOf(cluster: string): string {
  return `LISTED#${cluster}`;
}

function headsOf(cluster: string): string {
  return `LISTING#${cluster}`;
}

function partsOf(cluster: string, id: string): string {
  return `LISTING#${cluster}#${id}`;
}
