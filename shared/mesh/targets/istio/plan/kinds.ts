const networking = { group: 'networking.istio.io', versions: ['v1', 'v1beta1'] } as const;
const security = { group: 'security.istio.io', versions: ['v1', 'v1beta1'] } as const;
const telemetry = { group: 'telemetry.istio.io', versions: ['v1', 'v1alpha1'] } as const;

/** The kinds that are written, each with its versions from the one to prefer. */
export const istioKinds = {
  DestinationRule: networking,
  Gateway: networking,
  PeerAuthentication: security,
  ServiceEntry: networking,
  Sidecar: networking,
  Telemetry: telemetry,
  VirtualService: networking,
} as const;
export type IstioKind = keyof typeof istioKinds;

/** An object of Istio in the cluster, without a version. */
export interface IstioResource {
  readonly group: string;
  readonly kind: IstioKind;
  readonly namespace: string;
  readonly name: string;
}

export function keyOf({ kind, namespace, name }: Omit<IstioResource, 'group'>): string {
  return `${kind}/${namespace}/${name}`;
}
