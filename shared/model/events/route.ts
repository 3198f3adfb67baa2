import { createHash } from 'node:crypto';
import { clusterGroup, meshGroup, podGroup, serviceGroup, statusGroup } from '../identity.ts';
import { type DetailType, detailTypes, type EventDetail } from './event.ts';

/** The FIFO queues of `sync-pods`, `reconcile-mesh` and `sync-service-entries`. */
export type QueueName = 'pods' | 'mesh' | 'entries';

const queues: Readonly<Record<DetailType, QueueName>> = {
  [detailTypes.podChanged]: 'pods',
  [detailTypes.podResyncRequested]: 'pods',
  [detailTypes.serviceRemovalRequested]: 'pods',
  [detailTypes.clusterObjectChanged]: 'mesh',
  [detailTypes.clusterListed]: 'mesh',
  [detailTypes.meshReconcileRequested]: 'mesh',
  [detailTypes.meshStatusRequested]: 'mesh',
  [detailTypes.serviceEntriesPollRequested]: 'entries',
  [detailTypes.cloudMapServiceChanged]: 'entries',
};

/** The queue whose function handles events of this type. */
export function queueOf(type: DetailType): QueueName {
  return queues[type];
}

/** The FIFO message group of an event, computed from its object: `detail.group` is only its sender's claim. */
export function messageGroupOf(event: EventDetail): string {
  const { cluster } = event;
  switch (event.type) {
    case detailTypes.podChanged:
      return podGroup({
        cluster,
        namespace: event.pod.metadata.namespace ?? '',
        name: event.pod.metadata.name,
      });
    case detailTypes.podResyncRequested:
      return podGroup({ cluster, ...event.pod });
    case detailTypes.serviceRemovalRequested:
      return serviceGroup(cluster, event.service);
    case detailTypes.meshReconcileRequested:
      return meshGroup(cluster);
    case detailTypes.meshStatusRequested:
      return statusGroup(cluster);
    default:
      return clusterGroup(cluster);
  }
}

/**
 * Distinguishes a message from the others of its group for the five minutes in which SQS drops duplicates: object, uid,
 * version and run, not the content. A state that returns within five minutes has another version.
 */
export function deduplicationIdOf(event: EventDetail): string {
  return createHash('sha256')
    .update(JSON.stringify([event.type, ...distinction(event)]))
    .digest('hex');
}

function distinction(event: EventDetail): readonly unknown[] {
  switch (event.type) {
    case detailTypes.podChanged: {
      const { namespace, name, uid, resourceVersion } = event.pod.metadata;
      return [namespace, name, uid, resourceVersion, event.change, event.run, event.node];
    }
    case detailTypes.podResyncRequested:
      return [event.pod.namespace, event.pod.name, event.run];
    case detailTypes.serviceRemovalRequested:
      return [event.service, event.serviceId, event.run];
    case detailTypes.clusterObjectChanged: {
      const { kind, metadata } = event.object;
      return [
        kind,
        metadata.namespace,
        metadata.name,
        metadata.uid,
        metadata.resourceVersion,
        event.change,
        event.run,
      ];
    }
    case detailTypes.clusterListed:
      return [event.listing.id, event.listing.part];
    case detailTypes.meshReconcileRequested:
      return [event.run, event.verify];
    case detailTypes.meshStatusRequested:
      return [event.namespace, event.dueAtMs];
    case detailTypes.serviceEntriesPollRequested:
      return [event.run];
    case detailTypes.cloudMapServiceChanged:
      return [event.serviceId, event.sinceMs, event.isSeen];
  }
}
