import type { MissingPermission } from '../../model/permission.ts';

/** The names of an access denial; the last is App Mesh's own. */
const denials: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'ForbiddenException']);

export function isDenial({ name }: Error): boolean {
  return denials.has(name);
}

/**
 * The permission that a denial is about. AWS has no fields for it, only a sentence, which is read here and nowhere else:
 * `User: <arn> is not authorized to perform: <action> on resource: <arn> because …`. If AWS names no action, it is that
 * of the call.
 */
export function deniedPermission({ message }: Error, called: string | undefined): MissingPermission {
  const named = /not authorized to perform: ([a-z0-9-]+:\w+)(?: on resource: (\S+))?/i.exec(message);
  if (named === null) return called === undefined ? { answer: message } : { action: called };
  const [, action, resource] = named;
  const principal = /User: (\S+) is not authorized/i.exec(message)?.[1];
  return { action, ...(resource && { resource: bare(resource) }), ...(principal && { principal }) };
}

/** An ARN without the full stop of its sentence or the quotes around it. */
function bare(resource: string): string {
  return resource.replace(/^["']|["'.,;]+$/g, '');
}
