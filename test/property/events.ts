import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { objectKey, podGroup } from '../../shared/model/identity.ts';
import {
  type ClusterObject,
  cloudMapReadinessGate,
  type NodePlace,
  type PodObject,
} from '../../shared/model/kubernetes.ts';
import { cloudMapNamespace, clusterName, type NodeState, namespace, type PodState } from './states.ts';

/** What a relay sends of a pod, with the node that it knows. */
export function podEvent(pod: PodState, change: 'Applied' | 'Deleted', node: NodePlace): PodChanged {
  const key = { cluster: clusterName, namespace, name: pod.name };
  const status = pod.ready ? 'True' : 'False';
  const object: PodObject = {
    metadata: {
      namespace,
      name: pod.name,
      uid: pod.uid,
      resourceVersion: String(pod.resourceVersion),
      creationTimestamp: rfc3339(pod.createdAtMs),
      ...(pod.terminating && { deletionTimestamp: rfc3339(pod.createdAtMs) }),
      labels: { color: pod.color, app: pod.name, ...(pod.tier && { tier: pod.tier }) },
      ...(pod.annotatedService && {
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': cloudMapNamespace,
          'eks-mesh-sync/cloud-map-service': pod.annotatedService,
        },
      }),
    },
    spec: {
      nodeName: node.name,
      hostNetwork: pod.hostNetwork,
      ...(pod.gated && { readinessGates: [{ conditionType: cloudMapReadinessGate }] }),
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip: pod.ip }],
      conditions: [
        { type: 'Ready', status },
        { type: 'ContainersReady', status },
        ...(pod.gate ? [{ type: cloudMapReadinessGate, status: pod.gate }] : []),
      ],
    },
  };
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup(key),
    cluster: clusterName,
    change,
    pod: object,
    node,
  };
}

/** What a relay sends of a virtual node. */
export function nodeEvent(node: NodeState, change: 'Applied' | 'Deleted'): ClusterObjectChanged {
  return {
    type: detailTypes.clusterObjectChanged,
    version: eventVersion,
    group: clusterName,
    cluster: clusterName,
    change,
    object: {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace,
        name: node.name,
        uid: node.uid,
        resourceVersion: String(node.resourceVersion),
        creationTimestamp: rfc3339(node.createdAtMs),
      },
      spec: {
        podSelector: { matchLabels: { color: node.color } },
        serviceDiscovery: { awsCloudMap: { namespaceName: cloudMapNamespace, serviceName: node.service } },
      },
    },
  };
}

/** What a relay sends of a kind that it has listed: two parts, so that the ranges of parts are tested. */
export function listedEvents(
  listing: Pick<ClusterListed['listing'], 'id' | 'kind' | 'resourceVersion' | 'takenAt'>,
  listed: readonly Pick<ClusterObject, 'metadata'>[],
): ClusterListed[] {
  const all = listed
    .map(({ metadata }) => ({ key: objectKey(metadata), uid: metadata.uid }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const middle = all[Math.floor(all.length / 2)]?.key ?? 'm';
  const part = (number: number, from: string, to: string | null): ClusterListed => ({
    type: detailTypes.clusterListed,
    version: eventVersion,
    group: clusterName,
    cluster: clusterName,
    listing: {
      ...listing,
      part: number,
      parts: 2,
      from,
      to,
      objects: all.filter(({ key }) => key >= from && (to === null || key < to)),
    },
  });
  return [part(1, '', middle), part(2, middle, null)];
}

function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
