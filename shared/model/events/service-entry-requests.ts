import { clusterGroup } from '../identity.ts';
import {
  type CloudMapServiceChanged,
  detailTypes,
  eventVersion,
  type ServiceEntriesPollRequested,
} from './event.ts';

/** Requests of the same cluster and run are one message. */
export function pollRequested(
  cluster: string,
  run: string,
  reason: string,
  scope: Pick<ServiceEntriesPollRequested, 'namespaceId' | 'isFull'> = {},
): ServiceEntriesPollRequested {
  return {
    type: detailTypes.serviceEntriesPollRequested,
    version: eventVersion,
    group: clusterGroup(cluster),
    cluster,
    run,
    reason,
    ...scope,
  };
}

/** Changes of one service within a second are one message: what it missed is seen by the reads that follow it. */
export function serviceChanged(cluster: string, serviceId: string, atMs: number): CloudMapServiceChanged {
  return {
    type: detailTypes.cloudMapServiceChanged,
    version: eventVersion,
    group: clusterGroup(cluster),
    cluster,
    serviceId,
    sinceMs: atMs - (atMs % 1_000),
  };
}
