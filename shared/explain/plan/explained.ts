import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { DeadLetter } from '../../model/dead-letter.ts';
import type { PodKey } from '../../model/identity.ts';
import type { PodRecord } from '../../model/pod-record.ts';
import type { Problem } from '../../model/problem.ts';
import type { Claim } from '../../model/registration.ts';
import type { RunningOperation } from '../../model/service-view.ts';
import type { StoredSighting } from '../../model/version.ts';
import type { DesiredInstance, RegistrationContext } from '../../pods/plan/desired.ts';
import type { Verdict } from '../../pods/plan/eligibility.ts';
import type { Ownership } from '../../pods/plan/ownership.ts';
import type { MissingPermission } from './missing-permission.ts';

/** The condition of our readiness gate. */
export interface GateState {
  readonly status: 'True' | 'False' | 'absent';
  /** As it was last set; absent where somebody else set it. */
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Why it cannot be set. */
  readonly problem?: string | undefined;
}

/** Something that could not be read, and why. What depends on it is absent, not denied. */
export interface ReadFailure {
  readonly what: string;
  readonly reason: string;
}

interface SweepFinding {
  readonly kind: string;
  readonly pod?: string | undefined;
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly detail: string;
  /** The sighting in the table, where the API server contradicted it. */
  readonly stored?: StoredSighting | undefined;
}

/** What is used of a sweep's report. */
export interface LastSweep {
  readonly startedAt: string;
  readonly source: string;
  readonly incomplete?: string | undefined;
  readonly findings: readonly SweepFinding[];
  readonly refused: readonly (SweepFinding & { readonly reason: string })[];
}

/** What was last seen of a pod that holds a claim; `replaced`: another pod has its name now. */
export type Holder = 'alive' | 'terminating' | 'deleted' | 'replaced' | 'never seen' | 'not readable';

/** One instance that the pod should have or may have, seen from all sides. Absent: not there, or in `unread`. */
export interface InstanceFacts {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  /** Absent where the pod was registered there and should not be any more. */
  readonly desired?: DesiredInstance | undefined;
  /** Why the pod's Kubernetes namespace may not register there, as of now. */
  readonly tenancyRefusal: string | null;
  /** Where there are no rules yet: the tenancy that lets it in and keeps what works today, as YAML. */
  readonly tenancyAdvice?: string | undefined;
  readonly namespace?: 'http' | 'private-dns' | 'public-dns' | 'missing' | 'refused' | undefined;
  /** Why what Cloud Map has under these names may not be used. */
  readonly serviceRefusal?: string | undefined;
  /** Whether clusters.yml lets a missing namespace be created. */
  readonly mayCreateNamespace: boolean;
  readonly serviceId?: string | undefined;
  /** Its stored id is not known to Cloud Map any more. */
  readonly serviceIsGone: boolean;
  readonly hasCustomHealthCheck?: boolean | undefined;
  /** null: there is none. */
  readonly claim?: Claim | null | undefined;
  /** Of the pod that holds the claim, where that is another one. */
  readonly holder?: Holder | undefined;
  readonly operation?:
    | {
        readonly id: string;
        readonly status: 'pending' | 'succeeded' | 'failed' | 'forgotten';
        readonly error?: string | undefined;
      }
    | undefined;
  /** The operation that Cloud Map works on for the instance, ours or somebody else's. */
  readonly underWay?: RunningOperation | undefined;
  /** What GetInstance answers; null: no such instance. */
  readonly actual?: Readonly<Record<string, string>> | null | undefined;
  readonly ownership?: Ownership | undefined;
  /** What DiscoverInstances answers for it, whatever its health; null: nothing. */
  readonly discovered?: { readonly health?: string | undefined } | null | undefined;
}

/** All that could be found out about a pod, by reading alone. */
export interface PodFacts {
  readonly key: PodKey;
  readonly nowMs: number;
  readonly config: ClusterConfig;
  /** Whether anything of the cluster, and this namespace, was ever told; undefined where that could not be read. */
  readonly received?: { readonly cluster: boolean; readonly namespace: boolean } | undefined;
  /** `unknown`: what is stored of the pod could not be read. */
  readonly seen: 'yes' | 'never' | 'unknown';
  readonly record?: PodRecord | undefined;
  readonly registrationContext?: RegistrationContext | undefined;
  readonly instances: readonly InstanceFacts[];
  readonly deadLetters: readonly DeadLetter[];
  readonly lastSweep?: LastSweep | undefined;
  readonly readFailures: readonly ReadFailure[];
}

/** A virtual node of the pod's namespace: why it does not register the pod; null when it does. */
export interface Considered {
  readonly virtualNode: string;
  readonly selects: boolean;
  readonly service?: string | undefined;
  readonly reason: string | null;
}

export interface PodExplanation {
  readonly subject: 'pod';
  readonly pod: PodKey;
  readonly nowMs: number;
  readonly seen: PodFacts['seen'];
  readonly record?: PodRecord | undefined;
  readonly checks: Verdict['checks'];
  readonly eligible?: Verdict['state'] | undefined;
  /** The mesh of its namespace, or why there is none. */
  readonly mesh?: { readonly name: string } | { readonly reason: string } | undefined;
  readonly virtualNodes: readonly Considered[];
  /** Whether the pod has annotations of ours, whether they register it, and what is wrong with them. */
  readonly annotations: {
    readonly isAnnotated: boolean;
    readonly registers: boolean;
    readonly reasons: readonly string[];
  };
  readonly instances: readonly InstanceFacts[];
  /** Of a pod that declares it. */
  readonly gate?: GateState | undefined;
  /** What is wrong with what is asked for, as of now. */
  readonly faults: readonly Problem[];
  readonly deadLetters: readonly DeadLetter[];
  readonly lastSweep?: LastSweep | undefined;
  readonly readFailures: readonly ReadFailure[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** The first thing that keeps a pod out of Cloud Map, or that nothing does; and the one line that says what to do. */
export interface Cause {
  /** For programs, such as `selector mismatch`. */
  readonly kind: string;
  readonly reason: string;
  readonly advice: string;
}
