import {
  DiscoverInstancesRevisionCommand,
  GetNamespaceCommand,
  GetServiceCommand,
  ListTagsForResourceCommand,
  type NamespaceSummary,
  paginateGetInstancesHealthStatus,
  paginateListInstances,
  paginateListNamespaces,
  paginateListServices,
  type ServiceDiscoveryClient,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import { NotFoundError, RetryableError } from '../../model/errors.ts';
import type {
  CloudMapCatalog as Catalog,
  DiscoverableService,
  DiscoveredInstances,
  ListedNamespace,
  ListedService,
  Tags,
} from '../../ports/service-entry-ports.ts';
import { callCloudMap, cloudMapPages } from './call-cloud-map.ts';
import { discover, maxDiscovered } from './discover.ts';

const pageSize = 100;

type Health = ReadonlyMap<string, string>;
type Instances = DiscoveredInstances['instances'];

/** What the writer of ServiceEntries reads from one account and Region of Cloud Map. Errors: model/errors.ts. */
export class CloudMapCatalog implements Catalog {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  async namespaces(): Promise<readonly ListedNamespace[]> {
    const Filters = [{ Name: 'RESOURCE_OWNER' as const, Values: ['SELF'] }];
    const pages = paginateListNamespaces({ client: this.client, pageSize }, { Filters });
    const found: ListedNamespace[] = [];
    for await (const { Namespaces = [] } of cloudMapPages('ListNamespaces', 'of the account', pages))
      found.push(...Namespaces.map((summary) => namespaceOf(summary)));
    return found;
  }

  async namespaceByArn(arn: string): Promise<ListedNamespace> {
    const { Namespace = {} } = await callCloudMap('GetNamespace', arn, () =>
      this.client.send(new GetNamespaceCommand({ Id: arn })),
    );
    return namespaceOf(Namespace, arn.split(':')[4]);
  }

  async services({ id, arn, name, ownerAccount }: ListedNamespace): Promise<readonly ListedService[]> {
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [ownerAccount === undefined ? id : arn] }];
    const pages = paginateListServices({ client: this.client, pageSize }, { Filters });
    const found: ListedService[] = [];
    for await (const { Services = [] } of cloudMapPages('ListServices', `of ${name}`, pages))
      found.push(...Services.map(serviceOf));
    return found;
  }

  async revision({ name, namespace }: DiscoverableService): Promise<number | undefined> {
    const { httpName, ownerAccount } = namespace;
    const { InstancesRevision } = await callCloudMap(
      'DiscoverInstancesRevision',
      `of ${httpName}/${name}`,
      () =>
        this.client.send(
          new DiscoverInstancesRevisionCommand({
            NamespaceName: httpName,
            ServiceName: name,
            ...(ownerAccount && { OwnerAccount: ownerAccount }),
          }),
        ),
    );
    return InstancesRevision;
  }

  /**
   * DiscoverInstances has no pages. If it returns as many as it can, the instances are listed as well: that has pages, and
   * no health, which is then read by GetInstancesHealthStatus.
   */
  async instances(service: DiscoverableService): Promise<DiscoveredInstances> {
    const { name, namespace } = service;
    const { httpName, ownerAccount } = namespace;
    const discoverable = { name, httpName, ownerAccount };
    const { instances: discovered, revision } = await discover(this.client, discoverable, {});
    const instances = discovered.map(({ InstanceId = '', Attributes = {}, HealthStatus }) => ({
      id: InstanceId,
      attributes: Attributes,
      ...(HealthStatus && { health: HealthStatus }),
    }));
    return {
      revision,
      instances: instances.length < maxDiscovered ? instances : await this.listed(service, instances),
    };
  }

  async tags(arn: string): Promise<Tags> {
    const { Tags = [] } = await callCloudMap('ListTagsForResource', arn, () =>
      this.client.send(new ListTagsForResourceCommand({ ResourceARN: arn })),
    );
    return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  async namespaceIdOf(serviceId: string): Promise<string | undefined> {
    try {
      const { Service } = await callCloudMap('GetService', serviceId, () =>
        this.client.send(new GetServiceCommand({ Id: serviceId })),
      );
      return Service?.NamespaceId;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** An instance that DiscoverInstances returned has more attributes there: the address of an EC2 instance. */
  private async listed(service: DiscoverableService, discovered: Instances): Promise<Instances> {
    const { arn, namespace, id } = service;
    const ServiceId = namespace.ownerAccount === undefined ? id : arn;
    const known = new Map(discovered.map((instance) => [instance.id, instance]));
    const health = service.healthCheck === 'none' ? new Map() : await this.healthOf(ServiceId);
    const found = new Map(known);
    const pages = paginateListInstances({ client: this.client, pageSize }, { ServiceId });
    for await (const { Instances = [] } of cloudMapPages('ListInstances', `of ${ServiceId}`, pages))
      for (const { Id = '', Attributes = {} } of Instances)
        if (!known.has(Id))
          found.set(Id, {
            ...{ id: Id, attributes: Attributes },
            ...(health.has(Id) && { health: health.get(Id) }),
          });
    return [...found.values()];
  }

  private async healthOf(ServiceId: string): Promise<Health> {
    const health = new Map<string, string>();
    const pages = paginateGetInstancesHealthStatus({ client: this.client, pageSize }, { ServiceId });
    for await (const { Status = {} } of cloudMapPages('GetInstancesHealthStatus', `of ${ServiceId}`, pages))
      for (const [id, status] of Object.entries(Status)) health.set(id, status);
    return health;
  }
}

function namespaceOf(summary: NamespaceSummary, owner?: string): ListedNamespace {
  const { Id, Arn, Name, Type, Properties, ServiceCount } = summary;
  if (Id === undefined || Arn === undefined || Name === undefined || Type === undefined)
    throw new RetryableError(
      `Cloud Map namespace ${Name ?? Id} was answered without its id, ARN, name or type`,
    );
  return {
    ...{ id: Id, arn: Arn, name: Name, type: Type },
    httpName: Properties?.HttpProperties?.HttpName ?? Name,
    ...(owner && { ownerAccount: owner }),
    ...(ServiceCount !== undefined && { serviceCount: ServiceCount }),
  };
}

function serviceOf(summary: ServiceSummary): ListedService {
  const { Id, Arn, Name, HealthCheckConfig, HealthCheckCustomConfig } = summary;
  if (Id === undefined || Arn === undefined || Name === undefined)
    throw new RetryableError(`Cloud Map service ${Name ?? Id} was listed without its id, ARN or name`);
  const healthCheck = HealthCheckCustomConfig ? 'custom' : HealthCheckConfig ? 'route53' : 'none';
  return { id: Id, arn: Arn, name: Name, healthCheck };
}
