import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';

const groups = {
  DestinationRule: 'networking.istio.io',
  Gateway: 'networking.istio.io',
  PeerAuthentication: 'security.istio.io',
  ServiceEntry: 'networking.istio.io',
  Sidecar: 'networking.istio.io',
  Telemetry: 'telemetry.istio.io',
  VirtualService: 'networking.istio.io',
} as const;

/** The kinds that are written. */
export type IstioKind = keyof typeof groups;

/** Of each, its versions, the one to prefer first. Before Istio 1.22 there was no `v1`. */
export const istioVersions: Readonly<Record<IstioKind, readonly string[]>> = {
  DestinationRule: ['v1', 'v1beta1'],
  Gateway: ['v1', 'v1beta1'],
  PeerAuthentication: ['v1', 'v1beta1'],
  ServiceEntry: ['v1', 'v1beta1'],
  Sidecar: ['v1', 'v1beta1'],
  Telemetry: ['v1', 'v1alpha1'],
  VirtualService: ['v1', 'v1beta1'],
};

interface Named {
  readonly kind: IstioKind;
  readonly namespace: string;
  readonly name: string;
}

export function resourceOf({ kind, namespace, name }: Named): ObjectResource {
  return { group: groups[kind], kind, namespace, name };
}

export function keyOf(named: Named): string {
  return objectResourceKey(resourceOf(named));
}
