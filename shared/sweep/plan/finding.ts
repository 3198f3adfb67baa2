import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { PodKey, ServiceKey } from '../../model/identity.ts';
import type { Pod, PodObservation } from '../../model/pod.ts';
import type { Problem } from '../../model/problem.ts';
import type { Registration } from '../../model/records/registration.ts';
import type { ServiceView } from '../../model/service-view.ts';
import type { StoredSighting } from '../../model/version.ts';
import type { RegistrationContext } from '../../pods/plan/desired.ts';

export interface SeenPod extends PodObservation {
  readonly registrations: readonly Registration[];
  readonly problems?: readonly Problem[] | undefined;
}

/** Everything a sweep compares. Pods are keyed by `namespace/name`, services by `namespace/service`. */
export interface DriftInput {
  readonly config: ClusterConfig;
  readonly nowMs: number;
  /** Live pods of the cluster. Not `complete`: some may be missing, so no pod counts as deleted. */
  readonly pods: ReadonlyMap<string, Pod>;
  readonly complete: boolean;
  readonly registrationContext: (namespace: string) => RegistrationContext;
  readonly seen: ReadonlyMap<string, SeenPod>;
  readonly services: ReadonlyMap<string, ServiceView>;
  /** Whether pods' conditions are current, and their writers can set them. */
  readonly gatesCanBeSet: boolean;
  /** Whether refusals are reevaluated, too, because a person asks. */
  readonly reevaluate: boolean;
  /** Restricts the sweep by pod. */
  readonly inScope: (pod: { readonly namespace: string; readonly name: string }) => boolean;
}

export type FindingKind =
  /** A pod of the cluster of which no event was received, or not of its latest state. */
  | 'PodNotObserved'
  | 'PodOutdated'
  /** The API server contradicts the stored state of a pod or an object. */
  | 'RecordContradicted'
  /** A pod that is stored as alive and is not in the cluster. */
  | 'PodDeleted'
  /** An instance that should exist and does not; exists and should not; exists and differs. */
  | 'InstanceMissing'
  | 'InstanceStale'
  | 'AttributesDrifted'
  | 'HealthDrifted'
  /** The condition of our readiness gate does not match Cloud Map. */
  | 'ReadinessGateDrifted'
  /** Cloud Map accepted an operation that failed later. */
  | 'OperationFailed'
  /** A claim that was not completed, or an instance of ours without a claim. */
  | 'ClaimUnfinished'
  /** The cluster may have instances in an account or Region that clusters.yml no longer names. */
  | 'FormerPlaceUnreachable'
  /** A ready pod whose registration was refused, or can never succeed, and nothing has changed since. */
  | 'Refused'
  /** A deregistration that has completed; no drift. */
  | 'Released'
  /** A mesh object or namespace that is stored and not in the cluster; an object that is too large for an event. */
  | 'ObjectDeleted'
  | 'ObjectOversized'
  /** Left by the old App Mesh controller, for a live pod or for none. */
  | 'InstanceAdoptable'
  | 'InstanceOrphaned'
  /** A foreign instance whose id one of our pods needs. */
  | 'InstanceForeign';

export interface Finding {
  readonly kind: FindingKind;
  /** The pod whose writer repairs it; absent if no writer does. */
  readonly pod?: (PodKey & { readonly uid: string }) | undefined;
  /** `Kind namespace/name`, if it is about a mesh object or a namespace. */
  readonly object?: string | undefined;
  /** `namespace/service` and the instance id, if it is about an instance. */
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  /** The service's key if the cluster registered there earlier, because `service` is then not enough to name it. */
  readonly former?: ServiceKey | undefined;
  readonly serviceId?: string | undefined;
  /** The completed deregistration of a `Released`. */
  readonly endedOperationId?: string | undefined;
  readonly detail: string;
  /** Its pod's writer would reach the same result again: nothing is sent. */
  readonly isKnown?: boolean | undefined;
  /** The sighting in the table, if the API server contradicts it. */
  readonly stored?: StoredSighting | undefined;
  /** The services from which the repair takes an instance, `namespace/service`. */
  readonly deletesIn: readonly string[];
}

/** A claim is taken and completed within seconds; one older than this was left by a crash. */
export const unfinishedAfterMs = 2 * 60_000;
