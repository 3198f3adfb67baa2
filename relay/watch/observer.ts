import { createHash, randomUUID } from 'node:crypto';
import type { KubernetesObject, Resource } from '../../shared/adapters/kubernetes/resources.ts';
import {
  type ClusterListed,
  detailTypes,
  type EventCause,
  type EventDetail,
  eventVersion,
} from '../../shared/model/events/event.ts';
import { objectKey } from '../../shared/model/identity.ts';
import type { RelayMetrics } from '../metrics.ts';
import type { Sender } from '../send/sender.ts';
import { type ListedObject, listingParts, listingRange } from './listing.ts';
import type { Handler } from './reflector.ts';

export type Change = 'Applied' | 'Deleted';

export interface ObserverOptions<T> {
  readonly cluster: string;
  readonly resource: Resource;
  /** All namespaces by default. */
  readonly namespace: string | undefined;
  /** The event for a change, with the trimmed object. */
  readonly toDetail: (change: Change, object: T) => EventDetail;
  /** When the cluster was created, if known by now. */
  readonly clusterCreatedAt: () => string | undefined;
  readonly sender: Sender;
  readonly metrics: RelayMetrics;
}

/** The state that a listing reports, without its objects. */
type ListedState = Pick<
  ClusterListed['listing'],
  'absent' | 'resourceVersion' | 'clusterCreatedAt' | 'takenAt'
>;

/** What is kept in memory of each sent object; small, because there are many. */
interface Sent {
  readonly uid: string;
  resourceVersion: string;
  /** The digest of the event without the resourceVersion. */
  digest: string;
  /** The number of the last listing that contained it. */
  listing: number;
}

/**
 * Turns the observations of a reflector of one kind into events. It sends an event only if it differs from the last one
 * of the object: a kubelet's heartbeat in a pod's status makes no difference.
 *
 * After a skipped change the state has an older resourceVersion than the object. That is harmless. The next event has a
 * higher one, so it counts as newer. A `Cluster Listed` only says which objects exist, and creations and deletions are
 * always sent.
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
   * A listing or the watch contains the object. A watch event is ignored if `reevaluate` already saw a newer version. A
   * listing always counts, because after a restore from a backup resourceVersions start lower again.
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
   * Checks an object again for a reason outside of it (the topology of a pod's node). The object does not come from the
   * watch, so it may be ahead of it or behind. It counts only if an event of it was sent before, and not of a newer
   * version. The watch delivers all others.
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
    this.#offer(object, this.#options.toDetail('Deleted', object));
  }

  /**
   * Reports the contents of a complete listing, so that the functions find missed deletions.
   *
   * The `Applied` of a listed object may arrive before or after the listing. An older `Applied` of an object that is
   * gone must not arrive after it: nothing would correct it. So the parts are sent only when all events offered before
   * them were accepted (`afterOthers`), and pending events of objects that are gone are withdrawn. EventBridge may
   * still deliver in another order; the sweep corrects that.
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
    this.#offerListing(this.#dated(resourceVersion, this.#listingBeganAt), objects);
  }

  /**
   * Sends a listing again without a list request: the objects left of the last listing, and those that the watch has
   * added since. This repairs lost events within minutes, and keeps stored listings fresh in a quiet cluster.
   */
  confirmed(resourceVersion: string): void {
    const objects = Array.from(this.#sent, ([key, { uid }]): ListedObject => ({ key, uid }));
    this.#offerListing(this.#dated(resourceVersion, Date.now()), objects);
  }

  /**
   * Reports that the cluster does not have the kind. Discovery has no resourceVersion: 0 is older than any object. So the
   * functions delete nothing, including functions of an earlier version, which take it for an empty listing.
   */
  absent(): void {
    this.#offerListing({ absent: true, resourceVersion: '0' }, []);
  }

  /** Records that the listing contains the object. Not for `reevaluate`, whose object may be older than the listing. */
  #seen({ metadata }: T): void {
    const sent = this.#sent.get(objectKey(metadata));
    if (sent) sent.listing = this.#listing;
  }

  #observe(object: T, sent: Sent | undefined): void {
    const detail = this.#options.toDetail('Applied', object);
    const resourceVersion = versionOf(object);
    const digest = digestOf(JSON.stringify(detail), resourceVersion);
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

  /** The id and the time are not part of the digest: they are no reason to send an event. */
  #offer(object: T, event: EventDetail): void {
    const { sender, resource } = this.#options;
    const observedAt = Date.now();
    const correlationId = randomUUID();
    const cause: EventCause = { correlationId, observedAt: new Date(observedAt).toISOString() };
    const detail = JSON.stringify({ ...event, ...cause });
    const key = objectKey(object.metadata);
    const type = resource.kind === 'Pod' ? detailTypes.podChanged : detailTypes.clusterObjectChanged;
    const subject = `${resource.kind} ${key}`;
    sender.offer({ key: subject, subject, type, detail, correlationId, observedAt, afterOthers: false });
  }

  /** Withdraws pending parts of the previous listing, which the new one supersedes. */
  #offerListing(state: ListedState, objects: readonly ListedObject[]): void {
    const { sender, resource, namespace } = this.#options;
    for (const key of this.#partKeys) sender.withdraw(key);
    const parts = listingParts(objects, listingRange(resource.namespaced ? namespace : undefined));
    const id = randomUUID();
    this.#partKeys = parts.map((part, index) => {
      const key = `Listing ${resource.kind} ${namespace ?? ''} ${index + 1}`;
      const subject = `part ${index + 1} of the listing of ${resource.plural}`;
      const numbers = { part: index + 1, parts: parts.length };
      const detail = JSON.stringify(this.#listedDetail({ id, ...state, ...numbers, ...part }));
      const observedAt = Date.now();
      const type = detailTypes.clusterListed;
      sender.offer({ key, subject, type, detail, correlationId: id, observedAt, afterOthers: true });
      return key;
    });
  }

  #dated(resourceVersion: string, takenAtMs: number): ListedState {
    const takenAt = new Date(takenAtMs).toISOString();
    return { resourceVersion, clusterCreatedAt: this.#options.clusterCreatedAt(), takenAt };
  }

  #listedDetail(listing: Omit<ClusterListed['listing'], 'kind'>): ClusterListed {
    const { cluster, resource } = this.#options;
    return {
      type: detailTypes.clusterListed,
      version: eventVersion,
      group: cluster,
      cluster,
      listing: { ...listing, kind: resource.kind },
    };
  }

  async #waitForCapacity(): Promise<void> {
    const { sender } = this.#options;
    for (let wait = sender.waitForCapacity(); wait; wait = sender.waitForCapacity()) await wait;
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
 * 72 bits of the SHA-256 of an event without its resourceVersion. The first match is the object's own: it comes before
 * labels and annotations, in which a user could write the same text.
 */
function digestOf(detail: string, resourceVersion: string): string {
  const text = detail.replace(`"resourceVersion":"${resourceVersion}"`, '');
  return createHash('sha256').update(text).digest('base64').slice(0, 12);
}
