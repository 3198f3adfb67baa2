import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { JsonObject } from '../model/objects.ts';
import { type ApiResource, resourcesByVersion } from './resources.ts';

/** The Kubernetes release whose API this server has. */
export const gitVersion = 'v1.36.3-embedded';

const versionInfo = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** The document of a discovery path; undefined for other paths. */
export function discover(path: string, kinds: readonly Kind[]): JsonObject | undefined {
  const [root, group, version, ...more] = path.split('/').filter(Boolean);
  if (path === '/version' || path === '/version/') return versionInfo;
  if (root === 'api' && group === undefined) return { kind: 'APIVersions', versions: ['v1'] };
  if (root === 'api' && version === undefined) return resourceList('', group ?? '', kinds);
  if (root !== 'apis' || more.length > 0) return undefined;
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: apiGroups(kinds) };
  if (version !== undefined) return resourceList(group, version, kinds);
  return apiGroups(kinds).find(({ name }) => name === group);
}

/** A group with its versions, the preferred one first. */
export interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/** The order in which the API server has its groups: clients take the first one that has a name. */
const order = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

export function groupsOf(kinds: readonly Kind[]): Group[] {
  const versions = new Map<string, Set<string>>(order.map((name) => [name, new Set(['v1'])]));
  for (const { group, version } of kinds)
    versions.set(group, (versions.get(group) ?? new Set()).add(version));
  return [...versions].map(([name, served]) => ({ name, versions: [...served].sort(byPriority) }));
}

function apiGroups(kinds: readonly Kind[]): JsonObject[] {
  return groupsOf(kinds)
    .filter(({ name }) => name !== '')
    .map(({ name, versions }) => {
      const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
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

/** All groups and versions with stored objects, including core, as in OpenAPI. */
export function groupVersions(kinds: readonly Kind[]): { group: string; version: string }[] {
  const seen = new Map(kinds.map(({ group, version }) => [`${group}/${version}`, { group, version }]));
  return [...seen.values()];
}

function resourceList(group: string, version: string, kinds: readonly Kind[]): JsonObject | undefined {
  const groupVersion = apiVersionOf({ group, version });
  const resources = resourcesByVersion(kinds).get(groupVersion);
  return resources && { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

export const aggregatedMediaType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether a client asks for all resources in one document, as kubectl and helm do. */
export function wantsAggregated(accept: string): boolean {
  return accept
    .split(',')
    .some((part) => /g=apidiscovery\.k8s\.io/.test(part) && /v=v2(;|$)/.test(part) && /json/.test(part));
}

/** `/api` or `/apis` with the resources of each group and version (apidiscovery.k8s.io/v2). */
export function discoverAll(root: string, kinds: readonly Kind[]): JsonObject | undefined {
  if (root !== '/api' && root !== '/apis') return undefined;
  const resources = resourcesByVersion(kinds);
  const items = groupsOf(kinds)
    .filter(({ name }) => (name === '') === (root === '/api'))
    .map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map((version) => ({
        version,
        resources: aggregated(resources.get(apiVersionOf({ group: name, version })) ?? []),
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregated(resources: readonly ApiResource[]): JsonObject[] {
  const responseKind = (each: ApiResource) => ({
    group: each.group ?? '',
    version: each.version ?? '',
    kind: each.kind,
  });
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map((main) => {
      const { name, singularName, namespaced, kind: _, group: __, version: ___, ...rest } = main;
      const subresources = resources
        .filter((each) => each.name.startsWith(`${name}/`))
        .map((each) => ({
          subresource: each.name.slice(name.length + 1),
          responseKind: responseKind(each),
          verbs: each.verbs,
        }));
      return {
        resource: name,
        responseKind: responseKind(main),
        scope: namespaced ? 'Namespaced' : 'Cluster',
        singularResource: singularName,
        ...rest,
        ...(subresources.length > 0 && { subresources }),
      };
    });
}
