import { detailTypes, eventVersion, type PodResyncRequested } from './event.ts';
import { type PodKey, podGroup } from './identity.ts';

/** Asks a pod's own writer to look again. `run` tells SQS this request from earlier ones for the same pod. */
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
