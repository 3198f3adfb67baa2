import { createHash } from 'node:crypto';
import {
  GetOperationCommand,
  type HttpInstanceSummary,
  type OperationFilter,
  paginateListInstances,
  paginateListOperations,
  paginateListServices,
  type ServiceDiscoveryClient,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import { NotFoundError, RetryableError } from '../../model/errors.ts';
import { fingerprint } from '../../model/fingerprint.ts';
import { managerOf } from '../../model/managed-service.ts';
import type { CloudMapService } from '../../model/records/registration.ts';
import type { SeenInstance } from '../../model/service-view.ts';
import type { CloudMapNamespace } from '../../ports/ports.ts';
import type { CloudMapReader as Reader } from '../../ports/sweep-ports.ts';
import { callCloudMap, cloudMapPages } from './call-cloud-map.ts';
import { operationIdOf, operationInput, plainId } from './cloud-map-namespace.ts';
import { type DiscoveredService, discover } from './discover.ts';

/** The maximum page size of ListInstances, ListServices and ListOperations. */
const pageSize = 100;
/** An end time for filters that need one: later than any clock that is ahead. */
const yearMs = 365 * 24 * 3600 * 1000;

/** What a sweep reads from one account and Region of Cloud Map. Errors: model/errors.ts; never a partial answer. */
export class CloudMapReader implements Reader {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  /** By Cloud Map's spelling of the name; empty for a public namespace, into which nothing is registered. */
  async servicesOf(namespace: CloudMapNamespace): Promise<ReadonlyMap<string, CloudMapService>> {
    const services = new Map<string, CloudMapService>();
    const { id: namespaceId, kind: namespaceKind, httpName, ownerAccount } = namespace;
    if (namespaceKind === 'public-dns') return services;
    const pages = paginateListServices(
      { client: this.client, pageSize },
      { Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId] }] },
    );
    for await (const page of cloudMapPages('ListServices', `of ${namespace.name}`, pages))
      for (const summary of page.Services ?? []) {
        const name = summary.Name ?? '';
        const managedBy = managerOf(summary.Description);
        services.set(name, {
          id: idOf(summary, namespace),
          ...{ name, namespaceId, namespaceKind, httpName, ...(ownerAccount && { ownerAccount }) },
          hasCustomHealthCheck: summary.HealthCheckCustomConfig !== undefined,
          ...(managedBy && { managedBy }),
        });
      }
    return services;
  }

  /** All instances of a service by id. */
  async instancesOf(serviceId: string): Promise<ReadonlyMap<string, SeenInstance>> {
    const instances = new Map<string, SeenInstance>();
    const pages = paginateListInstances({ client: this.client, pageSize }, { ServiceId: serviceId });
    for await (const page of cloudMapPages('ListInstances', `of ${serviceId}`, pages))
      for (const { Id, Attributes } of page.Instances ?? [])
        instances.set(Id ?? '', { attributes: Attributes ?? {} });
    return instances;
  }

  /**
   * Instance id → health. One DiscoverInstances call has all of it, because a service cannot have more instances than
   * that returns. GetInstancesHealthStatus needs a call per hundred, from the scarce limit of the calls that change
   * Cloud Map (DiscoverInstances has its own, 1,000 a second). An instance that is not shown yet has no health.
   */
  async healthOf(service: DiscoveredService): Promise<ReadonlyMap<string, string>> {
    return (await this.shown(service)).health;
  }

  /** Same, with a text that changes with the revision and with what is shown of the instances except their health. */
  async shown(
    service: DiscoveredService,
  ): Promise<{ readonly state: string | undefined; readonly health: ReadonlyMap<string, string> }> {
    const { instances, revision } = await discover(this.client, service, {});
    return {
      state: revision === undefined ? undefined : `${revision} ${digestOf(instances)}`,
      health: new Map(
        instances.map(({ InstanceId, HealthStatus }) => [InstanceId ?? '', HealthStatus ?? '']),
      ),
    };
  }

  /**
   * Ids of the running operations on instances, of one service or of all in the account and Region. A listed operation
   * does not include what it does (`runningOperation`).
   */
  async runningOperations(serviceId?: string): Promise<readonly string[]> {
    const Filters: OperationFilter[] = [
      ...(serviceId === undefined ? [] : [{ Name: 'SERVICE_ID' as const, Values: [plainId(serviceId)] }]),
      { Name: 'STATUS', Condition: 'IN', Values: ['SUBMITTED', 'PENDING'] },
      { Name: 'TYPE', Condition: 'IN', Values: ['REGISTER_INSTANCE', 'DEREGISTER_INSTANCE'] },
    ];
    const target = `under way${serviceId === undefined ? '' : ` of ${serviceId}`}`;
    return this.operationIds(target, Filters, serviceId);
  }

  async runningOperation(
    id: string,
  ): Promise<{ id: string; type: 'register' | 'deregister'; instanceId: string } | undefined> {
    try {
      const { Operation } = await callCloudMap('GetOperation', id, () =>
        this.client.send(new GetOperationCommand(operationInput(id))),
      );
      const { Status = '', Type, Targets } = Operation ?? {};
      if (!['SUBMITTED', 'PENDING'].includes(Status) || Targets?.INSTANCE === undefined) return undefined;
      const type = Type === 'REGISTER_INSTANCE' ? 'register' : 'deregister';
      return { id, type, instanceId: Targets.INSTANCE };
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /**
   * Operation id → `code: message`, of the operations on instances that failed since then. A listed operation has no
   * error text, so each failed one is read; a healthy service has none.
   */
  async failedOperations(serviceId: string, sinceMs: number): Promise<ReadonlyMap<string, string>> {
    const seconds = (milliseconds: number) => String(Math.floor(milliseconds / 1000));
    const Filters: OperationFilter[] = [
      { Name: 'SERVICE_ID', Values: [plainId(serviceId)] },
      { Name: 'STATUS', Values: ['FAIL'] },
      { Name: 'TYPE', Condition: 'IN', Values: ['REGISTER_INSTANCE', 'DEREGISTER_INSTANCE'] },
      { Name: 'UPDATE_DATE', Condition: 'BETWEEN', Values: [seconds(sinceMs), seconds(sinceMs + yearMs)] },
    ];
    const words = new Map<string, string>();
    for (const id of await this.operationIds(`of ${serviceId}`, Filters, serviceId))
      words.set(id, await this.wordsOf(id));
    return words;
  }

  private async operationIds(
    target: string,
    Filters: OperationFilter[],
    serviceId = '',
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    const pages = paginateListOperations({ client: this.client, pageSize }, { Filters });
    for await (const page of cloudMapPages('ListOperations', target, pages))
      for (const { Id } of page.Operations ?? [])
        if (Id !== undefined) ids.push(operationIdOf(serviceId, Id));
    return ids;
  }

  private async wordsOf(operationId: string): Promise<string> {
    const { Operation } = await callCloudMap('GetOperation', operationId, () =>
      this.client.send(new GetOperationCommand(operationInput(operationId))),
    );
    return `${Operation?.ErrorCode}: ${Operation?.ErrorMessage}`;
  }
}

function idOf({ Id, Arn, Name }: ServiceSummary, { name, ownerAccount }: CloudMapNamespace): string {
  const id = ownerAccount === undefined ? Id : Arn;
  if (id === undefined) throw new RetryableError(`service ${name}/${Name} was listed without an id`);
  return id;
}

/** DiscoverInstances returns instances in random order. */
function digestOf(instances: readonly HttpInstanceSummary[]): string {
  const texts = instances.map(
    ({ InstanceId, Attributes }) => `${InstanceId}${fingerprint(Attributes ?? {})}`,
  );
  return createHash('sha256').update(texts.sort().join('\n')).digest('base64');
}
