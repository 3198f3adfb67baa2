import { meshHandling } from '../../../shared/lambda/mesh-handling.ts';
import { PermanentError, SyncError } from '../../../shared/model/errors.ts';
import {
  type ClusterListed,
  detailTypes,
  type EventDetail,
  eventVersion,
  relaySource,
} from '../../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../../shared/model/events/mesh-reconcile-requested.ts';
import { relayedTypes } from '../../../shared/model/events/relayed-event.ts';
import { objectKey } from '../../../shared/model/identity.ts';
import { type ClusterObject, meshKinds } from '../../../shared/model/kubernetes.ts';
import { type LiveStatus, objectText } from '../../../shared/model/kubernetes-object.ts';
import type { ClusterListing, SweepDependencies } from '../../../shared/ports/sweep-ports.ts';
import { sweep } from '../../../shared/sweep/sweep.ts';
import { type Live, MeshHarness } from '../harness/harness.ts';
import { states } from '../harness/states.ts';

/** Of objects that nothing else was done to for a day. */
const firstVersion = 1_000_000;

const kinds = ['Namespace', ...meshKinds] as const;
const relayed: ReadonlySet<string> = new Set(relayedTypes);

/**
 * A harness whose messages pass the function's own parser and come from somebody: from the cluster's relay over the bus, or
 * from a function. With an API server that a sweep lists, whose versions may lie.
 */
export class WiredHarness extends MeshHarness {
  override version = firstVersion;
  private readonly handling = meshHandling(this.deps);
  private backup: { readonly objects: ReadonlyMap<string, Live>; readonly version: number } | undefined;
  private listings = 0;
  private sweeps = 0;
  private rebuilds = 0;

  /** A message of the bus, with the source that AWS guarantees. */
  async receive(source: string, detail: object): Promise<void> {
    await this.act(JSON.stringify({ source, detail }));
  }

  override async handle(event: EventDetail): Promise<void> {
    const isOfRelay = relayed.has(event.type) && !('run' in event);
    if (isOfRelay) await this.receive(relaySource(this.cluster), event);
    else await this.act(JSON.stringify(event));
  }

  /** What fails for now is retried, as the queue does it. */
  override async settle(): Promise<void> {
    for (let failures = 0; ; failures++)
      try {
        return await super.settle();
      } catch (error) {
        if (!(error instanceof SyncError) || error instanceof PermanentError || failures === 20) throw error;
        this.clock.advance(5_000);
        const again = { run: `retry ${failures}`, reason: 'a retry' };
        this.queue.push(meshReconcileRequested(this.cluster, again));
      }
  }

  /** The API server is listed, completely and freshly, and what follows from it is done. */
  async sweep(): Promise<void> {
    const refuse = () => {
      throw new Error('no service of Cloud Map is used here');
    };
    const deps: SweepDependencies = {
      ...this.deps,
      ...this.stores,
      cloudMap: refuse,
      cloudMapReader: refuse,
      clusterReader: { list: async () => this.list() },
      calls: () => ({}),
    };
    const options = { force: false, adopt: true, dryRun: false };
    await sweep(deps, { cluster: this.cluster }, options, `run-${++this.sweeps}`);
    await this.settle();
  }

  /** What a relay sends that has listed everything: all there is, then each kind. */
  listing(): readonly EventDetail[] {
    const live = [...this.objects.values()].map((each) => this.event('Applied', each));
    const id = `listing-${++this.listings}`;
    const resourceVersion = String(++this.version);
    const takenAt = new Date(this.clock.now()).toISOString();
    const listed = kinds.map((kind) => {
      const objects = live.map(({ object }) => object).filter((object) => object.kind === kind);
      return this.listed({ id, kind, resourceVersion, takenAt, objects: objects.map(keyAndUid) });
    });
    return [...live, ...listed];
  }

  /** A listing of one kind, in one part. */
  listed(
    listing: Pick<ClusterListed['listing'], 'id' | 'kind' | 'resourceVersion' | 'objects' | 'takenAt'>,
  ): ClusterListed {
    const { cluster } = this;
    const whole = { part: 1, parts: 1, from: '', to: null };
    return {
      ...{ type: detailTypes.clusterListed, version: eventVersion, group: cluster, cluster },
      listing: { ...listing, ...whole },
    };
  }

  /**
   * A backup of all there is; a restore of it, with the versions of then; versions from the beginning, of the same objects or of
   * new ones of their names, as a cluster has that is built again.
   */
  etcd(what: 'backup' | 'restore' | 'new versions' | 'new cluster'): void {
    if (what === 'backup') this.backup = { objects: copied(this.objects), version: this.version };
    if (what === 'restore' && this.backup !== undefined) {
      const { objects, version } = this.backup;
      this.objects.clear();
      for (const [key, live] of copied(objects)) this.objects.set(key, live);
      this.version = version;
    }
    if (what !== 'new versions' && what !== 'new cluster') return;
    this.version = 1;
    if (what === 'new cluster') this.rebuilds += 1;
    for (const [key, live] of this.objects) {
      const isNew = what === 'new cluster';
      const created = { uid: `${live.uid}-${this.rebuilds}`, createdAt: this.nowText(), status: {} };
      this.objects.set(key, { ...live, ...(isNew && created), resourceVersion: ++this.version });
    }
  }

  protected override creationMs(): number {
    return Math.floor(this.clock.now() / 1000) * 1000;
  }

  private nowText(): string {
    return new Date(this.creationMs()).toISOString().replace('.000', '');
  }

  private list(): ClusterListing {
    const objects: ClusterObject[] = [];
    const statuses = new Map<string, LiveStatus>();
    for (const live of this.objects.values()) {
      const { object } = this.event('Applied', live);
      objects.push(object);
      statuses.set(objectText(object), { uid: live.uid, status: live.status });
    }
    const resourceVersion = String(++this.version);
    return { resourceVersion, pods: new Map(), objects, statuses, laterKinds: [], absentKinds: [] };
  }

  private async act(body: string): Promise<void> {
    await this.handling.apply([this.handling.parse(body)], {
      untilMs: Number.POSITIVE_INFINITY,
      isCrowded: false,
    });
  }
}

/** With one of each object, applied. */
export async function soundHarness(): Promise<WiredHarness> {
  const harness = new WiredHarness();
  harness.apply(...states.map(([first]) => first));
  await harness.settle();
  return harness;
}

function keyAndUid({ metadata }: ClusterObject) {
  return { key: objectKey(metadata), uid: metadata.uid };
}

/** With statuses of their own: those of live objects change in place. */
function copied(objects: ReadonlyMap<string, Live>): ReadonlyMap<string, Live> {
  return new Map([...objects].map(([key, live]) => [key, { ...live }]));
}
