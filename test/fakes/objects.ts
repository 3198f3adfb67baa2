import {
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { podGroup } from '../../shared/model/identity.ts';
import type { ClusterObject, PodObject } from '../../shared/model/kubernetes.ts';
import type { Pod } from '../../shared/model/pod.ts';

/** A ready pod, but for what the test says. */
export function aPod(changes: Partial<Pod> = {}): Pod {
  return {
    cluster: 'local',
    namespace: 'shop',
    name: 'front-1',
    uid: 'uid-1',
    resourceVersion: '1',
    createdAt: '2026-11-21T10:00:00Z',
    terminating: false,
    labels: { app: 'front' },
    annotations: {},
    phase: 'Running',
    ips: ['10.0.0.1'],
    hostNetwork: false,
    conditions: { Ready: 'True', ContainersReady: 'True' },
    readinessGates: [],
    node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
    ...changes,
  };
}

/** A pod as the API server shows it, ready, but for what the test says. */
export function aPodObject(changes: PodObjectChanges = {}): PodObject {
  return {
    metadata: {
      namespace: 'shop',
      name: 'front-1',
      uid: 'uid-1',
      resourceVersion: '1',
      creationTimestamp: '2026-11-21T10:00:00Z',
      labels: { app: 'front' },
      ...changes.metadata,
    },
    spec: { nodeName: 'node-1', ...changes.spec },
    status: {
      phase: 'Running',
      podIPs: [{ ip: '10.0.0.1' }],
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'ContainersReady', status: 'True' },
      ],
      ...changes.status,
    },
  };
}

interface PodObjectChanges {
  readonly metadata?: Partial<PodObject['metadata']>;
  readonly spec?: PodObject['spec'];
  readonly status?: PodObject['status'];
}

export function podEvent(changes: Partial<PodChanged> = {}): PodChanged {
  const pod = changes.pod ?? aPodObject();
  const { namespace = '', name } = pod.metadata;
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup({ cluster: 'local', namespace, name }),
    cluster: 'local',
    change: 'Applied',
    pod,
    node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
    ...changes,
  };
}

/** An object of the mesh, or a namespace. */
export function anObject(
  kind: string,
  spec: ClusterObject['spec'],
  metadata: Partial<ClusterObject['metadata']> = {},
): ClusterObject {
  return {
    apiVersion: kind === 'Namespace' ? 'v1' : 'appmesh.k8s.aws/v1beta2',
    kind,
    metadata: {
      ...(kind !== 'Mesh' && kind !== 'Namespace' && { namespace: 'shop' }),
      name: 'front',
      uid: `uid-${kind}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-21T09:00:00Z',
      ...metadata,
    },
    ...(spec && { spec }),
  };
}

export function objectEvent(
  object: ClusterObject,
  changes: Partial<ClusterObjectChanged> = {},
): ClusterObjectChanged {
  return {
    type: detailTypes.clusterObjectChanged,
    version: eventVersion,
    group: 'local',
    cluster: 'local',
    change: 'Applied',
    object,
    ...changes,
  };
}
