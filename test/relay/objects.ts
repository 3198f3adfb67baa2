import type { AnyObject } from './fake-api-history.ts';

let created = 0;

/** A pod as the API server has it, heavier than what is sent of it. */
export function pod(namespace: string, name: string, extra: Partial<AnyObject> = {}): AnyObject {
  created += 1;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${created}`,
      resourceVersion: '',
      creationTimestamp: '2026-11-01T00:00:00Z',
      labels: { app: name },
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'image:1' }] },
    status: {
      phase: 'Running',
      podIPs: [{ ip: '10.0.0.1' }],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
    ...extra,
  };
}

export function node(name: string, zone?: string): AnyObject {
  const labels = zone
    ? { 'topology.kubernetes.io/zone': zone, 'topology.kubernetes.io/region': zone.slice(0, -1) }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `node-${name}`,
      resourceVersion: '',
      creationTimestamp: '2026-11-01T00:00:00Z',
      labels,
    },
  };
}

export function namespace(name: string, createdAt = '2026-10-01T00:00:00Z'): AnyObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: `namespace-${name}`, resourceVersion: '', creationTimestamp: createdAt },
    spec: { finalizers: ['kubernetes'] },
  };
}

export function virtualNode(
  namespaceName: string,
  name: string,
  spec: Record<string, unknown> = {},
): AnyObject {
  created += 1;
  return {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'VirtualNode',
    metadata: {
      name,
      namespace: namespaceName,
      uid: `uid-${created}`,
      resourceVersion: '',
      creationTimestamp: '2026-11-01T00:00:00Z',
      generation: 1,
    },
    spec,
    status: {},
  };
}
