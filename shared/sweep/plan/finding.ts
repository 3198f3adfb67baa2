import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { PodKey, ServiceKey } from '../../model/identity.ts';
import type { Pod, PodObservation } from '../../model/pod.ts';
import type { Problem } from '../../model/problem.ts';
import type { Registration } from '../../model/registration.ts';
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
  /** The truth: live pods of the cluster. Not `complete`: some may be missing from it, so nothing is taken for gone. */
  readonly pods: ReadonlyMap<string, Pod>;
  readonly complete: boolean;
  readonly registrationContext: (namespace: string) => RegistrationContext;
  readonly seen: ReadonlyMap<string, SeenPod>;
  readonly services: ReadonlyMap<string, ServiceView>;
  /** Whether pods' conditions are as fresh as all else, and their writers can set them. */
  readonly gatesCanBeSet: boolean;
  /** Whether a person asks, so that refusals are looked into again, too. */
  readonly reevaluate: boolean;
  /** Restricts what is looked at, by pod. */
  readonly inScope: (pod: { readonly namespace: string; readonly name: string }) => boolean;
}

export type FindingKind =
  /** A pod of the cluster that was never told of, or whose latest state was not. */
  | 'PodNotObserved'
  | 'PodOutdated'
  /** What is stored of a pod or an object cannot be true beside what the API server lists. */
  | 'RecordContradicted'
  /** A pod thought alive that is not in the cluster. */
  | 'PodDeleted'
  /** An instance that should be there and is not; is there and should not; is there and says something else. */
  | 'InstanceMissing'
  | 'InstanceStale'
  | 'AttributesDrifted'
  | 'HealthDrifted'
  /** The condition of our readiness gate does not say what Cloud Map does. */
  | 'ReadinessGateDrifted'
  /** Cloud Map accepted an operation and failed it afterwards. */
  | 'OperationFailed'
  /** A claim that was not carried through, or an instance of ours without one. */
  | 'ClaimUnfinished'
  /** The cluster may have instances in an account or Region to which clusters.yml names no way any more. */
  | 'FormerPlaceUnreachable'
  /** A ready pod that was refused, or can never be registered as it is, and nothing has changed since. */
  | 'Refused'
  /** A deregistration that has ended; no drift. */
  | 'Released'
  /** A mesh object or namespace that is stored and not in the cluster; one of which no event can tell, as it is too large. */
  | 'ObjectDeleted'
  | 'ObjectOversized'
  /** Left by the old App Mesh controller: for a live pod, or for none. */
  | 'InstanceAdoptable'
  | 'InstanceOrphaned'
  /** Somebody else's, under an id that one of our pods wants. */
  | 'InstanceForeign';

export interface Finding {
  readonly kind: FindingKind;
  /** Whose writer repairs it; absent where nobody does. */
  readonly pod?: (PodKey & { readonly uid: string }) | undefined;
  /** `Kind namespace/name`, where it is about a mesh object or a namespace. */
  readonly object?: string | undefined;
  /** `namespace/service` and the instance id, where it is about an instance. */
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  /** The names, and the former place, of the service where `service` does not say them alone. */
  readonly former?: ServiceKey | undefined;
  readonly serviceId?: string | undefined;
  /** The deregistration that has ended, where that is what was found. */
  readonly endedOperationId?: string | undefined;
  readonly detail: string;
  /** Its pod's writer would come to the same again: nothing is sent. */
  readonly isKnown?: boolean | undefined;
  /** The sighting in the table, where the API server contradicts it. */
  readonly stored?: StoredSighting | undefined;
  /** The services from which the repair takes an instance, `namespace/service`. */
  readonly deletesIn: readonly string[];
}

/** A claim is taken and carried through within seconds; one that is older than this was left behind by a crash. */
export const unfinishedAfterMs = 2 * 60_000;
