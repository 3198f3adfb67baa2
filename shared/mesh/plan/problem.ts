/** Why an object is not, or not wholly, on AWS: the reason and message of its condition `<Kind>Active`. */
export interface Problem {
  readonly reason: ProblemReason;
  readonly message: string;
}

export type ProblemReason =
  /** The spec is at fault. */
  | 'Invalid'
  /** It is in no mesh, or in no gateway. */
  | 'NotMember'
  /** It refers to what is not there. */
  | 'ReferenceMissing'
  /** Another object has the name on AWS. */
  | 'NameTaken'
  /** AWS has no room for it. */
  | 'QuotaExceeded'
  /** AWS refused it, or it is not ours. */
  | 'Refused'
  /** It is waiting for another, or for AWS. */
  | 'Pending';
