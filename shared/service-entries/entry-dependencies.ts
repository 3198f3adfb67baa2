import type { ClusterConfig } from '../model/cluster-config.ts';
import type { CloudMapServiceChanged } from '../model/events/event.ts';
import type { KubernetesObjects } from '../ports/kubernetes-objects.ts';
import type { Clock, RequestSender, ServiceStore } from '../ports/ports.ts';
import type { CloudMapCatalog, EntryPollReport, ServiceEntryStore } from '../ports/service-entry-ports.ts';

/** The dependencies of the writer of ServiceEntries. */
export interface EntryDependencies {
  readonly clock: Pick<Clock, 'now'>;
  readonly entries: ServiceEntryStore;
  /** The services in which pods were registered. */
  readonly services: Pick<ServiceStore, 'find'>;
  readonly catalog: (cluster: ClusterConfig) => CloudMapCatalog;
  readonly kubernetesObjects: (cluster: ClusterConfig) => KubernetesObjects;
  readonly requests: RequestSender;
  /** Sends a request that is handled at that time (epoch milliseconds). The same request for the same time is one. */
  readonly later: (event: CloudMapServiceChanged, dueAtMs: number) => Promise<void>;
  /** Generates a text that is used once. */
  readonly newToken: () => string;
  /** Reports the result of a comparison to the operators, who may know the former one. */
  readonly report: (cluster: string, report: EntryPollReport, former: EntryPollReport | undefined) => void;
  /** Throws a PermanentError that names the cluster if it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
  readonly clusters: readonly ClusterConfig[];
}
