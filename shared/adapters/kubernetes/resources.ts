import { type MeshKind, meshKinds, type ObjectMeta } from '../../model/kubernetes.ts';

/** Any object of the API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** A kind as the API serves it. */
export interface Resource {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export const pods: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
export const nodes: Resource = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
export const namespaces: Resource = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** The App Mesh kinds by kind; only `Mesh` is cluster-scoped. */
export const meshResources: Readonly<Record<MeshKind, Resource>> = Object.fromEntries(
  meshKinds.map((kind) => [
    kind,
    {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind,
      plural: kind === 'Mesh' ? 'meshes' : `${kind.toLowerCase()}s`,
      namespaced: kind !== 'Mesh',
    },
  ]),
) as Record<MeshKind, Resource>;

/**
 * Path of a collection: `/api/v1/nodes`, `/apis/<group>/<version>/namespaces/<namespace>/<plural>`. Without a
 * namespace, the path of a namespaced kind covers all namespaces.
 */
export function collectionPath(resource: Resource, namespace?: string | undefined): string {
  const root = resource.apiVersion.includes('/') ? '/apis' : '/api';
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${resource.apiVersion}${scope}/${resource.plural}`;
}

/** Path of one object. */
export function objectPath(resource: Resource, namespace: string | undefined, name: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Path of the status of one object. */
export function statusPath(resource: Resource, namespace: string | undefined, name: string): string {
  return `${objectPath(resource, namespace, name)}/status`;
}

/** `virtualnodes.appmesh.k8s.aws`, `pods`: how RBAC and kubectl name a kind. */
export function resourceText(resource: Resource): string {
  const [group, version] = resource.apiVersion.split('/');
  return version ? `${resource.plural}.${group}` : resource.plural;
}

/**
 * Verb and resource as RBAC names them: `list pods`, `watch virtualnodes.appmesh.k8s.aws in namespace shop`, `patch
 * pods/status front in namespace shop`.
 */
export function actionText(
  verb: string,
  resource: Resource,
  namespace: string | undefined,
  { name, subresource }: { readonly name?: string; readonly subresource?: string } = {},
): string {
  const kind = `${resourceText(resource)}${subresource ? `/${subresource}` : ''}`;
  return `${verb} ${kind}${name ? ` ${name}` : ''}${namespace ? ` in namespace ${namespace}` : ''}`;
}
