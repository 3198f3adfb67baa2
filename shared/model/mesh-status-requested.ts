import { NotDueError } from './errors.ts';
import { detailTypes, eventVersion, type MeshStatusRequested } from './event.ts';
import { statusGroup } from './identity.ts';

/** Who asks within the same five seconds sends the same body. */
const bucketMs = 5_000;

/** Between two functions' clocks there are milliseconds; so much is allowed for. */
const clocksDifferByMs = 1_000;

/**
 * Asks for the statuses of a namespace's virtual nodes to be told anew; to be sent after what they are to say was
 * written. SQS keeps the first of the same body and drops the others for five minutes. None of them is missed: the one
 * that is kept is handled when it is due, which is after `nowMs` of all who sent it, whether theirs was dropped or not.
 */
export function meshStatusRequested(
  { cluster, namespace }: { readonly cluster: string; readonly namespace: string },
  nowMs: number,
): MeshStatusRequested {
  return {
    type: detailTypes.meshStatusRequested,
    version: eventVersion,
    group: statusGroup(cluster),
    cluster,
    namespace,
    dueAtMs: nowMs - (nowMs % bucketMs) + bucketMs + clocksDifferByMs,
  };
}

/** Throws a NotDueError before that. One that is due later than any could be comes from a clock that is wrong. */
export function checkDue(
  { dueAtMs, namespace }: MeshStatusRequested,
  clock: { readonly now: () => number },
): void {
  const retryAfterMs = dueAtMs - clock.now();
  if (retryAfterMs <= 0 || retryAfterMs > bucketMs + 2 * clocksDifferByMs) return;
  throw new NotDueError(`the statuses of namespace ${namespace} are not due yet`, { retryAfterMs });
}
