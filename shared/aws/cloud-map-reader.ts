import {
  DiscoverInstancesCommand,
  GetOperationCommand,
  type OperationFilter,
  paginateListInstances,
  paginateListOperations,
  paginateListServices,
  type ServiceDiscoveryClient,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import { RetryableError } from '../model/errors.ts';
import type { CloudMapService } from '../model/registration.ts';
import type { SeenInstance } from '../plan/findings.ts';
import { type Namespace, translated } from './cloud-map.ts';
import { callAws } from './errors.ts';

/** The most that ListInstances, ListServices and ListOperations take a page. */
const pageSize = 100;
/** The most that DiscoverInstances answers, and the quota of instances in a service, which AWS does not raise. */
const mostDiscovered = 1000;
/** An end of time for filters that need one: later than any clock that is off. */
const yearMs = 365 * 24 * 3600 * 1000;

/** What a sweep reads of one account and Region of Cloud Map. Errors: model/errors.ts; no answer is ever a part. */
export class CloudMapReader {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  /** By the name that Cloud Map has; none of a public namespace, into which nothing is registered. */
  async servicesOf(namespace: Namespace): Promise<ReadonlyMap<string, CloudMapService>> {
    const services = new Map<string, CloudMapService>();
    const { id: namespaceId, kind: namespaceKind } = namespace;
    if (namespaceKind === 'public-dns') return services;
    const pages = paginateListServices(
      { client: this.client, pageSize },
      { Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId] }] },
    );
    for await (const page of translated(`ListServices of ${namespace.name}`, pages))
      for (const summary of page.Services ?? []) {
        const name = summary.Name ?? '';
        services.set(name, {
          id: idOf(summary, namespace.name),
          ...{ name, namespaceId, namespaceKind },
          hasCustomHealthCheck: summary.HealthCheckCustomConfig !== undefined,
        });
      }
    return services;
  }

  /**
   * All instances of a service by id. With names, their health too: one DiscoverInstances call has all of it, because a
   * service cannot have more instances than that answers, where GetInstancesHealthStatus needs a call for every hundred
   * of the scarce ones that change Cloud Map (DiscoverInstances has a limit of its own, 1,000 a second). What is there is
   * what ListInstances says; an instance that DiscoverInstances does not show yet has no health.
   */
  async instancesOf(
    serviceId: string,
    healthOf?: { readonly namespaceName: string; readonly serviceName: string } | undefined,
  ): Promise<ReadonlyMap<string, SeenInstance>> {
    const instances = new Map<string, SeenInstance>();
    const pages = paginateListInstances({ client: this.client, pageSize }, { ServiceId: serviceId });
    for await (const page of translated(`ListInstances of ${serviceId}`, pages))
      for (const { Id, Attributes } of page.Instances ?? [])
        instances.set(Id ?? '', { attributes: Attributes ?? {} });
    if (healthOf === undefined || instances.size === 0) return instances;
    for (const [id, health] of await this.health(healthOf)) {
      const instance = instances.get(id);
      if (instance !== undefined) instances.set(id, { ...instance, health });
    }
    return instances;
  }

  /**
   * Operation id → `code: message`, of the operations on instances that failed since then. A listed operation has no
   * words, so each that failed is asked for; in a service that is well that is none.
   */
  async failedOperations(serviceId: string, sinceMs: number): Promise<ReadonlyMap<string, string>> {
    const seconds = (milliseconds: number) => String(Math.floor(milliseconds / 1000));
    const Filters: OperationFilter[] = [
      { Name: 'SERVICE_ID', Values: [serviceId] },
      { Name: 'STATUS', Values: ['FAIL'] },
      { Name: 'TYPE', Condition: 'IN', Values: ['REGISTER_INSTANCE', 'DEREGISTER_INSTANCE'] },
      { Name: 'UPDATE_DATE', Condition: 'BETWEEN', Values: [seconds(sinceMs), seconds(sinceMs + yearMs)] },
    ];
    const failed: string[] = [];
    const pages = paginateListOperations({ client: this.client, pageSize }, { Filters });
    for await (const page of translated(`ListOperations of ${serviceId}`, pages))
      for (const { Id } of page.Operations ?? []) if (Id !== undefined) failed.push(Id);
    const words = new Map<string, string>();
    for (const id of failed) words.set(id, await this.wordsOf(id));
    return words;
  }

  private async wordsOf(operationId: string): Promise<string> {
    const { Operation } = await callAws(`GetOperation ${operationId}`, () =>
      this.client.send(new GetOperationCommand({ OperationId: operationId })),
    );
    return `${Operation?.ErrorCode}: ${Operation?.ErrorMessage}`;
  }

  private async health(names: {
    readonly namespaceName: string;
    readonly serviceName: string;
  }): Promise<ReadonlyMap<string, string>> {
    const { Instances } = await callAws(
      `DiscoverInstances of ${names.namespaceName}/${names.serviceName}`,
      () =>
        this.client.send(
          new DiscoverInstancesCommand({
            NamespaceName: names.namespaceName,
            ServiceName: names.serviceName,
            MaxResults: mostDiscovered,
            HealthStatus: 'ALL',
          }),
        ),
    );
    return new Map(
      (Instances ?? []).map(({ InstanceId, HealthStatus }) => [InstanceId ?? '', HealthStatus ?? '']),
    );
  }
}

function idOf({ Id, Name }: ServiceSummary, namespaceName: string): string {
  if (Id === undefined) throw new RetryableError(`service ${namespaceName}/${Name} was listed without an id`);
  return Id;
}
