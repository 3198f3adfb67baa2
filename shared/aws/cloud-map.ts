import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeregisterInstanceCommand,
  GetInstanceCommand,
  GetOperationCommand,
  GetServiceCommand,
  InstanceNotFound,
  NamespaceAlreadyExists,
  type NamespaceSummary,
  paginateListInstances,
  paginateListNamespaces,
  RegisterInstanceCommand,
  ServiceAlreadyExists,
  type ServiceDiscoveryClient,
  UpdateInstanceCustomHealthStatusCommand,
} from '@aws-sdk/client-servicediscovery';
import type { ClusterConfig } from '../model/cluster-config.ts';
import { isSameDnsName } from '../model/dns-name.ts';
import { OperationInProgressError, RetryableError } from '../model/errors.ts';
import type { CloudMapService, Health } from '../model/registration.ts';
import { callAws, translateAwsError } from './errors.ts';

type Attributes = Readonly<Record<string, string>>;

export interface Namespace {
  readonly id: string;
  readonly name: string;
  readonly kind: 'http' | 'private-dns' | 'public-dns';
}

const kinds: Readonly<Record<string, Namespace['kind']>> = {
  HTTP: 'http',
  DNS_PRIVATE: 'private-dns',
  DNS_PUBLIC: 'public-dns',
};

const ownerTag = 'eks-mesh-sync/cluster';

/** One account and Region of AWS Cloud Map, in terms of the ports in sync/ports.ts. Errors: model/errors.ts. */
export class CloudMapAdapter {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  /** All namespaces of this account that have the name, in whatever case: a filter by name would compare it exactly. */
  async namespacesNamed(name: string): Promise<readonly Namespace[]> {
    const pages = paginateListNamespaces({ client: this.client, pageSize: 100 }, {});
    const found: Namespace[] = [];
    for await (const page of translated(`ListNamespaces ${name}`, pages))
      for (const summary of page.Namespaces ?? [])
        if (isSameDnsName(summary.Name ?? '', name)) found.push(namespaceOf(summary));
    return found;
  }

  async createNamespace(
    name: string,
    create: NonNullable<ClusterConfig['cloudMap']['namespaces'][number]['create']>,
    cluster: string,
  ): Promise<string | undefined> {
    const input = {
      Name: name,
      Tags: [{ Key: ownerTag, Value: cluster }],
    };
    try {
      const { OperationId } = await this.call(`creating Cloud Map namespace ${name}`, () =>
        create.kind === 'http'
          ? this.client.send(new CreateHttpNamespaceCommand(input))
          : this.client.send(new CreatePrivateDnsNamespaceCommand({ ...input, Vpc: create.vpc })),
      );
      return OperationId;
    } catch (error) {
      if (causeOf(error) instanceof NamespaceAlreadyExists) return undefined;
      if (error instanceof OperationInProgressError && error.operationId !== undefined)
        return error.operationId;
      throw error;
    }
  }

  /** ServiceAlreadyExists carries the id, so an existing service is found without listing. */
  async ensureService(service: {
    readonly name: string;
    readonly namespace: Namespace;
    readonly recordTypes: readonly ('A' | 'AAAA')[];
    readonly ttlSeconds: number;
    readonly hasCustomHealthCheck: boolean;
    readonly cluster: string;
  }): Promise<string> {
    const { name, namespace, recordTypes, ttlSeconds, hasCustomHealthCheck, cluster } = service;
    const dns = {
      RoutingPolicy: 'MULTIVALUE' as const,
      DnsRecords: recordTypes.map((Type) => ({ Type, TTL: ttlSeconds })),
    };
    try {
      const { Service } = await this.call(`creating Cloud Map service ${name}`, () =>
        this.client.send(
          new CreateServiceCommand({
            Name: name,
            NamespaceId: namespace.id,
            Tags: [{ Key: ownerTag, Value: cluster }],
            ...(namespace.kind !== 'http' && { DnsConfig: dns }),
            ...(hasCustomHealthCheck && { HealthCheckCustomConfig: { FailureThreshold: 1 } }),
          }),
        ),
      );
      return required(Service?.Id, `CreateService ${name} answered no id`);
    } catch (error) {
      const cause = causeOf(error);
      if (cause instanceof ServiceAlreadyExists && cause.ServiceId) return cause.ServiceId;
      throw error;
    }
  }

