import { NotDueError } from '../errors.ts';
import { statusGroup } from '../identity.ts';
import { detailTypes, eventVersion, type MeshStatusRequested } from './event.ts';

/** Requests within the same five seconds have the same body. */
const bucketMs = 5_000;

/** Allowed difference between the functions' clocks; the real one is milliseconds. */
const clocksDifferByMs = 1_000;

/**
 * Requests new statuses of a namespace's virtual nodes; to be sent after the data of these statuses was written. SQS keeps
 * the first of several equal bodies and drops the others for five minutes. None is missed: the kept one is handled when it
 * is due, which is after `nowMs` of all senders.
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

/** Throws a NotDueError if the request is not due yet. A due time too far ahead comes from a wrong clock and is ignored. */
export function checkDue(
  { dueAtMs, namespace }: MeshStatusRequested,
  clock: { readonly now: () => number },
): void {
  const retryAfterMs = dueAtMs - clock.now();
  if (retryAfterMs <= 0 || retryAfterMs > bucketMs + 2 * clocksDifferByMs) return;
  throw new NotDueError(`the statuses of namespace ${namespace} are not due yet`, { retryAfterMs });
}
