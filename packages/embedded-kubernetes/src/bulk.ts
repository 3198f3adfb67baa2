import { randomUUID } from 'node:crypto';
import type { RunningControlPlane } from './control-plane.ts';
import { runningStatus, startingStatus } from './controllers/pod-status.ts';
import { setPodDefaults } from './kinds/pods/defaults.ts';
import type { KubernetesObject } from './model/objects.ts';
import { timestamp } from './verbs/api-context.ts';

export interface PodPattern {
  /** Created if missing; `default` by default. */
  readonly namespace?: string;
  /** Pods are named `PREFIX-00000` and so on; `pod` by default. */
  readonly namePrefix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Stores running, ready pods with addresses, spread over the nodes, for load tests. From then on they are normal pods,
 * except that their fields have no managers. Throws if the nodes' addresses are exhausted.
 */
export function createRunningPods(
  plane: RunningControlPlane,
  count: number,
  pattern: PodPattern,
): KubernetesObject[] {
  const { namespace = 'default' } = pattern;
  const api = plane.client('embedded');
  if (!api.get('namespaces', undefined, namespace))
    api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const now = timestamp();
  return Array.from({ length: count }, (_, index) => createOne(plane, pattern, index, now));
}

function createOne(
  plane: RunningControlPlane,
  pattern: PodPattern,
  index: number,
  now: string,
): KubernetesObject {
  const nodes = plane.context.store.list('nodes').filter(({ metadata }) => plane.kubelets.has(metadata.name));
  const node = nodes[index % nodes.length];
  const kubelet = node && plane.kubelets.get(node.metadata.name);
  if (!node || !kubelet) throw new Error('no node with a kubelet found in the cluster');
  const pod = podObject(pattern, index, node.metadata.name, now);
  const addresses = kubelet.adopt(pod.metadata.uid, `${pod.metadata.namespace}/${pod.metadata.name}`);
  pod.status = startingStatus(pod, addresses.hostIP, now);
  pod.status = runningStatus(pod, addresses, true, now);
  return plane.context.store.put('pods', pod);
}

function podObject(pattern: PodPattern, index: number, nodeName: string, now: string): KubernetesObject {
  const { namespace = 'default', namePrefix = 'pod', labels = { app: 'bulk' }, annotations } = pattern;
  const name = `${namePrefix}-${String(index).padStart(5, '0')}`;
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: now,
      labels: { ...labels },
      ...(annotations && { annotations: { ...annotations } }),
    },
    spec: {
      nodeName,
      containers: [{ name: 'main', image: 'example/app:1', ports: [{ containerPort: 8080 }] }],
    },
  };
  setPodDefaults(pod);
  return pod;
}
