import {
  DiscoverInstancesCommand,
  type HttpInstanceSummary,
  paginateListNamespaces,
  paginateListServices,
  ServiceDiscoveryClient,
  ServiceDiscoveryServiceException,
} from '@aws-sdk/client-servicediscovery';
import type { Identity } from './identity.ts';

/** A query to Cloud Map, as of `aws servicediscovery discover-instances`. */
export interface Question {
  readonly namespace: string;
  readonly service: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface CloudMapView {
  /** The instances sorted by id, their attributes by name; none if the service does not exist. */
  discover(question: Question): Promise<readonly HttpInstanceSummary[]>;
  /** Every service of every namespace, as queries without parameters. */
  services(): Promise<readonly Question[]>;
  serviceId(question: Question): Promise<string | undefined>;
}

/** Cloud Map as its clients see it. */
export function cloudMapView(endpoint: string, { region, ...credentials }: Identity): CloudMapView {
  // A custom endpoint has no second host name with the prefix `data-`.
  const client = new ServiceDiscoveryClient({ endpoint, region, credentials, disableHostPrefix: true });
  return {
    discover: async (question) => sorted(await discover(client, question)),
    services: async () => (await services(client)).map(({ id: _, ...question }) => question),
    serviceId: async ({ namespace, service }) =>
      (await services(client)).find((each) => each.namespace === namespace && each.service === service)?.id,
  };
}

async function discover(
  client: ServiceDiscoveryClient,
  { namespace, service, parameters }: Question,
): Promise<readonly HttpInstanceSummary[]> {
  try {
    const { Instances = [] } = await client.send(
      new DiscoverInstancesCommand({
        NamespaceName: namespace,
        ServiceName: service,
        QueryParameters: parameters,
        HealthStatus: 'ALL',
        MaxResults: 1000,
      }),
    );
    return Instances;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof ServiceDiscoveryServiceException &&
    (error.name === 'NamespaceNotFound' || error.name === 'ServiceNotFound')
  );
}

async function services(
  client: ServiceDiscoveryClient,
): Promise<readonly (Question & { readonly id: string })[]> {
  const found: (Question & { readonly id: string })[] = [];
  const namespaces = new Map<string, string>();
  for await (const { Namespaces = [] } of paginateListNamespaces({ client }, {}))
    for (const { Id = '', Name = '' } of Namespaces) namespaces.set(Id, Name);
  for (const [id, namespace] of namespaces) {
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [id] }];
    for await (const { Services = [] } of paginateListServices({ client }, { Filters }))
      for (const { Id: serviceId = '', Name = '' } of Services)
        found.push({ namespace, service: Name, id: serviceId });
  }
  return found;
}

function sorted(instances: readonly HttpInstanceSummary[]): readonly HttpInstanceSummary[] {
  return instances
    .map((instance) => ({
      ...instance,
      Attributes: Object.fromEntries(Object.entries(instance.Attributes ?? {}).sort(byText)),
    }))
    .sort((a, b) => byText([a.InstanceId ?? ''], [b.InstanceId ?? '']));
}

function byText([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
