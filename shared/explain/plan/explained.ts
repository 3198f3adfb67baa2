import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { Place } from '../../model/commands/place.ts';
import type { PodKey } from '../../model/identity.ts';
import type { MissingPermission } from '../../model/permission.ts';
import type { Failure, Problem } from '../../model/problem.ts';
import type { DeadLetter } from '../../model/records/dead-letter.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import type { Claim } from '../../model/records/registration.ts';
import type { RunningOperation } from '../../model/service-view.ts';
import type { StoredSighting } from '../../model/version.ts';
import type { DesiredInstance } from '../../pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../pods/plan/desired/registration-context.ts';
import type { Verdict } from '../../pods/plan/eligibility.ts';
import type { Ownership } from '../../pods/plan/ownership.ts';

/** The condition of our readiness gate. */
export interface GateState {
  readonly status: 'True' | 'False' | 'absent';
  /** As it was last set; absent if another program set it. */
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Why it cannot be set. */
  readonly problem?: Failure | undefined;
}

/** Something that could not be read, and why. Facts that depend on it are absent, not false. */
export interface ReadFailure extends Failure {
  readonly what: string;
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

/** The part of a sweep's report that is used here. */
export interface LastSweep {
  readonly startedAt: string;
  readonly source: string;
  readonly incomplete?: string | undefined;
  readonly findings: readonly SweepFinding[];
  readonly refused: readonly (SweepFinding & { readonly reason: string })[];
}

/** The last known state of a pod that has a claim; `replaced`: another pod has its name now. */
export type Holder = 'alive' | 'terminating' | 'deleted' | 'replaced' | 'not observed' | 'unreadable';

/** One instance that the pod should have or may have, from all sources. Absent: not there, or in `readFailures`. */
export interface InstanceFacts {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  /** Absent if the pod was registered there and should no longer be. */
  readonly desired?: DesiredInstance | undefined;
  /** Why the pod's Kubernetes namespace may not register there, as of now. */
  readonly tenancyRefusal: string | null;
  /** If there are no rules yet: the tenancy that allows it and what is registered today, as YAML. */
  readonly tenancyAdvice?: string | undefined;
  readonly namespace?: 'http' | 'private-dns' | 'public-dns' | 'missing' | 'refused' | undefined;
  /** Why the service or namespace of these names may not be used. */
  readonly serviceRefusal?: string | undefined;
  /** Whether clusters.yml lets a missing namespace be created. */
  readonly mayCreateNamespace: boolean;
  readonly serviceId?: string | undefined;
  /** Cloud Map no longer knows its stored id. */
  readonly serviceIsGone: boolean;
  readonly hasCustomHealthCheck?: boolean | undefined;
  /** null: there is none. */
  readonly claim?: Claim | null | undefined;
  /** The state of the pod that has the claim, if it is another pod. */
  readonly holder?: Holder | undefined;
  readonly operation?:
    | {
        readonly id: string;
        readonly status: 'pending' | 'succeeded' | 'failed' | 'forgotten';
        readonly error?: string | undefined;
      }
    | undefined;
  /** The operation in progress for the instance that another program started. */
  readonly underWay?: (RunningOperation & { readonly instanceId: string }) | undefined;
  /** The answer of GetInstance; null: no such instance. */
  readonly actual?: Readonly<Record<string, string>> | null | undefined;
  readonly ownership?: Ownership | undefined;
  /** The answer of DiscoverInstances for it, of any health; null: not returned. */
  readonly discovered?: { readonly health?: string | undefined } | null | undefined;
}

/** All facts about a pod that reads can find. */
export interface PodFacts {
  readonly key: PodKey;
  /** For the commands that are printed. */
  readonly place: Place;
  readonly nowMs: number;
  readonly config: ClusterConfig;
  /** Whether any event of the cluster, and of this namespace, was received; undefined if that could not be read. */
  readonly received?: { readonly cluster: boolean; readonly namespace: boolean } | undefined;
  /** `unknown`: the stored pod could not be read. */
  readonly seen: 'yes' | 'never' | 'unknown';
  readonly record?: PodRecord | undefined;
  readonly registrationContext?: RegistrationContext | undefined;
  readonly instances: readonly InstanceFacts[];
  readonly deadLetters: readonly DeadLetter[];
  /** The virtual nodes of its namespace whose spec is invalid. */
  readonly invalidNodes: readonly InvalidNode[];
  readonly lastSweep?: LastSweep | undefined;
  readonly readFailures: readonly ReadFailure[];
}

export interface InvalidNode {
  readonly name: string;
  readonly fault: string;
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
  /** The mesh of its namespace, or why there is none; absent if its virtual nodes and meshes could not be read. */
  readonly mesh?: { readonly name: string } | { readonly reason: string } | undefined;
  readonly virtualNodes: readonly Considered[];
  /** Whether the pod has our annotations, whether they ask for its registration, and their errors. */
  readonly annotations: {
    readonly isAnnotated: boolean;
    readonly registers: boolean;
    readonly reasons: readonly string[];
  };
  readonly instances: readonly InstanceFacts[];
  /** Of a pod that declares it. */
  readonly gate?: GateState | undefined;
  /** Errors in what is requested now. */
  readonly faults: readonly Problem[];
  readonly deadLetters: readonly DeadLetter[];
  readonly lastSweep?: LastSweep | undefined;
  readonly readFailures: readonly ReadFailure[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** The first thing that keeps a pod out of Cloud Map, or that nothing does; and one line of advice. */
export interface Cause {
  /** For programs, such as `SelectorMismatch`. */
  readonly kind: string;
  readonly reason: string;
  readonly advice: string;
}
