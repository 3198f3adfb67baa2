import type { LastSweep, ReadFailure } from '../../explain/plan/explained.ts';
import type { Directory } from '../../mesh/plan/directory.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { Place } from '../../model/commands/place.ts';
import type { ServiceKey } from '../../model/identity.ts';
import type { DeadLetter } from '../../model/records/dead-letter.ts';
import type { Drain } from '../../model/records/drain.ts';
import type { ObjectName } from '../../model/records/mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from '../../model/records/mesh-status.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import type { Claim, CloudMapService } from '../../model/records/registration.ts';
import type { SeenInstance } from '../../model/service-view.ts';
import type { RegistrationContext } from '../../pods/plan/desired/registration-context.ts';

export type ServiceNames = Pick<ServiceKey, 'namespaceName' | 'serviceName'>;

/** A Cloud Map service that a cluster of the report uses. */
export interface ServiceFacts {
  readonly key: ServiceKey;
  readonly clusters: readonly string[];
  /** As stored; absent if no pod was registered there yet. */
  readonly service?: CloudMapService | undefined;
  /** Cloud Map no longer knows it. */
  readonly isGone?: true | undefined;
  /** By instance id; what is absent could not be read. */
  readonly claims?: ReadonlyMap<string, Claim> | undefined;
  /** What DiscoverInstances returns; absent if it could not be read. */
  readonly instances?: ReadonlyMap<string, SeenInstance> | undefined;
}

/** The conditions of a mesh object as they are, or will be, written to it. */
export interface WrittenStatus {
  readonly object: ObjectName;
  readonly mesh?: Timed<MeshStatus> | undefined;
  readonly targets?: Readonly<Record<string, MeshStatus>> | undefined;
  readonly instances?: Timed<Condition> | undefined;
}

/** The report of the last sweep, as far as it is shown. */
export interface SweepFacts extends LastSweep {
  readonly source: 'api server' | 'relay';
  readonly durationMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly SweepFinding[];
  readonly refused: readonly (SweepFinding & { readonly reason: string })[];
  readonly refusals?: { readonly deletions: number; readonly oversized: number } | undefined;
  readonly repairs: number;
}

export type SweepFinding = LastSweep['findings'][number] & { readonly object?: string | undefined };

/** The last comparison of the cluster's ServiceEntries with Cloud Map. */
export interface EntryFacts {
  readonly endedAtMs: number;
  readonly services: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What was read of one cluster. What is absent is not there, or it is in `readFailures`. */
export interface ClusterFacts {
  readonly config: ClusterConfig;
  /** Stored pods, tombstones included. */
  readonly pods: readonly PodRecord[];
  readonly registrationContext?: ((namespace: string) => RegistrationContext) | undefined;
  /** Absent: it is not drained. */
  readonly drain?: Drain | undefined;
  readonly directory?: Directory | undefined;
  readonly statuses: readonly WrittenStatus[];
  readonly deadLetters: readonly DeadLetter[];
  readonly sweep?: SweepFacts | undefined;
  readonly lastListedAtMs?: number | undefined;
  readonly meshReconciledAtMs?: number | undefined;
  readonly entries?: EntryFacts | undefined;
}

/** Of all clusters, whatever the scope. */
export interface QueueCount {
  readonly queue: string;
  readonly messages: number;
}

export interface ReportScope {
  readonly cluster?: string | undefined;
  /** A Kubernetes namespace. */
  readonly namespace?: string | undefined;
}

export interface ReportFacts {
  readonly nowMs: number;
  readonly place: Place;
  readonly scope: ReportScope;
  /** The clusters of clusters.yml, also those that are not in the report. */
  readonly clusterNames: readonly string[];
  readonly clusters: readonly ClusterFacts[];
  /** By `keyText`. */
  readonly services: ReadonlyMap<string, ServiceFacts>;
  /** The key by which a cluster registers in a service. */
  readonly serviceKeyOf: (config: ClusterConfig, names: ServiceNames) => ServiceKey;
  readonly deadLetterQueues: readonly QueueCount[];
  readonly readFailures: readonly ReadFailure[];
}

/** The key of a service in `ReportFacts.services`. */
export function keyText({ target, namespaceName, serviceName, chosen = '' }: ServiceKey): string {
  return JSON.stringify([target, chosen, namespaceName, serviceName]);
}
