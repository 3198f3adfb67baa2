import type { ClusterConfig } from '../model/cluster-config.ts';
import type { Place } from '../model/commands/place.ts';
import type { DeadLetter } from '../model/records/dead-letter.ts';
import type { ClusterObjectStore } from './cluster-object-store.ts';
import type { DrainStore } from './drain-store.ts';
import type { MeshRunStore, StatusStore } from './mesh-ports.ts';
import type { ClaimStore, Clock, PodStore, ServiceStore, UsedServiceStore } from './ports.ts';
import type { CloudMapCatalog, ServiceEntryStore } from './service-entry-ports.ts';
import type { ReportStore } from './sweep-ports.ts';

export interface RelayContact {
  /** When the relay last listed the pods of a cluster or a part of it, by epoch milliseconds; undefined: not in a day. */
  lastListedAtMs(cluster: string): Promise<number | undefined>;
}

export interface AllDeadLetters {
  /** Of all objects of a cluster, oldest first. */
  ofCluster(cluster: string): Promise<readonly DeadLetter[]>;
}

export interface DeadLetterQueues {
  /** How many messages each dead-letter queue has, forged and malformed ones included. */
  counts(): Promise<readonly { readonly queue: string; readonly messages: number }[]>;
}

/** The dependencies of `report`: reads only, and of Cloud Map only what a discovering client reads. */
export interface ReportDependencies {
  readonly clock: Pick<Clock, 'now'>;
  readonly pods: Pick<PodStore, 'inRange'>;
  readonly claims: Pick<ClaimStore, 'ofService'>;
  readonly objects: Pick<ClusterObjectStore, 'inRange'>;
  readonly statuses: Pick<StatusStore, 'all'>;
  readonly meshRuns: Pick<MeshRunStore, 'last'>;
  readonly services: Pick<ServiceStore, 'find'>;
  readonly usedServices: Pick<UsedServiceStore, 'ofCluster'>;
  readonly serviceEntries: Pick<ServiceEntryStore, 'report'>;
  readonly deadLetters: AllDeadLetters;
  readonly deadLetterQueues: DeadLetterQueues;
  readonly reports: Pick<ReportStore, 'last'>;
  readonly drains: Pick<DrainStore, 'find'>;
  readonly relay: RelayContact;
  readonly catalog: (cluster: ClusterConfig) => Pick<CloudMapCatalog, 'instances'>;
  /** Throws a PermanentError that names the cluster if it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
  readonly clusters: readonly ClusterConfig[];
  /** Where the functions run, for the commands in the report. */
  readonly place: Place;
}
