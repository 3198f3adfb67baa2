import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { trimPod } from '../../shared/model/events/trim.ts';
import { cloudMapReadinessGate, type PodObject } from '../../shared/model/kubernetes.ts';
import { podEvent } from './objects.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** A pod of the embedded cluster that declares our readiness gate and, by annotations, a service of that name. */
export function aGatedPod(cluster: Cluster, name: string) {
  const described = (service: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'eks-mesh-sync/cloud-map-namespace': 'shop.local',
        'eks-mesh-sync/cloud-map-service': service,
      },
    },
    spec: {
      containers: [{ name: 'main', image: 'app:1' }],
      readinessGates: [{ conditionType: cloudMapReadinessGate }],
    },
  });
  cluster.apply([described(name)]);
  const pod = () => cluster.api.get('pods', 'default', name) as unknown as PodObject;
  return {
    /** What the relay sends about it as it is now. */
    event: () => podEvent({ pod: trimPod(pod()) }),
    ip: () => pod().status.podIPs?.[0]?.ip,
    condition: (type: string) =>
      (pod().status.conditions as Condition[] | undefined)?.find((each) => each.type === type),
    moveTo: (service: string) => void cluster.apply([described(service)]),
  };
}
