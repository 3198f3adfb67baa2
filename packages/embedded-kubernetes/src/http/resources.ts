import type { Kind, Subresource } from '../kinds/kind.ts';
import type { JsonObject } from '../model/objects.ts';

/** A resource as discovery shows it. */
export interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  /** Of the objects, if it is not the group that serves them. */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Resources without stored objects: a client creates one and reads the answer. */
const reviews: readonly { group: string; kind: string; plural: string; namespaced?: boolean }[] = [
  { group: 'authentication.k8s.io', kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' },
  { group: 'authentication.k8s.io', kind: 'TokenReview', plural: 'tokenreviews' },
  {
    group: 'authorization.k8s.io',
    kind: 'LocalSubjectAccessReview',
    plural: 'localsubjectaccessreviews',
    namespaced: true,
  },
  { group: 'authorization.k8s.io', kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews' },
  { group: 'authorization.k8s.io', kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews' },
  { group: 'authorization.k8s.io', kind: 'SubjectAccessReview', plural: 'subjectaccessreviews' },
];

/** The resources of each group and version, such as `apps/v1`, or `v1` for the core group. */
export function resourcesByVersion(kinds: readonly Kind[]): Map<string, ApiResource[]> {
  const all = new Map<string, ApiResource[]>();
  const add = (key: string, resources: readonly ApiResource[]) =>
    all.set(key, [...(all.get(key) ?? []), ...resources]);
  for (const kind of kinds)
    add(kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, resourcesOf(kind));
  for (const review of reviews) add(`${review.group}/v1`, [reviewResource(review)]);
  for (const [key, resources] of all)
    all.set(
      key,
      resources.sort((a, b) => compare(a.name, b.name)),
    );
  return all;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function reviewResource({ kind, plural, namespaced = false }: (typeof reviews)[number]): ApiResource {
  return { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: ['create'] };
}

function resourcesOf(kind: Kind): ApiResource[] {
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    // Namespaces are deleted one by one.
    verbs: kind.kind === 'Namespace' ? verbs.filter((verb) => verb !== 'deletecollection') : verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  };
  return [main, ...kind.subresources.map((name) => subresource(kind, name))];
}

const changes = ['get', 'patch', 'update'];
const calls = ['create', 'delete', 'get', 'patch', 'update'];

/** What differs from a subresource that reads and changes its object. */
const subresources: Partial<Record<Subresource, (kind: Kind) => JsonObject>> = {
  attach: () => ({ kind: 'PodAttachOptions', verbs: ['create', 'get'] }),
  eviction: () => ({ group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }),
  exec: () => ({ kind: 'PodExecOptions', verbs: ['create', 'get'] }),
  finalize: () => ({ verbs: ['update'] }),
  log: () => ({ verbs: ['get'] }),
  portforward: () => ({ kind: 'PodPortForwardOptions', verbs: ['create', 'get'] }),
  proxy: ({ kind }) => ({ kind: `${kind}ProxyOptions`, verbs: calls }),
  scale: () => ({ group: 'autoscaling', version: 'v1', kind: 'Scale' }),
  token: () => ({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }),
};

function subresource(kind: Kind, name: Subresource): ApiResource {
  return {
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: changes,
    ...subresources[name]?.(kind),
  };
}
