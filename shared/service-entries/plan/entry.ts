import type { LiveObject } from '../../model/kubernetes-object.ts';

/** `networking.istio.io` ServiceEntry, the fields that we write. */
export interface EntrySpec {
  readonly hosts: readonly string[];
  readonly addresses?: readonly string[] | undefined;
  readonly location: 'MESH_INTERNAL' | 'MESH_EXTERNAL';
  readonly resolution: 'STATIC' | 'DNS';
  readonly ports: readonly ServicePort[];
  readonly endpoints: readonly EntryEndpoint[];
  readonly exportTo?: readonly string[] | undefined;
}

export const protocols = ['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'MONGO', 'TCP', 'TLS'] as const;
export type Protocol = (typeof protocols)[number];

/** A port that clients see. */
export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
}

export interface EntryEndpoint {
  /** An IP address or a DNS name. */
  readonly address: string;
  /** Name of a service port → the number at which this endpoint listens. */
  readonly ports: Readonly<Record<string, number>>;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** `region/zone`. */
  readonly locality?: string | undefined;
  readonly weight?: number | undefined;
}

/** The group and kind of what this plan writes, and the versions in order of preference. */
export const entryGroup = 'networking.istio.io';
export const entryKind = 'ServiceEntry';
export const entryVersions = ['v1', 'v1beta1'] as const;

/** An entry as it should be: everything of the object but its apiVersion. */
export interface DesiredEntry {
  readonly host: string;
  readonly namespace: string;
  readonly name: string;
  /** `<account>/<Region>/<namespace>/<service>` of Cloud Map. */
  readonly sourceObject: string;
  /** With the marks of ownership. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: EntrySpec;
}

/** An entry of the cluster, of whomever. */
export type LiveEntry = LiveObject & {
  readonly metadata: { readonly ownerReferences?: readonly OwnerReference[] | undefined };
};

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}
