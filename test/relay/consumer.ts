import { compareBytewise } from '../../relay/watch/listing.ts';
import type { ClusterListed, EventDetail } from '../../shared/model/events/event.ts';
import { objectKey } from '../../shared/model/identity.ts';
import type { ObjectMeta } from '../../shared/model/kubernetes.ts';

interface Stored {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deleted: boolean;
  readonly labels: ObjectMeta['labels'];
}

/**
 * What the functions know of a cluster from events alone, by the rules of the state: of one uid the higher
 * resourceVersion counts, of two the later creation; what a listing covers, does not name and is not newer is gone.
 */
export class Consumer {
  readonly #stored = new Map<string, Stored>();

  receive(detail: EventDetail): void {
    if (detail.type === 'Cluster Listed') this.#listed(detail.listing);
    else if (detail.type === 'Pod Changed') this.#changed('Pod', detail.change, detail.pod.metadata);
    else if (detail.type === 'Cluster Object Changed')
      this.#changed(detail.object.kind, detail.change, detail.object.metadata);
  }

  /** The objects that are there, a line each: kind, key, uid and labels. */
  live(): string[] {
    return [...this.#stored]
      .filter(([, { deleted }]) => !deleted)
      .map(([key, { uid, labels }]) => `${key} ${uid} ${JSON.stringify(labels)}`)
      .sort();
  }

  #changed(kind: string, change: string, metadata: ObjectMeta): void {
    const key = `${kind} ${objectKey(metadata)}`;
    const stored = this.#stored.get(key);
    if (stored && !isNewer(metadata, stored)) return;
    const { uid, resourceVersion, creationTimestamp, labels } = metadata;
    this.#stored.set(key, { uid, resourceVersion, creationTimestamp, labels, deleted: change === 'Deleted' });
  }

  #listed({ kind, from, to, resourceVersion, objects }: ClusterListed['listing']): void {
    const uids = new Map(objects.map(({ key, uid }) => [key, uid]));
    for (const [name, stored] of this.#stored) {
      if (!name.startsWith(`${kind} `)) continue;
      const key = name.slice(kind.length + 1);
      const isCovered = compareBytewise(from, key) <= 0 && (to === null || compareBytewise(key, to) < 0);
      const isNewerThanListing = BigInt(stored.resourceVersion) > BigInt(resourceVersion);
      if (isCovered && !isNewerThanListing && uids.get(key) !== stored.uid)
        this.#stored.set(name, { ...stored, deleted: true });
    }
  }
}

function isNewer(one: ObjectMeta, other: Stored): boolean {
  if (one.uid === other.uid) return BigInt(one.resourceVersion) > BigInt(other.resourceVersion);
  return one.creationTimestamp > other.creationTimestamp;
}
