/** An object whose status is patched. */
export interface StatusTarget {
  /** As RBAC names it: `pods`, `virtualnodes.appmesh.k8s.aws`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** The path of the object itself. */
  readonly path: string;
}

const name = '([a-z0-9][a-z0-9.-]*)';
const patterns = [
  new RegExp(`^/api/v1/namespaces/${name}/(pods)/${name}$`),
  new RegExp(`^/apis/appmesh\\.k8s\\.aws/v1beta2/namespaces/${name}/([a-z]+)/${name}$`),
];
const clusterScoped = new RegExp(`^/apis/appmesh\\.k8s\\.aws/v1beta2/(meshes)/${name}$`);

/** What a PATCH to a path is about, if it is one of the statuses that the functions write; undefined for any other path. */
export function statusTarget(url: string): StatusTarget | undefined {
  const [whole = ''] = url.split('?');
  if (!whole.endsWith('/status')) return undefined;
  const path = whole.slice(0, -'/status'.length);
  const [, mesh, meshName = ''] = clusterScoped.exec(path) ?? [];
  if (mesh !== undefined) return { resource: 'meshes.appmesh.k8s.aws', name: meshName, path };
  for (const [index, pattern] of patterns.entries()) {
    const [, namespace, plural, object = ''] = pattern.exec(path) ?? [];
    if (plural === undefined) continue;
    return { resource: index === 0 ? 'pods' : `${plural}.appmesh.k8s.aws`, namespace, name: object, path };
  }
  return undefined;
}

/** The kind of mesh objects, in the plural, that a GET of a path lists in the whole cluster; undefined for any other path. */
export function listedMeshKind(url: string): string | undefined {
  const [path = '', query] = url.split('?');
  const [, plural] = /^\/apis\/appmesh\.k8s\.aws\/v1beta2\/([a-z]+)$/.exec(path) ?? [];
  return new URLSearchParams(query).has('watch') ? undefined : plural;
}
