import type { PodChanged } from '../../shared/model/events/event.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';

/** Services hold 1,000 instances. */
export const services = 4;

/** The IP address of the pod with this name. */
export function addressOf(name: string): string {
  const index = Number(name.split('-')[1]);
  return `10.0.${index >> 8}.${index & 255}`;
}

/** The event of a pod whose containers are ready, before or after its gate is True. */
export function readyPod(index: number, declaresGate: boolean, isGateTrue: boolean): PodChanged {
  const name = `front-${index}`;
  const status = (isTrue: boolean) => (isTrue ? 'True' : 'False');
  const pod = aPodObject({
    metadata: {
      name,
      uid: `uid-${index}`,
      resourceVersion: String(1_000 + 2 * index + (isGateTrue ? 1 : 0)),
      annotations: {
        'eks-mesh-sync/cloud-map-namespace': 'shop.local',
        'eks-mesh-sync/cloud-map-service': `front-${index % services}`,
      },
    },
    ...(declaresGate && { spec: { readinessGates: [{ conditionType: cloudMapReadinessGate }] } }),
    status: {
      podIPs: [{ ip: addressOf(name) }],
      conditions: [
        { type: 'Ready', status: status(!declaresGate || isGateTrue) },
        { type: 'ContainersReady', status: 'True' },
        ...(isGateTrue ? [{ type: cloudMapReadinessGate, status: 'True' }] : []),
      ],
    },
  });
  return podEvent({ pod });
}
