import type { ClusterConfig } from '../model/cluster-config.ts';
import type { ServiceEntriesConfig } from '../model/config/service-entries.ts';
import { isSameDnsName } from '../model/dns-name.ts';
import type { ServiceKey } from '../model/identity.ts';
import { targetOf } from '../model/target.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { KnownService, ListedNamespace } from '../ports/service-entry-ports.ts';
import { entryGroup, entryKind, entryVersions, type LiveEntry } from '../service-entries/plan/entry.ts';
import { mayImport } from '../service-entries/plan/selection.ts';
import { type EntryFacts, type ExplainedEntry, explainEntry } from './plan/entry-explanation.ts';
import type { ReadAttempts } from './reads.ts';

type Names = Pick<ServiceKey, 'namespaceName' | 'serviceName'>;
type Importing = ClusterConfig & { readonly serviceEntries: ServiceEntriesConfig };

/** The ServiceEntry of a service in each cluster that imports from its account and Region. Writes nothing. */
export async function explainEntries(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  { target, ...names }: ServiceKey,
): Promise<readonly (ExplainedEntry & { readonly everyMinutes: number })[]> {
  const importing = deps.clusters.filter(
    (config): config is Importing => config.serviceEntries !== undefined && targetOf(config) === target,
  );
  const explained = importing.map(async (config) => {
    const facts = await readFacts(deps, reads, config, names);
    return { ...explainEntry(facts), everyMinutes: config.serviceEntries.everyMinutes };
  });
  return Promise.all(explained);
}

/** Of a service that the configuration does not select, only the cluster's entries are read. */
async function readFacts(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: Importing,
  { namespaceName, serviceName }: Names,
): Promise<EntryFacts> {
  const facts = { cluster: config.name, options: config.serviceEntries, namespaceName, serviceName };
  const entries = await reads.attempt(`the ServiceEntries of cluster ${config.name}`, () =>
    readEntries(deps, config),
  );
  if (!mayImport(config.serviceEntries, facts)) return { ...facts, entries };
  const kubernetesServices = await reads.attempt(`the Services of cluster ${config.name}`, () =>
    readKubernetesServices(deps, config),
  );
  return { ...facts, entries, kubernetesServices, known: await readKnown(deps, reads, config, facts) };
}

async function readEntries(deps: ExplainDependencies, config: ClusterConfig): Promise<readonly LiveEntry[]> {
  const objects = deps.kubernetesObjects(config);
  const version = await objects.servedVersion(entryGroup, entryKind, entryVersions);
  return version === undefined
    ? []
    : objects.list({ apiVersion: `${entryGroup}/${version}`, kind: entryKind });
}

async function readKubernetesServices(deps: ExplainDependencies, config: ClusterConfig) {
  const services = await deps.kubernetesObjects(config).list({ apiVersion: 'v1', kind: 'Service' });
  return services.map(({ metadata: { namespace = '', name } }) => ({ namespace, name }));
}

async function readKnown(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { namespaceName, serviceName }: Names,
): Promise<EntryFacts['known']> {
  const text = `${namespaceName}/${serviceName}`;
  const stored = await reads.attempt(
    `the last comparison of cluster ${config.name} with ${text}`,
    async () => ({
      found: await findKnown(deps, config.name, { namespaceName, serviceName }),
    }),
  );
  if (stored?.found === undefined) return stored && null;
  const { known, namespace } = stored.found;
  const discovered = await reads.attempt(
    `the instances of ${text} as cluster ${config.name} discovers them`,
    () => deps.catalog(config).instances({ ...known, namespace }),
  );
  const { name, arn, healthCheck, isSelected } = known;
  const [, , , region, account] = namespace.arn.split(':');
  const view = { ...namespace, account, region };
  const service = { namespace: view, name, arn, healthCheck, instances: discovered?.instances };
  const key = serviceKeyOf(config, { namespaceName, serviceName });
  const registered = await reads.attempt(`the stored id of ${text}`, () => deps.services.find(key));
  return { isSelected, service: { ...service, isRegisteredByPods: registered !== undefined } };
}

async function findKnown(deps: ExplainDependencies, cluster: string, { namespaceName, serviceName }: Names) {
  const namespaces = (await deps.serviceEntries.namespaces(cluster)) ?? [];
  const named = new Map<string, ListedNamespace>(
    namespaces.filter(({ name }) => isSameDnsName(name, namespaceName)).map((each) => [each.id, each]),
  );
  const found: { readonly known: KnownService; readonly namespace: ListedNamespace }[] = [];
  if (named.size > 0)
    for await (const known of deps.serviceEntries.services(cluster)) {
      const namespace = named.get(known.namespaceId);
      if (namespace !== undefined && isSameDnsName(known.name, serviceName)) found.push({ known, namespace });
    }
  return found.find(({ known }) => known.isSelected) ?? found[0];
}