  async describeService(id: string, namespace: Namespace): Promise<CloudMapService> {
    const { Service } = await this.call(`GetService ${id}`, () =>
      this.client.send(new GetServiceCommand({ Id: id })),
    );
    return {
      id,
      name: required(Service?.Name, `GetService ${id} answered no name`),
      namespaceId: namespace.id,
      namespaceKind: namespace.kind === 'http' ? 'http' : 'private-dns',
      hasCustomHealthCheck: Service?.HealthCheckCustomConfig !== undefined,
    };
  }

  async findInstance(serviceId: string, instanceId: string): Promise<Attributes | undefined> {
    try {
      const { Instance } = await this.call(`GetInstance ${instanceId} of ${serviceId}`, () =>
        this.client.send(new GetInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId })),
      );
      return Instance?.Attributes ?? {};
    } catch (error) {
      if (causeOf(error) instanceof InstanceNotFound) return undefined;
      throw error;
    }
  }

  async *listInstances(serviceId: string): AsyncGenerator<{ id: string; attributes: Attributes }> {
    const pages = paginateListInstances({ client: this.client }, { ServiceId: serviceId });
    for await (const page of translated(`ListInstances of ${serviceId}`, pages))
      for (const { Id, Attributes } of page.Instances ?? [])
        yield { id: Id ?? '', attributes: Attributes ?? {} };
  }

  async registerInstance(serviceId: string, instanceId: string, attributes: Attributes): Promise<string> {
    const { OperationId } = await this.call(`RegisterInstance ${instanceId} in ${serviceId}`, () =>
      this.client.send(
        new RegisterInstanceCommand({
          ServiceId: serviceId,
          InstanceId: instanceId,
          Attributes: { ...attributes },
        }),
      ),
    );
    return required(OperationId, `RegisterInstance ${instanceId} answered no operation id`);
  }

  async deregisterInstance(serviceId: string, instanceId: string): Promise<string> {
    const { OperationId } = await this.call(`DeregisterInstance ${instanceId} of ${serviceId}`, () =>
      this.client.send(new DeregisterInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId })),
    );
    return required(OperationId, `DeregisterInstance ${instanceId} answered no operation id`);
  }

  /** AWS shows the change after some 30 seconds. */
  async setHealth(serviceId: string, instanceId: string, health: Health): Promise<void> {
    await this.call(`UpdateInstanceCustomHealthStatus ${instanceId} of ${serviceId}`, () =>
      this.client.send(
        new UpdateInstanceCustomHealthStatusCommand({
          ServiceId: serviceId,
          InstanceId: instanceId,
          Status: health,
        }),
      ),
    );
  }

  async operation(
    id: string,
  ): Promise<{ status: 'pending' | 'succeeded' | 'failed'; error?: string | undefined }> {
    const { Operation } = await this.call(`GetOperation ${id}`, () =>
      this.client.send(new GetOperationCommand({ OperationId: id })),
    );
    if (Operation?.Status === 'SUCCESS') return { status: 'succeeded' };
    if (Operation?.Status !== 'FAIL') return { status: 'pending' };
    return { status: 'failed', error: `${Operation.ErrorCode}: ${Operation.ErrorMessage}` };
  }

  private call<T>(what: string, send: () => Promise<T>): Promise<T> {
    return callAws(what, send);
  }
}

/** The pages of an SDK paginator, with the errors of this system. */
export async function* translated<T>(what: string, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw translateAwsError(what, error);
  }
}

function namespaceOf({ Id, Type, Name }: NamespaceSummary): Namespace {
  const kind = kinds[Type ?? ''];
  if (kind === undefined)
    throw new RetryableError(`Cloud Map namespace ${Name} has the unknown type ${Type}`);
  return { id: required(Id, `namespace ${Name} was listed without an id`), name: Name ?? '', kind };
}

function required(value: string | undefined, fault: string): string {
  if (value === undefined) throw new RetryableError(fault);
  return value;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
