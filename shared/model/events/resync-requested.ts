import { type PodKey, podGroup } from '../identity.ts';
import { detailTypes, eventVersion, type PodResyncRequested } from './event.ts';

/** Requests a resync from the pod's writer. `run` keeps SQS from dropping it as a duplicate of an earlier request. */
export function resyncRequested(key: PodKey, run: string, reason: string): PodResyncRequested {
  return {
    type: detailTypes.podResyncRequested,
    version: eventVersion,
    group: podGroup(key),
    cluster: key.cluster,
    pod: { namespace: key.namespace, name: key.name },
    run,
    reason,
  };
}
