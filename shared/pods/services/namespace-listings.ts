import type { Clock, CloudMapNamespace, NamespaceReader } from '../../ports/ports.ts';

export interface NamespaceListing {
  readonly begunAtMs: number;
  readonly namespaces: Promise<readonly CloudMapNamespace[]>;
}

/** A namespace that is deleted meanwhile is found out by the call that uses its id. */
const recentMs = 30_000;

/**
 * The last listing of the namespaces of each name. ListNamespaces is paced to one call a second, and in a rollout every
 * pod of a new service needs the same namespace.
 */
export class NamespaceListings {
  private readonly cloudMap: NamespaceReader;
  private readonly clock: Clock;
  private readonly last = new Map<string, NamespaceListing>();

  constructor(cloudMap: NamespaceReader, clock: Clock) {
    this.cloudMap = cloudMap;
    this.clock = clock;
  }

  /** It may still run. */
  recent(name: string): NamespaceListing | undefined {
    const last = this.last.get(name);
    return last !== undefined && Math.abs(this.clock.now() - last.begunAtMs) < recentMs ? last : undefined;
  }

  /** A listing that began after `seen`: one that another caller began meanwhile, or a new one. */
  after(name: string, seen: NamespaceListing | undefined): NamespaceListing {
    const recent = this.recent(name);
    return recent === undefined || recent === seen ? this.begin(name) : recent;
  }

  /** Returns whether there was any. */
  forget(): boolean {
    const wasKnown = this.last.size > 0;
    this.last.clear();
    return wasKnown;
  }

  private begin(name: string): NamespaceListing {
    const listing = { begunAtMs: this.clock.now(), namespaces: this.cloudMap.namespacesNamed(name) };
    this.last.set(name, listing);
    listing.namespaces.catch(() => {
      if (this.last.get(name) === listing) this.last.delete(name);
    });
    return listing;
  }
}

const listings = new WeakMap<NamespaceReader, NamespaceListings>();

/** The listings of a Cloud Map, kept as long as its client, which is made once per execution environment. */
export function listingsOf(cloudMap: NamespaceReader, clock: Clock): NamespaceListings {
  const known = listings.get(cloudMap) ?? new NamespaceListings(cloudMap, clock);
  listings.set(cloudMap, known);
  return known;
}
