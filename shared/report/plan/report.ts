import type { ReadFailure } from '../../explain/plan/explained.ts';
import type { Journey } from '../../model/journey.ts';
import type { ReportScope } from './facts.ts';

/** The first rows of a list, and how many there are in all. */
export interface Bounded<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** `problem`: somebody has to do something. `attention`: it may pass by itself, or nobody is called at night for it. */
export type Level = 'ok' | 'attention' | 'problem';

/** A part of the page. */
export type Section =
  | 'clusters'
  | 'services'
  | 'pods'
  | 'mesh'
  | 'journeys'
  | 'drift'
  | 'refusals'
  | 'dead-letters'
  | 'alarms';

export interface Issue {
  readonly level: 'attention' | 'problem';
  /** What is wrong, and where. */
  readonly text: string;
  readonly section: Section;
}

export interface Verdict {
  readonly level: Level;
  /** In one sentence whether all is well; if not, the first issue. */
  readonly sentence: string;
  readonly issues: Bounded<Issue>;
}

export interface ClusterRow {
  readonly name: string;
  readonly level: Level;
  readonly relay: {
    readonly state: 'reporting' | 'silent' | 'never';
    /** When its last listing, or a newer event of a pod, was stored. RFC 3339, as all times. */
    readonly lastSeenAt?: string | undefined;
  };
  readonly sweep?:
    | {
        readonly at: string;
        readonly everyMinutes: number;
        readonly isLate: boolean;
        readonly source: 'api server' | 'relay';
        readonly findings: number;
        readonly refusedDeletions: number;
        readonly oversized: number;
        readonly incomplete?: string | undefined;
      }
    | undefined;
  /** Absent: it is not drained. */
  readonly drainedSince?: string | undefined;
  readonly pods: Readonly<Record<PodState, number>>;
  readonly mesh: readonly { readonly target: string; readonly applied: number; readonly total: number }[];
  readonly meshReconciledAt?: string | undefined;
  readonly serviceEntries?:
    | { readonly at: string; readonly services: number; readonly findings: number }
    | undefined;
}

export interface ServiceRow {
  /** Unique and the same in every report. */
  readonly id: string;
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly serviceId?: string | undefined;
  /** `HTTP` or `private DNS`, as its namespace. */
  readonly kind?: string | undefined;
  readonly clusters: readonly string[];
  readonly level: Level;
  /** What is wrong with it. */
  readonly notes: readonly string[];
  readonly healthCheck: boolean;
  readonly counts: { readonly healthy: number; readonly unhealthy: number; readonly foreign: number };
  readonly instances: Bounded<InstanceRow>;
  readonly command: string;
}

