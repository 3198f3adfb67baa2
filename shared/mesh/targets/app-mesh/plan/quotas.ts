import type { Problem } from '../../../plan/problem.ts';
import type { AppMeshClaim, AppMeshDesired } from './app-mesh-claim.ts';
import type { ResourceKind, ResourceName } from './resource-name.ts';

/** AWS's quotas for App Mesh; most of them can be raised. */
export interface Quotas {
  readonly meshes: number;
  readonly virtualNodes: number;
  readonly virtualRouters: number;
  readonly virtualServices: number;
  readonly virtualGateways: number;
  readonly routesPerRouter: number;
  readonly gatewayRoutesPerGateway: number;
  readonly backendsPerNode: number;
  readonly weightedTargets: number;
}

const quotaOf: Readonly<Record<ResourceKind, { readonly quota: keyof Quotas; readonly words: string }>> = {
  mesh: { quota: 'meshes', words: 'meshes' },
  virtualGateway: { quota: 'virtualGateways', words: 'virtual gateways' },
  gatewayRoute: { quota: 'gatewayRoutesPerGateway', words: 'gateway routes' },
  virtualNode: { quota: 'virtualNodes', words: 'virtual nodes' },
  virtualRouter: { quota: 'virtualRouters', words: 'virtual routers' },
  route: { quota: 'routesPerRouter', words: 'routes' },
  virtualService: { quota: 'virtualServices', words: 'virtual services' },
};

/**
 * The planned resources that AWS would refuse because of a quota, counting the known existing ones: key → problem. The
 * earlier objects get the remaining quota.
 */
export function overQuota(
  creations: readonly AppMeshDesired[],
  claims: Iterable<AppMeshClaim>,
  quotas: Quotas,
): ReadonlyMap<string, Problem> {
  const counts = new Map<string, number>();
  for (const { resource, id, owner } of claims)
    if (id !== undefined && owner === undefined)
      counts.set(groupOf(resource), (counts.get(groupOf(resource)) ?? 0) + 1);

  const refused = new Map<string, Problem>();
  const byAge = [...creations].sort((a, b) =>
    a.entry.createdAt + a.key < b.entry.createdAt + b.key ? -1 : 1,
  );
  for (const { key, resource } of byAge) {
    const count = counts.get(groupOf(resource)) ?? 0;
    const { quota, words } = quotaOf[resource.kind];
    if (count < quotas[quota]) counts.set(groupOf(resource), count + 1);
    else refused.set(key, quotaReached(resource, words, quota, quotas));
  }
  return refused;
}

/** The problem of a spec with more entries than AWS accepts in one resource. */
export function overfull({ resource, spec }: AppMeshDesired, quotas: Quotas): Problem | null {
  const backends = listIn(spec, ['backends']).length;
  if (backends > quotas.backendsPerNode)
    return tooMany(resource, `${backends} backends`, 'backendsPerNode', quotas);
  const targets = Math.max(
    0,
    ...Object.values(spec).map((part) => listIn(part, ['action', 'weightedTargets']).length),
  );
  if (targets > quotas.weightedTargets)
    return tooMany(resource, `${targets} weighted targets`, 'weightedTargets', quotas);
  return null;
}

function groupOf({ kind, meshName, meshOwner = '', parentName = '' }: ResourceName): string {
  return kind === 'mesh' ? kind : `${kind} ${meshOwner}:${meshName} ${parentName}`;
}

function quotaReached(resource: ResourceName, words: string, quota: keyof Quotas, quotas: Quotas): Problem {
  const { kind, meshName, parentName } = resource;
  const place =
    kind === 'mesh'
      ? 'the account'
      : parentName === undefined
        ? `mesh "${meshName}"`
        : `"${parentName}" in mesh "${meshName}"`;
  return {
    reason: 'QuotaExceeded',
    message: `"${resource.name}" was not created: ${place} has reached the quota ${quota} of ${quotas[quota]} ${words}; delete others, or raise the quota on AWS and in clusters.yml`,
  };
}

function tooMany({ name }: ResourceName, found: string, quota: keyof Quotas, quotas: Quotas): Problem {
  return {
    reason: 'QuotaExceeded',
    message: `"${name}" has ${found}; the quota ${quota} allows at most ${quotas[quota]}`,
  };
}

function listIn(value: unknown, path: readonly string[]): readonly unknown[] {
  const found = path.reduce<unknown>(
    (part, name) => (part as Record<string, unknown> | undefined)?.[name],
    value,
  );
  return Array.isArray(found) ? found : [];
}
