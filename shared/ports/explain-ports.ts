import type { ClusterConfig } from '../model/cluster-config.ts';
import type { DeadLetter } from '../model/dead-letter.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { CloudMapService } from '../model/registration.ts';
import type { MeshClaimStore, MeshRunStore, StatusStore } from './mesh-ports.ts';
import type {
  ClaimStore,
  Clock,
  CloudMap,
  ClusterObjectStore,
  NamespaceReader,
  PodStore,
  ServiceStore,
} from './ports.ts';
import type { CloudMapReader, ReportStore } from './sweep-ports.ts';

/** What was put aside into a dead-letter queue, kept beside it so that it can be read without receiving messages. */
export interface DeadLetterStore {
  /** Of objects of this kind by name, or of a whole namespace where there is none; oldest first. */
  of(cluster: string, kind: string, namespace: string, name?: string): Promise<readonly DeadLetter[]>;
}

export type KnownService = Omit<ServiceKey, 'target'>;

export interface ServiceDirectory {
  /** All services of an account and Region (`ServiceKey.target`) whose ids are known. */
  ofTarget(target: string): AsyncIterable<KnownService>;
}

export interface Discovery {
  /**
   * What DiscoverInstances answers, of any health, for the instances that have these attributes: instance id → health
   * (absent without a health check). Throws a NotFoundError where the namespace or the service is not there.
   */
  discover(
    service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>,
    query: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, { readonly health?: string | undefined }>>;
}

/** The world as `explain` sees it: reads, and nothing else. */
export interface ExplainDependencies {
  readonly clock: Pick<Clock, 'now'>;
  readonly pods: Pick<PodStore, 'find'>;
  readonly claims: Pick<ClaimStore, 'find' | 'ofService'>;
  readonly mesh: Pick<ClusterObjectStore, 'find' | 'ofKind' | 'inRange'>;
  readonly meshClaims: Pick<MeshClaimStore, 'all'>;
  readonly statuses: Pick<StatusStore, 'find'>;
  readonly meshRuns: Pick<MeshRunStore, 'last'>;
  readonly services: Pick<ServiceStore, 'find' | 'owners' | 'ownedOf'> & ServiceDirectory;
  readonly deadLetters: DeadLetterStore;
  readonly reports: Pick<ReportStore, 'last'>;
  readonly cloudMap: (
    cluster: ClusterConfig,
  ) => NamespaceReader & Pick<CloudMap, 'findInstance' | 'operation'>;
  readonly cloudMapReader: (
    cluster: ClusterConfig,
  ) => Pick<
    CloudMapReader,
    'servicesOf' | 'instancesOf' | 'healthOf' | 'failedOperations' | 'runningOperations' | 'runningOperation'
  >;
  readonly discovery: (cluster: ClusterConfig) => Discovery;
  /** Throws a PermanentError that names the cluster when it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
  readonly clusters: readonly ClusterConfig[];
}