export interface InstanceRow {
  readonly instanceId: string;
  /** Absent without a health check. */
  readonly health?: string | undefined;
  /** `claimed` and `releasing` instances are not, or no longer, in Cloud Map. */
  readonly state: 'registered' | 'registering' | 'deregistering';
  readonly owner: 'ours' | 'leftover' | 'foreign';
  readonly ownerReason: string;
  readonly pod?: string | undefined;
  readonly cluster?: string | undefined;
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/**
 * `notSelected`: nothing asks for it in Cloud Map. `waiting`: its registration is under way. `drained`: it is asked for, and its cluster is
 * drained.
 */
export type PodState = 'registered' | 'failing' | 'waiting' | 'notReady' | 'drained' | 'notSelected';

export interface PodRow {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: Exclude<PodState, 'registered'>;
  /** In CamelCase, as `explain` says it. */
  readonly cause: string;
  readonly reason: string;
  readonly advice: string;
  readonly command: string;
}

export interface PodGroup {
  readonly state: PodRow['state'];
  readonly cause: string;
  readonly count: number;
}

export interface Condition {
  readonly target: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export interface ObjectRow {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly level: Level;
  readonly conditions: readonly Condition[];
  readonly command: string;
}

export type VertexKind = 'VirtualGateway' | 'VirtualService' | 'VirtualRouter' | 'VirtualNode';

export interface Vertex {
  /** `VirtualNode shop/cart`. */
  readonly id: string;
  readonly kind: VertexKind;
  readonly namespace: string;
  readonly name: string;
  readonly level: Level;
  /** Under its name: `2 of 2 instances healthy`, `dns: cart.shop`. */
  readonly detail?: string | undefined;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'gateway route' | 'provider' | 'route' | 'backend';
  /** Of routes: percent of the requests that they match, one for each route. */
  readonly labels: readonly string[];
  /** The largest of its weights, in percent. */
  readonly weight?: number | undefined;
}

export interface RouteRow {
  /** `VirtualRouter shop/cart` or `VirtualGateway shop/ingress`. */
  readonly at: string;
  readonly name: string;
  readonly protocol: string;
  readonly match: string;
  readonly targets: readonly { readonly name: string; readonly percent?: number | undefined }[];
}

export interface MeshView {
  readonly cluster: string;
  readonly name: string;
  readonly targets: readonly string[];
  readonly vertices: Bounded<Vertex>;
  readonly edges: readonly Edge[];
  readonly routes: Bounded<RouteRow>;
}

export interface JourneyRow extends Journey {
  /** When the operation was seen to have succeeded; absent if nobody waited for that. */
  readonly succeededAtMs?: number | undefined;
  readonly cluster: string;
  readonly pod: string;
  readonly service: string;
  readonly instanceId: string;
}

/** An alarm of CloudWatch. */
export interface AlarmRow {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: string;
  /** Of the newest whole period, if it has one. */
  readonly value?: number | undefined;
  /** The path of its runbook in the repository. */
  readonly runbook?: string | undefined;
}

export interface DriftRow {
  readonly cluster: string;
  readonly kind: string;
  /** The pod, object or service that it is about. */
  readonly about: string;
  readonly detail: string;
  readonly command?: string | undefined;
}

export interface DriftView {
  readonly cluster: string;
  readonly at: string;
  readonly source: 'api server' | 'relay';
  readonly durationMs: number;
  readonly incomplete?: string | undefined;
  readonly repairs: number;
  readonly counts: readonly (readonly [kind: string, count: number])[];
  readonly findings: Bounded<DriftRow>;
}

export interface RefusalRow {
  readonly cluster: string;
  /** `pod shop/cart-1`, `VirtualRouter shop/cart`, `deletion of instance …`. */
  readonly about: string;
  readonly what: string;
  readonly reason: string;
  readonly advice?: string | undefined;
  readonly command?: string | undefined;
}

export interface DeadLetterRow {
  readonly cluster: string;
  readonly about: string;
  readonly at: string;
  readonly reason: string;
  readonly command?: string | undefined;
}

/** The state of the clusters and of what they registered, in an order that depends only on it. */
export interface Report {
  readonly generatedAt: string;
  /** `stage production in eu-central-1`, `playground`. */
  readonly place: string;
  readonly scope: ReportScope;
  readonly verdict: Verdict;
  readonly clusters: readonly ClusterRow[];
  readonly services: Bounded<ServiceRow>;
  readonly pods: Bounded<PodRow>;
  readonly podGroups: readonly PodGroup[];
  readonly meshes: readonly MeshView[];
  readonly objects: Bounded<ObjectRow>;
  readonly journeys: Bounded<JourneyRow>;
  readonly drift: readonly DriftView[];
  readonly refusals: Bounded<RefusalRow>;
  readonly deadLetters: Bounded<DeadLetterRow>;
  /** The size of each dead-letter queue of the deployment. */
  readonly deadLetterQueues: readonly { readonly queue: string; readonly messages: number }[];
  readonly readFailures: readonly ReadFailure[];
  /** Only on the page of a playground, which adds them. */
  readonly alarms?: readonly AlarmRow[] | undefined;
}
