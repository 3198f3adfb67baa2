import { PermanentError } from '../errors.ts';
import { meshGroup } from '../identity.ts';
import { detailTypes, type EventDetail, eventVersion, type MeshReconcileRequested } from './event.ts';

interface MeshRequestOptions {
  readonly run: string;
  readonly reason: string;
  /** Whether to compare with the mesh targets themselves: with all, or with these. */
  readonly verify?: boolean | readonly string[];
  /** Only if what the targets read from outside the cluster has changed. */
  readonly poll?: boolean;
}

/** `run` makes the body unique, so that SQS does not drop the request as a duplicate of an earlier one. */
export function meshReconcileRequested(
  cluster: string,
  { run, reason, verify, poll }: MeshRequestOptions,
): MeshReconcileRequested {
  return {
    type: detailTypes.meshReconcileRequested,
    version: eventVersion,
    group: meshGroup(cluster),
    cluster,
    run,
    reason,
    ...(verify && { verify: true }),
    ...(Array.isArray(verify) && { targets: verify }),
    ...(poll && { poll }),
  };
}

/** Merges several requests of one cluster: a run that starts after all of them were sent covers each. */
export function mergedRequest<Event extends EventDetail>(events: readonly Event[]): Event {
  // Whatever else is requested needs a run.
  const [first] = [...events.filter((event) => !isPoll(event)), ...events];
  if (first === undefined) throw new PermanentError('no request to merge');
  const verifying = events.flatMap((event) => (isVerifying(event) ? [event] : []));
  if (verifying.length === 0) return first;
  const all = verifying.some(({ targets }) => targets === undefined);
  const targets = [...new Set(verifying.flatMap((event) => event.targets ?? []))];
  return { ...first, verify: true, targets: all ? undefined : targets };
}

function isVerifying(event: EventDetail): event is MeshReconcileRequested {
  return event.type === detailTypes.meshReconcileRequested && event.verify === true;
}

function isPoll(event: EventDetail): boolean {
  return event.type === detailTypes.meshReconcileRequested && event.poll === true;
}
