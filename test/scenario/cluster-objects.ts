import { annotationPrefix, type ClusterObject, type PodObject } from '../../shared/model/kubernetes.ts';
import { kubernetesKinds, type NodeDescription, type PodDescription, type Thing } from './description.ts';

function metadataOf({ name, namespace, uid, resourceVersion, createdAt }: Thing): ClusterObject['metadata'] {
  return {
    name,
    namespace,
    uid,
    resourceVersion: String(resourceVersion),
    creationTimestamp: createdAt,
  };
}

/** The pod as its API server returns it. */
export function podOf(thing: Thing, pod: PodDescription): PodObject {
  if (pod.ip === undefined) throw new Error(`pod ${thing.name}: ip is missing; expected an address or none`);
  const status = pod.ready === false ? 'False' : 'True';
  const gates = Object.entries(pod.gates ?? {});
  const isReady = status === 'True' && gates.every(([, gate]) => gate === 'True');
  const annotations = Object.entries(pod.annotations ?? {}).map(([key, value]) => [
    `${annotationPrefix}${key}`,
    value,
  ]);
  return {
    metadata: {
      ...metadataOf(thing),
      ...(pod.terminating && { deletionTimestamp: thing.createdAt }),
      labels: pod.labels ?? { app: thing.name.replace(/-[^-]*$/, '') },
      annotations: Object.fromEntries(annotations),
    },
    spec: {
      nodeName: pod.node?.name ?? 'node-1',
      hostNetwork: pod.hostNetwork,
      readinessGates: gates.map(([conditionType]) => ({ conditionType })),
    },
    status: {
      phase: pod.phase ?? 'Running',
      podIPs: pod.ip === 'none' ? [] : [pod.ip].flat().map((ip) => ({ ip })),
      conditions: [
        readyCondition(pod, isReady),
        { type: 'ContainersReady', status },
        ...gates.flatMap(([type, status]) => (status === null ? [] : [{ type, status }])),
      ],
    },
  };
}

function readyCondition({ ready, nodeLost }: PodDescription, isReady: boolean) {
  if (nodeLost) return { type: 'Ready', status: 'False', reason: '' };
  if (isReady) return { type: 'Ready', status: 'True' };
  const reason = ready === false ? 'ContainersNotReady' : 'ReadinessGatesNotReady';
  return { type: 'Ready', status: 'False', reason };
}

/** The mesh object or namespace as its API server returns it. */
export function objectOf(thing: Thing): ClusterObject {
  const { spec, labels } = thing.description as {
    spec?: Record<string, unknown>;
    labels?: Record<string, string>;
  };
  const metadata = { ...metadataOf(thing), ...(labels && { labels }) };
  if (thing.kind === 'namespace') return { apiVersion: 'v1', kind: 'Namespace', metadata };
  const own =
    thing.kind === 'virtualnode' ? nodeSpecOf(thing.name, thing.description as NodeDescription) : {};
  return {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: kubernetesKinds[thing.kind],
    metadata,
    spec: { ...own, ...spec },
  };
}

function nodeSpecOf(
  name: string,
  { selects = { app: name }, service = `shop.local/${name}`, attributes, port }: NodeDescription,
): Record<string, unknown> {
  const [namespaceName, serviceName] = service?.split('/') ?? [];
  const own = Object.entries(attributes ?? {}).map(([key, value]) => ({ key, value }));
  return {
    ...(selects && { podSelector: { matchLabels: selects } }),
    ...(port && { listeners: [{ portMapping: { port, protocol: 'http' } }] }),
    ...(service && {
      serviceDiscovery: {
        awsCloudMap: { namespaceName, serviceName, ...(own.length > 0 && { attributes: own }) },
      },
    }),
  };
}
