import type { MissingPermission } from '../permission.ts';

/** Why an object does not match in the mesh target. */
export type ProblemReason =
  /** The spec is invalid. */
  | 'Invalid'
  /** It belongs to no mesh, or to no gateway. */
  | 'NotMember'
  /** It refers to an object that does not exist. */
  | 'ReferenceMissing'
  /** Another object uses the name in the target. */
  | 'NameTaken'
  /** A quota of the target is reached. */
  | 'QuotaExceeded'
  /** The target refused it, or the resource belongs to somebody else. */
  | 'Refused'
  /** The target cannot express one of its fields. */
  | 'Unsupported'
  /** It waits for another resource, or for the target. */
  | 'Pending';

/** The status of an object in the mesh target. */
export interface MeshStatus {
  readonly observedGeneration?: number | undefined;
  /**
   * null if another object owns the resource; absent if nothing is known or others own the resource, so that the written
   * ARN stays: an ARN in a status proves that the resource was created or adopted for the object.
   */
  readonly arn?: string | null | undefined;
  /** Of a virtual router: route name → ARN; null for a deleted route, until the object's status was written. */
  readonly routeArns?: Readonly<Record<string, string | null>> | undefined;
  readonly condition: Condition;
}

/** Records of earlier versions have one status, that of App Mesh. */
export function statusesIn(record: {
  readonly mesh?: Timed<MeshStatus> | undefined;
  readonly targets?: Readonly<Record<string, MeshStatus>> | undefined;
}): Readonly<Record<string, MeshStatus>> {
  if (record.targets !== undefined) return record.targets;
  if (record.mesh === undefined) return {};
  const { changedAt, ...status } = record.mesh;
  return { 'app-mesh': status };
}

export type ConditionReason =
  | ProblemReason
  | 'Applied'
  | 'OwnedByOther'
  /** Applied, except for a port that several backends want. */
  | 'PortConflict'
  | 'NoPods'
  | 'AllRegistered'
  | 'SomeNotRegistered'
  | 'NoneRegistered';

export interface Condition {
  readonly status: 'True' | 'False';
  readonly reason: ConditionReason;
  readonly message: string;
  /** Permissions that are missing, of the problems in the message; not written to the object. */
  readonly permissions?: readonly MissingPermission[] | undefined;
}

/** `changedAt`: when the condition's status last changed, RFC 3339. */
export type Timed<T> = T & { readonly changedAt: string };
