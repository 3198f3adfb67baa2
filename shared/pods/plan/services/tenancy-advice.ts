import type { Tenant } from '../../../model/records/registration.ts';
import { includesTenant } from './service-owners.ts';

export interface OwnedService {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly owners: readonly Tenant[];
}

/** The maximum in a message; `explain` shows everything. */
const maxCharacters = 2_000;

/**
 * The tenancy of a cluster that has no rules yet, as YAML. Once there are rules, only what they name is allowed, so
 * they name every namespace that owns a service today in addition to the new one.
 */
export function tenancyThatKeeps(cluster: string, services: readonly OwnedService[]): string {
  const byNamespaces = new Map<string, { kubernetes: string; cloudMap: string; services: Set<string> }>();
  for (const { namespaceName, serviceName, owners } of services)
    for (const { kubernetesNamespace } of owners.filter((owner) => owner.cluster === cluster)) {
      const key = `${kubernetesNamespace} ${namespaceName}`;
      const rule = byNamespaces.get(key) ?? {
        ...{ kubernetes: kubernetesNamespace, cloudMap: namespaceName },
        services: new Set<string>(),
      };
      byNamespaces.set(key, rule);
      rule.services.add(serviceName);
    }
  const rules = [...byNamespaces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
  const lines = rules.map(
    ({ kubernetes, cloudMap, services: names }) =>
      `{ kubernetesNamespaces: [${scalar(kubernetes)}], cloudMapNamespaces: [${scalar(cloudMap)}], ` +
      `services: [${[...names].sort().map(scalar).join(', ')}] }`,
  );
  return `tenancy: [${lines.join(', ')}]`;
}

/** The part of it for a message. */
export function inMessage({ cluster, kubernetesNamespace }: Tenant, yaml: string): string {
  const what = `to let namespace ${kubernetesNamespace} in and keep what works today, give cluster ${cluster} in clusters.yml`;
  if (yaml.length <= maxCharacters) return `${what} ${yaml}`;
  return `${what} the tenancy that explain prints for the pod`;
}

export function requestedService(
  { namespaceName, serviceName }: Pick<OwnedService, 'namespaceName' | 'serviceName'>,
  owners: readonly Tenant[],
  tenant: Tenant,
): OwnedService {
  return {
    namespaceName,
    serviceName,
    owners: includesTenant(owners, tenant) ? owners : [...owners, tenant],
  };
}

function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) ? text : JSON.stringify(text);
}
