import {
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { readinessChangedAt } from '../../shared/model/events/readiness-changed.ts';
import { trimClusterObject, trimPod } from '../../shared/model/events/trim.ts';
import { podGroup } from '../../shared/model/identity.ts';
import type { ClusterObject, NodePlace, PodObject } from '../../shared/model/kubernetes.ts';
import type { Change } from './observer.ts';

export function podChanged(
  cluster: string,
  change: Change,
  pod: PodObject,
  placeOf: (nodeName: string) => NodePlace | undefined,
): PodChanged {
  const { namespace = '', name } = pod.metadata;
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup({ cluster, namespace, name }),
    cluster,
    change,
    pod: trimPod(pod),
    readinessChangedAt: readinessChangedAt(pod),
    node: pod.spec.nodeName === undefined ? undefined : placeOf(pod.spec.nodeName),
  };
}

export function clusterObjectChanged(
  cluster: string,
  change: Change,
  object: ClusterObject,
): ClusterObjectChanged {
  return {
    type: detailTypes.clusterObjectChanged,
    version: eventVersion,
    group: cluster,
    cluster,
    change,
    object: trimClusterObject(object),
  };
}
