import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { annotationPrefix, type PodObject } from '../../shared/model/kubernetes.ts';
import { kubernetesNamespace, type RunNames } from './names.ts';

/** Of the ranges that are reserved for documentation: no pod and no host has them. */
const addresses = { ipv4: ['192.0.2.1'], ipv6: ['2001:db8::1'], dual: ['192.0.2.1', '2001:db8::1'] } as const;

export interface TestPod {
  readonly uid: string;
  readonly createdAtMs: number;
  /** Later states of the pod need higher versions. */
  readonly version: number;
  readonly color: string;
}

/** A ready pod as an API server would show it, annotated for a service in a Cloud Map namespace. */
export function podObject(
  { pod, service }: Pick<RunNames, 'pod' | 'service'>,
  cloudMapNamespace: string,
  family: ClusterConfig['cloudMap']['ipFamily'],
  { uid, createdAtMs, version, color }: TestPod,
): PodObject {
  return {
    metadata: {
      name: pod,
      namespace: kubernetesNamespace,
      uid,
      resourceVersion: String(version),
      creationTimestamp: `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`,
      labels: { app: 'smoke', color },
      annotations: {
        [`${annotationPrefix}cloud-map-namespace`]: cloudMapNamespace,
        [`${annotationPrefix}cloud-map-service`]: service,
        [`${annotationPrefix}port`]: '8080',
      },
    },
    spec: {},
    status: {
      phase: 'Running',
      podIPs: addresses[family].map((ip) => ({ ip })),
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'ContainersReady', status: 'True' },
      ],
    },
  };
}

/** The id of its instance. */
export function instanceIdOf({ instanceId, ipFamily }: ClusterConfig['cloudMap'], uid: string): string {
  return instanceId === 'pod-uid' ? uid : addresses[ipFamily][0];
}
