import { PermanentError } from './errors.ts';
import { detailTypes, type EventDetail, eventVersion, type MeshReconcileRequested } from './event.ts';
import { meshGroup } from './identity.ts';

/** `run` makes the body its own, so that SQS does not take the request for a duplicate of an earlier one. */
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

/** Several requests of one cluster, as one: a run that begins after all of them were sent does what each asks for. */
export function mergedRequest<Event extends EventDetail>(events: readonly Event[]): Event {
  const [first] = events;
  if (first === undefined) throw new PermanentError('there is no request to merge');
  const verify = events.some((event) => event.type === detailTypes.meshReconcileRequested && event.verify);
  return verify ? { ...first, verify } : first;
}
