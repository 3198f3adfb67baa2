import { createHash, randomUUID } from 'node:crypto';
import type { KubernetesObject, Resource } from '../shared/adapters/kubernetes/resources.ts';
import { type ClusterListed, detailTypes, type EventDetail, eventVersion } from '../shared/model/event.ts';
import { objectKey } from '../shared/model/identity.ts';
import { type ListedObject, listingParts, listingRange } from './listing.ts';
import type { RelayMetrics } from './metrics.ts';
import type { Handler } from './reflector.ts';
import type { Sender } from './sender.ts';

export type Change = 'Applied' | 'Deleted';

export interface ObserverOptions<T> {
  readonly cluster: string;
  readonly resource: Resource;
  /** All namespaces by default. */
  readonly namespace: string | undefined;
  /** The event that tells a change, of the trimmed object. */
  readonly toDetail: (change: Change, object: T) => EventDetail;
  /** When the cluster began, as far as known by now. */
  readonly clusterCreatedAt: () => string | undefined;
  readonly sender: Sender;
  readonly metrics: RelayMetrics;
}

/** What is kept of an object that was sent; so little because there are many. */
interface Sent {
  readonly uid: string;
  resourceVersion: string;
  /** Of the event without the resourceVersion. */
  digest: string;
  /** The number of the last listing that showed it. */
  listing: number;
}

/**
 * Turns what a reflector sees of one kind into events, and only what changes an event: a kubelet's heartbeat in a
 * pod's status does not.
 *
 * A change that is left out leaves an older resourceVersion in the state than the object has. That is harmless: the
 * next event that is sent has a higher one still, so it counts as newer; and a `Cluster Listed` asks whether an object
 * was there, which depends on its creation and deletion, both of which are always sent.
 */
export class Observer<T extends KubernetesObject> implements Handler<T> {
  readonly #options: ObserverOptions<T>;
  readonly #sent = new Map<string, Sent>();
  #listing = 0;
  #listingBeganAt = 0;
  #partKeys: string[] = [];

  constructor(options: ObserverOptions<T>) {
    this.#options = options;
  }

  listing(): void {
    this.#listing += 1;
    this.#listingBeganAt = Date.now();
  }

  /**
   * A listing or the watch shows the object. What the watch shows is ignored when `again` saw a newer version before;
   * a listing always counts, because after a restore from a backup resourceVersions begin lower again.
   */
  async applied(object: T, source: 'listing' | 'watch'): Promise<void> {
    await this.#waitForCapacity();
    const sent = this.#sent.get(objectKey(object.metadata));
    if (
      source === 'watch' &&
      sent &&
      isSame(sent, object) &&
      isHigher(sent.resourceVersion, versionOf(object))
    )
      return;
    this.#observe(object, sent);
    if (source === 'listing') this.#seen(object);
  }

  /**
   * Looks at an object again, for a reason outside of it (the place of a pod's node). It comes by another way than the
   * watch, so it may be ahead of it or behind: it counts only for what was sent before and is not newer by now. All
   * others the watch will show.
   */
  async reevaluate(object: T): Promise<void> {
    await this.#waitForCapacity();
    const sent = this.#sent.get(objectKey(object.metadata));
    if (!sent || !isSame(sent, object) || isHigher(sent.resourceVersion, versionOf(object))) return;
    this.#observe(object, sent);
  }

  async deleted(object: T): Promise<void> {
    await this.#waitForCapacity();
    this.#sent.delete(objectKey(object.metadata));
    this.#count();
    this.#offer(object, JSON.stringify(this.#options.toDetail('Deleted', object)));
  }

  /**
   * Tells what a complete listing holds, by which deletions that nobody saw are found.
   *
   * When is it safe? The listing's own objects are in it, so their `Applied` may come before or after. What must not
   * come after is an `Applied` from before the listing of an object that is gone: nothing would ever take it back. So
   * the parts go only when all that was offered before them has been accepted (`afterOthers`), and what still waits for
   * an object that is gone is withdrawn. EventBridge may yet deliver in another order; the sweep is for that.
   */
  listed(resourceVersion: string): void {
    const { sender, resource } = this.#options;
    const objects: ListedObject[] = [];
    for (const [key, { uid, listing }] of this.#sent) {
      if (listing === this.#listing) {
        objects.push({ key, uid });
        continue;
      }
      this.#sent.delete(key);
      sender.withdraw(`${resource.kind} ${key}`);
    }
    this.#count();
    this.#offerListing(resourceVersion, objects, this.#listingBeganAt);
  }

