/** Why an object is not fully applied in the mesh target: the reason and message of its condition `<Kind>Active`. */
export interface Problem {
  readonly reason: ProblemReason;
  readonly message: string;
}

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
  /** It waits for another resource, or for the target. */
  | 'Pending';
