/** A permission that is missing, as far as AWS names it. */
export interface MissingPermission {
  /** Such as `servicediscovery:GetInstance`; a description if AWS does not name it. */
  readonly action: string;
  readonly resource?: string | undefined;
  /** The ARN of the principal that was denied. */
  readonly principal?: string | undefined;
}

/** Calls that our own error messages name, for errors in which AWS names no action. */
const cloudMapCalls =
  /\b(DiscoverInstances|GetInstance|GetInstancesHealthStatus|GetOperation|GetService|List(?:Instances|Namespaces|Operations|Services)|(?:Der|R)egisterInstance|UpdateInstanceCustomHealthStatus|CreateService)\b/;

/**
 * Reads an AccessDenied of AWS: `User: <arn> is not authorized to perform: <action> on resource: <arn> because …`.
 * null if the text is about something else.
 */
export function missingPermission(text: string): MissingPermission | null {
  const named =
    /(?:User: (\S+) is )?not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (\S+))?/i.exec(text);
  if (named?.[2] !== undefined) {
    const [, principal, action, resource] = named;
    return { action, ...(resource && { resource: bare(resource) }), ...(principal && { principal }) };
  }
  if (!/\bAccessDenied(Exception)?\b/.test(text)) return null;
  const call = cloudMapCalls.exec(text)?.[1];
  if (call !== undefined) return { action: `servicediscovery:${call}` };
  return { action: `the call that was denied with "${text}"` };
}

/** Without duplicates. */
export function permissionsIn(texts: readonly { readonly reason: string }[]): readonly MissingPermission[] {
  const found = texts.map(({ reason }) => missingPermission(reason)).filter((missing) => missing !== null);
  return [...new Map(found.map((missing) => [JSON.stringify(missing), missing])).values()];
}

export function permissionText({ action, resource, principal }: MissingPermission): string {
  return `${action}${resource === undefined ? '' : ` on ${resource}`}${principal === undefined ? '' : ` for ${principal}`}`;
}

/** An ARN without the full stop of its sentence or the quotes around it. */
function bare(resource: string): string {
  return resource.replace(/^["']|["'.,;]+$/g, '');
}
