import { type ClusterObject, cloudMapReadinessGate, type PodObject } from '../../shared/model/kubernetes.ts';

export const cluster = 'local';

/** What the relays of all versions are given: a pod as an API server shows it, with more than an event takes. */
export const pod = {
  metadata: {
    ...{ name: 'front-1', namespace: 'shop', uid: 'uid-front-1', resourceVersion: '48213' },
    creationTimestamp: '2026-11-21T09:43:58Z',
    labels: { app: 'front', version: 'v1' },
    annotations: {
      'eks-mesh-sync/cloud-map-namespace': 'shop.local',
      'eks-mesh-sync/cloud-map-service': 'front',
      'eks-mesh-sync/port': '8080',
      'kubectl.kubernetes.io/restartedAt': '2026-11-21T09:00:00Z',
    },
    managedFields: [{ manager: 'kubelet' }],
  },
  spec: {
    nodeName: 'node-1',
    containers: [{ name: 'app' }],
    readinessGates: [{ conditionType: cloudMapReadinessGate }],
  },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'ContainersReady', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' },
    ],
  },
} as PodObject;

export const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a', resourceVersion: '4711' };

export const virtualNode: ClusterObject = {
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'VirtualNode',
  metadata: {
    ...{ name: 'front', namespace: 'shop', uid: 'uid-front', resourceVersion: '48001', generation: 2 },
    creationTimestamp: '2026-11-21T09:00:00Z',
  },
  spec: {
    podSelector: { matchLabels: { app: 'front' } },
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
  },
};
