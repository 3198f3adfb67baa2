import type { ClusterConfig } from '../../../model/cluster-config.ts';
import type { Pod, PodObservation } from '../../../model/pod.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Registration } from '../../../model/records/registration.ts';
import type { ServiceView } from '../../../model/service-view.ts';
import type { RegistrationContext } from '../../../pods/plan/desired/registration-context.ts';

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
