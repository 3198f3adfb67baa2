import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { JsonObject } from '../model/objects.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `/version`: the Kubernetes release that this server implements. */
const versionInfo = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0-embedded',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** Resources without stored objects: they only return a review. */
const reviews = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resources: [
    { name: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' },
    { name: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' },
  ],
};

/** The document of a discovery path; undefined for other paths. */
export function discover(path: string, kinds: readonly Kind[]): JsonObject | undefined {
  const [root, group, version, ...more] = path.split('/').filter(Boolean);
  if (path === '/version') return versionInfo;
  if (root === 'api' && group === undefined) return { kind: 'APIVersions', versions: ['v1'] };
  if (root === 'api' && version === undefined) return resourceList('', group ?? '', kinds);
  if (root !== 'apis' || more.length > 0) return undefined;
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(kinds) };
  if (version !== undefined) return resourceList(group, version, kinds);
  return groups(kinds).find(({ name }) => name === group);
}

function groups(kinds: readonly Kind[]): JsonObject[] {
  const versions = new Map<string, Set<string>>([[reviews.group, new Set([reviews.version])]]);
  for (const { group, version } of kinds) {
    if (group !== '') versions.set(group, (versions.get(group) ?? new Set()).add(version));
  }
  return [...versions].map(([name, served]) => {
    const list = [...served]
      .sort(byPriority)
      .map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { kind: 'APIGroup', apiVersion: 'v1', name, versions: list, preferredVersion: list[0] };
  });
}

/** The most stable version first, then the newest: v2, v1, v1beta2, v1beta1, v1alpha1 (apimachinery's version package). */
function byPriority(a: string, b: string): number {
  const [one, other] = [rankOf(a), rankOf(b)];
  const differing = one.findIndex((rank, index) => rank !== other[index]);
  return differing < 0 ? 0 : (other[differing] ?? 0) - (one[differing] ?? 0);
}

function rankOf(version: string): readonly number[] {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  const stability = stage === undefined ? 2 : stage === 'beta' ? 1 : 0;
  return [stability, Number(major), Number(minor)];
}

/** All groups and versions, including core, as in OpenAPI. */
export function groupVersions(kinds: readonly Kind[]): { group: string; version: string }[] {
  const seen = new Map(kinds.map(({ group, version }) => [`${group}/${version}`, { group, version }]));
  return [...seen.values()];
}

function resourceList(group: string, version: string, kinds: readonly Kind[]): JsonObject | undefined {
  const own = kinds.filter((kind) => kind.group === group && kind.version === version);
  const groupVersion = apiVersionOf({ group, version });
  if (group === reviews.group && version === reviews.version)
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion,
      resources: reviews.resources.map(review),
    };
  if (own.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: own.flatMap(resources) };
}

function review({ name, kind }: { name: string; kind: string }): JsonObject {
  return { name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ['create'] };
}

function resources(kind: Kind): JsonObject[] {
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  };
  return [main, ...kind.subresources.map((name) => subresource(kind, name))];
}

function subresource(kind: Kind, name: Kind['subresources'][number]): JsonObject {
  const base = {
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    kind: kind.kind,
  };
  if (name === 'scale')
    return { ...base, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
  if (name === 'eviction')
    return { ...base, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] };
  return { ...base, verbs: name === 'finalize' ? ['update'] : ['get', 'patch', 'update'] };
}
