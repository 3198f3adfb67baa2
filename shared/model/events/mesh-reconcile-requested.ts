import { PermanentError } from '../errors.ts';
import { meshGroup } from '../identity.ts';
import { detailTypes, type EventDetail, eventVersion, type MeshReconcileRequested } from './event.ts';

/** `run` makes the body unique, so that SQS does not drop the request as a duplicate of an earlier one. */
export function meshReconcileRequested(
  cluster: string,
  { run, reason, verify }: { readonly run: string; readonly reason: string; readonly verify?: boolean },
): MeshReconcileRequested {
  return {
    type: detailTypes.meshReconcileRequested,
    version: eventVersion,
    group: meshGroup(cluster),
    cluster,
    run,
    reason,
    ...(verify && { verify }),
  };
}

/** Merges several requests of one cluster: a run that starts after all of them were sent covers each. */
export function mergedRequest<Event extends EventDetail>(events: readonly Event[]): Event {
  const [first] = events;
  if (first === undefined) throw new PermanentError('no request to merge');
  const verify = events.some((event) => event.type === detailTypes.meshReconcileRequested && event.verify);
  return verify ? { ...first, verify } : first;
}
