import type { FailedOperation } from '../../../model/events/event.ts';
import type { PodKey, ServiceKey } from '../../../model/identity.ts';
import type { Claim } from '../../../model/records/registration.ts';
import type { ServiceView } from '../../../model/service-view.ts';
import type { StoredSighting } from '../../../model/version.ts';

/** The repair of a finding: what the writer of its pod or object does. */
export type Action =
  /** `reevaluate`: to be decided by the writer. `none`: nothing is sent to any writer. */
  | { readonly do: 'register' | 'update' | 'adopt' | 'reevaluate' | 'none' }
  /** Removes one instance from each of these services, `namespace/service`; `retire`: and stores the deletion. */
  | { readonly do: 'deregister' | 'retire'; readonly from: readonly string[] };

/** Every kind of finding, and the action that repairs it. */
const actionOfKind = {
  /** A pod of the cluster of which no event was received, or not of its latest state. */
  PodNotObserved: 'reevaluate',
  PodOutdated: 'reevaluate',
  /** The API server contradicts the stored state of a pod or an object. */
  RecordContradicted: 'reevaluate',
  /** A pod that is stored as alive and is not in the cluster. */
  PodDeleted: 'retire',
  /** An instance that should exist and does not; exists and should not; exists and differs. */
  InstanceMissing: 'register',
  InstanceStale: 'deregister',
  AttributesDrifted: 'update',
  HealthDrifted: 'update',
  /** The condition of our readiness gate does not match Cloud Map. */
  ReadinessGateDrifted: 'reevaluate',
  /** Cloud Map accepted an operation that failed later: a registration, or a deregistration. */
  OperationFailed: 'register',
  /** A claim that was not completed, or an instance of ours without a claim. */
  ClaimUnfinished: 'reevaluate',
  /** The cluster may have instances in an account or Region that clusters.yml no longer names. */
  FormerPlaceUnreachable: 'none',
  /** A ready pod whose registration was refused, or can never succeed, and nothing has changed since. */
  Refused: 'none',
  /** A deregistration that has completed; no drift. */
  Released: 'reevaluate',
  /** A mesh object or namespace that is stored and not in the cluster; an object that is too large for an event. */
  ObjectDeleted: 'retire',
  ObjectOversized: 'none',
  /** The status of a mesh object is not the one that was written to it. */
  StatusDrifted: 'reevaluate',
  /** Left by the old App Mesh controller, for a live pod or for none. */
  InstanceAdoptable: 'adopt',
  InstanceOrphaned: 'none',
  /** A foreign instance whose id one of our pods needs. */
  InstanceForeign: 'reevaluate',
} as const satisfies Readonly<Record<string, Action['do']>>;

export type FindingKind = keyof typeof actionOfKind;

export const findingKinds = Object.keys(actionOfKind) as readonly FindingKind[];

type ServiceNames = Pick<ServiceKey, 'namespaceName' | 'serviceName'>;

export interface Finding {
  readonly kind: FindingKind;
  readonly action: Action;
  /** The pod whose writer repairs it; absent if no writer does. */
  readonly pod?: (PodKey & { readonly uid: string }) | undefined;
  /** `Kind namespace/name`, if it is about a mesh object or a namespace. */
  readonly object?: string | undefined;
  /** `namespace/service` and the instance id, if it is about an instance. */
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  /** The names of the service; the whole key if the cluster registered there earlier, because names are then not enough. */
  readonly place?: (ServiceNames & Partial<ServiceKey>) | undefined;
  readonly serviceId?: string | undefined;
  /** The completed deregistration of a `Released`. */
  readonly endedOperationId?: string | undefined;
  /** The operation of an `OperationFailed`. */
  readonly failedOperation?: FailedOperation | undefined;
  readonly detail: string;
  /** The sighting in the table, if the API server contradicts it. */
  readonly stored?: StoredSighting | undefined;
}

interface Repair {
  /** The services from which the repair removes an instance, `namespace/service`. */
  readonly removesFrom?: readonly string[];
  /** Whether the writer would reach the same result again. */
  readonly isKnown?: boolean;
}

/** A finding with the action of its kind: deregistration where it removes instances, none where no writer can act. */
export function finding(
  kind: FindingKind,
  { removesFrom: from = [], isKnown = false, ...about }: Omit<Finding, 'kind' | 'action'> & Repair,
): Finding {
  const hasWriter = about.pod !== undefined || about.object !== undefined;
  return { kind, ...about, action: hasWriter && !isKnown ? actionOf(kind, from) : { do: 'none' } };
}

function actionOf(kind: FindingKind, from: readonly string[]): Action {
  const usual = actionOfKind[kind];
  if (usual === 'retire') return { do: 'retire', from };
  return usual === 'deregister' || from.length > 0 ? { do: 'deregister', from } : { do: usual };
}

/** The operation that the claim names, if it has failed. */
export function failedOperationOf(
  { failedOperations }: Pick<ServiceView, 'failedOperations'>,
  claim: Pick<Claim, 'operationId'> | undefined,
): FailedOperation | undefined {
  const id = claim?.operationId;
  const error = id === undefined ? undefined : failedOperations.get(id);
  return id === undefined || error === undefined ? undefined : { id, error };
}

/** The services from which the repair of a finding removes an instance. */
export function removedFrom({ action }: Pick<Finding, 'action'>): readonly string[] {
  return 'from' in action ? action.from : [];
}

/** A claim is taken and completed within seconds; one older than this was left by a crash. */
export const unfinishedAfterMs = 2 * 60_000;
