/** An IAM permission that AWS found missing when it denied a call. */
export interface MissingPermission {
  /** Such as `servicediscovery:GetInstance`; absent if neither AWS nor the caller names it. */
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  /** The ARN of the principal that was denied. */
  readonly principal?: string | undefined;
  /** AWS's answer, if the action is not known. */
  readonly answer?: string | undefined;
}

interface MayLackPermission {
  readonly permission?: MissingPermission | undefined;
}

/** The missing permissions of failures, without duplicates. */
export function distinctPermissions(failures: readonly MayLackPermission[]): readonly MissingPermission[] {
  const missing = failures.flatMap(({ permission }) => permission ?? []);
  const textOf = ({ action, resource, principal, answer }: MissingPermission) =>
    JSON.stringify([action, resource, principal, answer]);
  return [...new Map(missing.map((each) => [textOf(each), each])).values()];
}

/** The field of a condition that has the missing permissions of its problems; none if there are none. */
export function permissionsOf(failures: readonly MayLackPermission[]): {
  readonly permissions?: readonly MissingPermission[];
} {
  const permissions = distinctPermissions(failures);
  return permissions.length > 0 ? { permissions } : {};
}