  /**
   * Tells again what there is, without listing it anew: of the last listing all that is left, and what the watch has
   * shown since. So events that were lost on the way are made good for within minutes, and whoever keeps listings has a
   * fresh one of a cluster in which nothing happens.
   */
  confirmed(resourceVersion: string): void {
    const objects = Array.from(this.#sent, ([key, { uid }]): ListedObject => ({ key, uid }));
    this.#offerListing(resourceVersion, objects, Date.now());
  }

  /** Notes that the listing shows the object. `again` must not, because it may be older than the listing. */
  #seen({ metadata }: T): void {
    const sent = this.#sent.get(objectKey(metadata));
    if (sent) sent.listing = this.#listing;
  }

  #observe(object: T, sent: Sent | undefined): void {
    const detail = JSON.stringify(this.#options.toDetail('Applied', object));
    const resourceVersion = versionOf(object);
    const digest = digestOf(detail, resourceVersion);
    if (sent && isSame(sent, object)) {
      sent.resourceVersion = resourceVersion;
      if (sent.digest === digest) {
        this.#options.metrics.unchanged.add({ kind: this.#options.resource.kind });
        return;
      }
      sent.digest = digest;
    } else {
      const { uid } = object.metadata;
      this.#sent.set(objectKey(object.metadata), { uid, resourceVersion, digest, listing: 0 });
      this.#count();
    }
    this.#offer(object, detail);
  }

  #offer(object: T, detail: string): void {
    const { sender, resource } = this.#options;
    const key = objectKey(object.metadata);
    const type = resource.kind === 'Pod' ? detailTypes.podChanged : detailTypes.clusterObjectChanged;
    const subject = `${resource.kind} ${key}`;
    sender.offer({ key: subject, subject, type, detail, observedAt: Date.now(), afterOthers: false });
  }

  /** The parts of the listing before are withdrawn where they still wait: the new one says more. */
  #offerListing(resourceVersion: string, objects: readonly ListedObject[], takenAtMs: number): void {
    const { sender, resource, namespace } = this.#options;
    for (const key of this.#partKeys) sender.withdraw(key);
    const parts = listingParts(objects, listingRange(resource.namespaced ? namespace : undefined));
    const id = randomUUID();
    const takenAt = new Date(takenAtMs).toISOString();
    this.#partKeys = parts.map((part, index) => {
      const key = `Listing ${resource.kind} ${namespace ?? ''} ${index + 1}`;
      const subject = `part ${index + 1} of the listing of ${resource.plural}`;
      const numbers = { part: index + 1, parts: parts.length };
      const detail = JSON.stringify(
        this.#listedDetail({ id, resourceVersion, takenAt, ...numbers, ...part }),
      );
      const observedAt = Date.now();
      sender.offer({ key, subject, type: detailTypes.clusterListed, detail, observedAt, afterOthers: true });
      return key;
    });
  }

  #listedDetail(listing: Omit<ClusterListed['listing'], 'kind' | 'clusterCreatedAt'>): ClusterListed {
    const { cluster, resource, clusterCreatedAt } = this.#options;
    return {
      type: detailTypes.clusterListed,
      version: eventVersion,
      group: cluster,
      cluster,
      listing: { ...listing, kind: resource.kind, clusterCreatedAt: clusterCreatedAt() },
    };
  }

  async #waitForCapacity(): Promise<void> {
    for (
      let waitForCapacity = this.#options.sender.waitForCapacity();
      waitForCapacity;
      waitForCapacity = this.#options.sender.waitForCapacity()
    )
      await waitForCapacity;
  }

  #count(): void {
    const { metrics, resource, namespace } = this.#options;
    metrics.objects.set({ kind: resource.kind, ...(namespace && { namespace }) }, this.#sent.size);
  }
}

function isSame(sent: Sent, object: KubernetesObject): boolean {
  return sent.uid === object.metadata.uid;
}

function versionOf(object: KubernetesObject): string {
  return object.metadata.resourceVersion;
}

/** resourceVersions are integers of any length. */
function isHigher(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}

/**
 * 72 bits of SHA-256 of an event but for its resourceVersion, which stands where the object's metadata has it: before
 * labels and annotations, in which a user could write the same text.
 */
function digestOf(detail: string, resourceVersion: string): string {
  const text = detail.replace(`"resourceVersion":"${resourceVersion}"`, '');
  return createHash('sha256').update(text).digest('base64').slice(0, 12);
}
