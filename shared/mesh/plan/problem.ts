/** Why an object is not fully applied on AWS: the reason and message of its condition `<Kind>Active`. */
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
  /** Another object uses the name on AWS. */
  | 'NameTaken'
  /** An AWS quota is reached. */
  | 'QuotaExceeded'
  /** AWS refused it, or the resource belongs to somebody else. */
  | 'Refused'
  /** It waits for another resource, or for AWS. */
  | 'Pending';
