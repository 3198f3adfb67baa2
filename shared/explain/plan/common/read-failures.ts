import type { MissingPermission } from '../../../model/permission.ts';
import type { Cause, ReadFailure } from '../explained.ts';
import { permissionText } from '../text.ts';

/** The cause if something could not be read and nothing else explains the state. */
export function readFailureCause({
  readFailures: [first],
  missingPermissions: [missing],
}: {
  readonly readFailures: readonly ReadFailure[];
  readonly missingPermissions: readonly MissingPermission[];
}): Cause | null {
  if (first === undefined) return null;
  const reason = `${first.what} could not be read: ${first.message}`;
  if (missing === undefined) return { kind: 'ReadFailed', reason, advice: 'Run explain again in a minute' };
  const advice = `Allow ${permissionText(missing)}, then run explain again`;
  return { kind: 'MissingPermission', reason, advice };
}
