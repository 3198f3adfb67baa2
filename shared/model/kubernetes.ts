/**
 * The fields of Kubernetes objects that this system reads: those that the relay keeps and an event carries. The structure
 * is the API's, so a real object has these types as it is.
 */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid: string;
  /** An integer of any length, in decimal. */
  readonly resourceVersion: string;
  /** RFC 3339, to the second. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string | undefined;
  /** Not in events. */
  readonly deletionGracePeriodSeconds?: number | undefined;
  readonly generation?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  /** Only of a `Ready` that is not True; empty if Kubernetes gives none. A relay of an earlier version sends none. */
  readonly reason?: string | undefined;
  /** Not in events. */
  readonly lastTransitionTime?: string | undefined;
}

/** A core/v1 Pod, trimmed. */
export interface PodObject {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly nodeName?: string | undefined;
    readonly hostNetwork?: boolean | undefined;
    readonly readinessGates?: readonly { readonly conditionType: string }[] | undefined;
  };
  readonly status: {
    readonly phase?: string | undefined;
    readonly podIPs?: readonly { readonly ip: string }[] | undefined;
    readonly conditions?: readonly PodCondition[] | undefined;
  };
}

/** An object of which we use only metadata and spec: the App Mesh kinds and Namespace. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
  /** Of a mesh object: only the ARNs, which show what the old controller created. */
  readonly status?: Readonly<Record<string, string>> | undefined;
}

/** Where a pod runs, from its node's `topology.kubernetes.io` labels. */
export interface NodePlace {
  readonly name: string;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  /**
   * A version of the node at which it had these labels: of two places of a pod at one resourceVersion, the one of the higher
   * version is the later one. Absent from relays of earlier versions.
   */
  readonly resourceVersion?: string | undefined;
}

/** The App Mesh kinds of `appmesh.k8s.aws/v1beta2`. */
export const meshKinds = [
  'Mesh',
  'VirtualNode',
  'VirtualService',
  'VirtualRouter',
  'VirtualGateway',
  'GatewayRoute',
  'BackendGroup',
] as const;
export type MeshKind = (typeof meshKinds)[number];

/** `virtualnodes.appmesh.k8s.aws`: with the group, because Istio has virtual services, too. */
export function meshResourceName(kind: MeshKind): string {
  return `${kind === 'Mesh' ? 'meshes' : `${kind.toLowerCase()}s`}.appmesh.k8s.aws`;
}

/** The status field with the ARN of the resource, by kind; a BackendGroup has no AWS resource. */
export const arnFields: Readonly<Partial<Record<MeshKind, string>>> = {
  Mesh: 'meshARN',
  VirtualNode: 'virtualNodeARN',
  VirtualService: 'virtualServiceARN',
  VirtualRouter: 'virtualRouterARN',
  VirtualGateway: 'virtualGatewayARN',
  GatewayRoute: 'gatewayRouteARN',
};

/** Prefix of our annotations on a pod; an event carries only these. */
export const annotationPrefix = 'eks-mesh-sync/';

/** The readiness gate that the old App Mesh controller set. It is ours now, so it never prevents a registration. */
export const cloudMapReadinessGate = 'conditions.appmesh.k8s.aws/aws-cloudmap-healthy';

/**
 * Replaces the App Mesh controller's definitions by this project's: the controller's lack status fields, and belong to
 * another field manager.
 */
export const applyDefinitions = 'kubectl apply --server-side --force-conflicts -f deploy/crds';
