import type { LiveEntry } from './entry.ts';
import { entryNameOf } from './entry-name.ts';
import { hostsOf, isOwnEntry } from './entry-ownership.ts';
import type { EntryPlanInput } from './entry-plan.ts';

/** Who has which host in the cluster. */
export interface ClusterHosts {
  readonly own: readonly LiveEntry[];
  ownOf(host: string): readonly LiveEntry[];
  /** Entries of others with the host, in whatever namespace. */
  othersOf(host: string): readonly LiveEntry[];
  /** Text of the Kubernetes Service that has the host. */
  serviceOf(host: string): string | undefined;
  /** The entry with this name, of whomever. */
  named(namespace: string, name: string): LiveEntry | undefined;
}

export function clusterHosts({
  cluster,
  entries,
  kubernetesServices,
}: Pick<EntryPlanInput, 'cluster' | 'entries' | 'kubernetesServices'>): ClusterHosts {
  const { own = [], others = [] } = Object.groupBy(entries, (entry) =>
    isOwnEntry(entry, cluster) ? 'own' : 'others',
  );
  const byName = new Map(
    entries.map((entry) => [nameKey(entry.metadata.namespace ?? '', entry.metadata.name), entry]),
  );
  const ownByName = Map.groupBy(own, ({ metadata }) => metadata.name);
  const othersByHost = new Map<string, LiveEntry[]>();
  for (const entry of others)
    for (const host of hostsOf(entry)) othersByHost.set(host, [...(othersByHost.get(host) ?? []), entry]);
  const services = new Map(
    kubernetesServices.map(({ namespace, name }) => [`${name}.${namespace}`, `${namespace}/${name}`]),
  );
  return {
    own,
    ownOf: (host) => ownByName.get(entryNameOf(host)) ?? [],
    othersOf: (host) => othersByHost.get(host) ?? [],
    serviceOf: (host) => services.get(host),
    named: (namespace, name) => byName.get(nameKey(namespace, name)),
  };
}

/** Whether a Kubernetes Service could have the host: `web.shop`. Hosts in the cluster's domain get no entry anyway. */
export function couldBeKubernetesHost(host: string): boolean {
  return host.split('.').length === 2;
}

function nameKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
