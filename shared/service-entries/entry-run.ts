import { createHash } from 'node:crypto';
import type { ClusterConfig } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';
import type { KubernetesObjects } from '../ports/kubernetes-objects.ts';
import type { CloudMapCatalog } from '../ports/service-entry-ports.ts';
import type { EntryDependencies } from './entry-dependencies.ts';

type Options = NonNullable<ClusterConfig['serviceEntries']>;

/**
 * The function's timeout is a minute. What is not begun by then is left to the next run. Reading ends earlier, so that what
 * was read is also written: else a run that reads slowly would get nothing done.
 */
const maxMs = { list: 15_000, read: 25_000, write: 45_000 } as const;

/** What a run must read although nothing seems to have changed. */
export interface EntryScope {
  /** Everything: a person asks because something seems wrong. */
  readonly isFull?: boolean | undefined;
  /** The services of these namespaces. */
  readonly namespaceIds?: ReadonlySet<string> | undefined;
  /** Only services in namespaces that were listed before: these are not listed again. */
  readonly isOfKnown?: boolean | undefined;
}

/** One run for one cluster: what it works with, the time that is left, and what failed. */
export class EntryRun {
  readonly deps: EntryDependencies;
  readonly config: ClusterConfig;
  readonly options: Options;
  readonly catalog: CloudMapCatalog;
  readonly objects: KubernetesObjects;
  readonly startedAtMs: number;
  /** Digest of all but the instances that decides an entry. */
  readonly basis: string;
  /** Failures that a retry may end; a run goes on after one. */
  readonly errors: unknown[] = [];
  /** Whether something was left for lack of time. */
  isUnfinished = false;
  /** Namespaces with services that are known and were not found. */
  readonly staleNamespaces = new Set<string>();
  private readonly scope: EntryScope;

  private constructor(deps: EntryDependencies, config: ClusterConfig, options: Options, scope: EntryScope) {
    this.scope = scope;
    this.deps = deps;
    this.config = config;
    this.options = options;
    this.catalog = deps.catalog(config);
    this.objects = deps.kubernetesObjects(config);
    this.startedAtMs = deps.clock.now();
    this.basis = digest(JSON.stringify([basisVersion, options]));
  }

  /** Undefined if clusters.yml has no section `serviceEntries` for the cluster. */
  static of(deps: EntryDependencies, cluster: string, scope: EntryScope = {}): EntryRun | undefined {
    const config = deps.cluster(cluster);
    return config.serviceEntries && new EntryRun(deps, config, config.serviceEntries, scope);
  }

  get isFull(): boolean {
    return this.scope.isFull ?? false;
  }

  /** Whether the services of the namespace must be listed. */
  mustList(namespaceId: string): boolean {
    return this.isFull || (this.scope.namespaceIds?.has(namespaceId) ?? false);
  }

  /**
   * Whether the namespaces as last listed are enough. Cloud Map lists them once a second for the whole account, so a run
   * that waits for its turn would hold up what is asked for meanwhile.
   */
  trustsNamespaces(known: ReadonlyMap<string, unknown>): boolean {
    const { isOfKnown = false, namespaceIds = new Set() } = this.scope;
    return isOfKnown && known.size > 0 && [...namespaceIds].every((id) => known.has(id));
  }

  /** Whether there is no time to begin more of it; then the run is unfinished. */
  isOutOfTime(work: keyof typeof maxMs): boolean {
    if (this.deps.clock.now() < this.startedAtMs + maxMs[work]) return false;
    this.isUnfinished = true;
    return true;
  }

  /** Throws what failed, first what a retry may end. */
  rethrow(): void {
    if (this.errors.length === 0) return;
    throw this.errors.find((error) => !(error instanceof PermanentError)) ?? this.errors[0];
  }
}

/** Incremented when entries are made otherwise from the same instances: all are then read again. */
const basisVersion = 1;

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
