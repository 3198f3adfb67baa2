import type { LabelSelector } from '../shared/model/mesh/label-selector.ts';

/** A pod, or the template of one: of its fields, those that an injection reads or changes. */
export interface Pod {
  readonly metadata?: PodMetadata | undefined;
  readonly spec?: PodSpec | undefined;
}

export interface PodMetadata {
  readonly name?: string | undefined;
  readonly generateName?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
}

export interface PodSpec {
  readonly hostNetwork?: boolean | undefined;
  readonly containers?: readonly Container[] | undefined;
  readonly initContainers?: readonly Container[] | null | undefined;
  readonly volumes?: readonly Volume[] | null | undefined;
}

export interface Container {
  readonly name: string;
  readonly image?: string | undefined;
  readonly env?: readonly EnvVar[] | null | undefined;
  readonly volumeMounts?: readonly VolumeMount[] | null | undefined;
  readonly [field: string]: unknown;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

/** A VirtualNode or VirtualGateway of the pod's namespace. */
export interface ProxyObject {
  readonly kind: 'VirtualNode' | 'VirtualGateway';
  readonly name: string;
  readonly spec: ProxySpec;
}

/** Of the spec, what an injection reads. */
export interface ProxySpec {
  readonly podSelector?: LabelSelector | null | undefined;
  readonly listeners?: readonly { readonly portMapping: { readonly port: number } }[] | null | undefined;
  readonly [field: string]: unknown;
}

export interface PodNamespace {
  readonly name: string;
  /** If unknown, a pod that nothing selects is left alone. */
  readonly labels?: Readonly<Record<string, string>> | 'unknown' | null | undefined;
}
