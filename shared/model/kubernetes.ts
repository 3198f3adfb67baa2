/**
 * The part of Kubernetes objects that this system reads: what the relay leaves of them and what an event carries.
 * The shapes are the API's own, so that a real object is one of these as it stands.
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
  readonly generation?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  /** Only of a `Ready` that is not True; empty where Kubernetes gives none. A relay of an earlier version sends none. */
  readonly reason?: string | undefined;
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

/** Any of the kinds that carry only metadata and a spec for us: App Mesh's, and Namespace. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
  /** Of a mesh object: only the ARNs, by which it is known what the old controller made. */
  readonly status?: Readonly<Record<string, string>> | undefined;
}

/** Where a pod runs, from its node's `topology.kubernetes.io` labels. */
export interface NodePlace {
  readonly name: string;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
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

/** Where a kind's status carries the ARN of its resource; a BackendGroup is nothing on AWS. */
export const arnFields: Readonly<Partial<Record<MeshKind, string>>> = {
  Mesh: 'meshARN',
  VirtualNode: 'virtualNodeARN',
  VirtualService: 'virtualServiceARN',
  VirtualRouter: 'virtualRouterARN',
  VirtualGateway: 'virtualGatewayARN',
  GatewayRoute: 'gatewayRouteARN',
};

/** Annotations of ours on a pod; only these travel in an event. */
export const annotationPrefix = 'eks-mesh-sync/';

/** The readiness gate the old App Mesh controller set; it is ours now, so it never keeps a pod out. */
export const cloudMapReadinessGate = 'conditions.appmesh.k8s.aws/aws-cloudmap-healthy';

/**
 * Puts this project's definitions in the place of the App Mesh controller's: those lack fields of a status, and belong
 * to another field manager.
 */
export const applyDefinitions = 'kubectl apply --server-side --force-conflicts -f deploy/crds';
