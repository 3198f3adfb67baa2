import type { ClusterConfig } from '../model/cluster-config.ts';
import type { Place } from '../model/commands/place.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { DeadLetter } from '../model/records/dead-letter.ts';
import type { CloudMapService } from '../model/records/registration.ts';
import type { ClusterObjectStore } from './cluster-object-store.ts';
import type { DrainStore } from './drain-store.ts';
import type { KubernetesObjects } from './kubernetes-objects.ts';
import type { MeshClaimStore, MeshRunStore, StatusStore } from './mesh-ports.ts';
import type { ClaimStore, Clock, CloudMap, NamespaceReader, PodStore, ServiceStore } from './ports.ts';
import type { CloudMapCatalog, ServiceEntryStore } from './service-entry-ports.ts';
import type { CloudMapReader, ReportStore } from './sweep-ports.ts';

/** Records of dead-lettered messages, kept beside the dead-letter queue so that they can be read without receiving. */
export interface DeadLetterStore {
  /** Records of the objects of this kind with that name, or of the whole namespace without a name; oldest first. */
  of(cluster: string, kind: string, namespace: string, name?: string): Promise<readonly DeadLetter[]>;
}

export type KnownService = Omit<ServiceKey, 'target'>;

export type ServiceDirectory = Pick<ServiceStore, 'ofTarget'>;

export interface Discovery {
  /**
   * What DiscoverInstances returns for the instances with these attributes, whatever their health: instance id → health
   * (absent without a health check). Throws a NotFoundError if the namespace or the service does not exist.
   */
  discover(
    service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>,
    query: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, { readonly health?: string | undefined }>>;
}

/** The dependencies of `explain`: reads only. */
export interface ExplainDependencies {
  /** Where the functions run, for the commands that are printed. */
  readonly place: Place;
  readonly clock: Pick<Clock, 'now'>;
  readonly pods: Pick<PodStore, 'find'>;
  readonly claims: Pick<ClaimStore, 'find' | 'ofService'>;
  readonly objects: Pick<ClusterObjectStore, 'find' | 'ofKind' | 'inRange'>;
  readonly meshClaims: Pick<MeshClaimStore, 'all'>;
  readonly statuses: Pick<StatusStore, 'find'>;
  readonly meshRuns: Pick<MeshRunStore, 'last'>;
  readonly services: Pick<ServiceStore, 'find' | 'owners' | 'ownedOf'> & ServiceDirectory;
  readonly deadLetters: DeadLetterStore;
  readonly reports: Pick<ReportStore, 'last'>;
  readonly drains: Pick<DrainStore, 'find'>;
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
  readonly serviceEntries: Pick<ServiceEntryStore, 'namespaces' | 'services'>;
  readonly catalog: (cluster: ClusterConfig) => Pick<CloudMapCatalog, 'instances'>;
  readonly kubernetesObjects: (cluster: ClusterConfig) => Pick<KubernetesObjects, 'servedVersion' | 'list'>;
  /** Throws a PermanentError that names the cluster if it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
  readonly clusters: readonly ClusterConfig[];
}
