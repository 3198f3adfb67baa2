import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterInstanceCommand,
  GetServiceCommand,
  ListTagsForResourceCommand,
  NamespaceAlreadyExists,
  paginateListInstances,
  RegisterInstanceCommand,
  ResourceInUse,
  ResourceLimitExceeded,
  ServiceAlreadyExists,
  type ServiceDiscoveryClient,
  UpdateInstanceCustomHealthStatusCommand,
} from '@aws-sdk/client-servicediscovery';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { OperationInProgressError, QuotaExceededError, RetryableError } from '../../model/errors.ts';
import { managerOf } from '../../model/managed-service.ts';
import type { CloudMapService, Health } from '../../model/records/registration.ts';
import type { CloudMap, CloudMapNamespace } from '../../ports/ports.ts';
import { actionOf, callCloudMap, cloudMapPages } from './call-cloud-map.ts';
import { CloudMapLookup, type VpcReader } from './cloud-map-lookup.ts';
import { operationIdOf } from './cloud-map-namespace.ts';
import { callAws, causeOf } from './errors.ts';
import { readOperations } from './operation-reader.ts';

type Attributes = Readonly<Record<string, string>>;

/** Paces the client's calls, if anything does: pacing/pacer.ts. */
interface Turns {
  whenAllowed<T>(operation: string, work: () => Promise<T>): Promise<T>;
}

const ownerTag = 'eks-mesh-sync/cluster';

/** One account and Region of AWS Cloud Map, as the port in ports/ports.ts. Errors: model/errors.ts. */
export class CloudMapAdapter extends CloudMapLookup implements CloudMap {
  private readonly turns: Turns;

  constructor(
    client: ServiceDiscoveryClient,
    hostedZones?: VpcReader,
    turns: Turns = { whenAllowed: (_, work) => work() },
  ) {
    super(client, hostedZones);
    this.turns = turns;
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
      const action = actionOf(create.kind === 'http' ? 'CreateHttpNamespace' : 'CreatePrivateDnsNamespace');
      const send = () =>
        create.kind === 'http'
          ? this.client.send(new CreateHttpNamespaceCommand(input))
          : this.client.send(new CreatePrivateDnsNamespaceCommand({ ...input, Vpc: create.vpc }));
      const { OperationId } = await callAws(`creating Cloud Map namespace ${name}`, send, { action });
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
    readonly namespace: CloudMapNamespace;
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
      const command = new CreateServiceCommand({
        Name: name,
        NamespaceId: namespace.id,
        Tags: [{ Key: ownerTag, Value: cluster }],
        ...(namespace.kind !== 'http' && { DnsConfig: dns }),
        ...(hasCustomHealthCheck && { HealthCheckCustomConfig: { FailureThreshold: 1 } }),
      });
      const { Service } = await callAws(
        `creating Cloud Map service ${name}`,
        () => this.client.send(command),
        { action: actionOf('CreateService') },
      );
      const id = namespace.ownerAccount === undefined ? Service?.Id : Service?.Arn;
      return required(id, `CreateService ${name} answered no id`);
    } catch (error) {
      const cause = causeOf(error);
      if (!(cause instanceof ServiceAlreadyExists)) throw error;
      const id = namespace.ownerAccount === undefined ? cause.ServiceId : cause.ServiceArn;
      return required(id, `CreateService ${name} answered that it exists, without its id`);
    }
  }

  async describeService(id: string, namespace: CloudMapNamespace): Promise<CloudMapService> {
    const { Service } = await callCloudMap('GetService', id, () =>
      this.client.send(new GetServiceCommand({ Id: id })),
    );
    const managedBy = managerOf(Service?.Description);
    return {
      id,
      name: required(Service?.Name, `GetService ${id} answered no name`),
      namespaceId: namespace.id,
      namespaceKind: namespace.kind === 'http' ? 'http' : 'private-dns',
      httpName: namespace.httpName,
      ...(namespace.ownerAccount && { ownerAccount: namespace.ownerAccount }),
      hasCustomHealthCheck: Service?.HealthCheckCustomConfig !== undefined,
      ...(managedBy && { managedBy }),
    };
  }

  async isMadeHere(serviceId: string): Promise<boolean> {
    return (await this.madeFor(serviceId)) !== undefined;
  }

  async madeFor(serviceId: string): Promise<string | undefined> {
    const { Service } = await callCloudMap('GetService', serviceId, () =>
      this.client.send(new GetServiceCommand({ Id: serviceId })),
    );
    const { Tags } = await callCloudMap('ListTagsForResource', serviceId, () =>
      this.client.send(new ListTagsForResourceCommand({ ResourceARN: Service?.Arn })),
    );
    return Tags?.find(({ Key }) => Key === ownerTag)?.Value;
  }

  async deleteService(serviceId: string): Promise<'deleted' | 'in use'> {
    try {
      await callCloudMap('DeleteService', serviceId, () =>
        this.client.send(new DeleteServiceCommand({ Id: serviceId })),
      );
      return 'deleted';
    } catch (error) {
      if (causeOf(error) instanceof ResourceInUse) return 'in use';
      throw error;
    }
  }

  /** Running registrations and deregistrations may not be counted. */
  async instanceCount(serviceId: string): Promise<number> {
    const { Service } = await callCloudMap('GetService', serviceId, () =>
      this.client.send(new GetServiceCommand({ Id: serviceId })),
    );
    return Service?.InstanceCount ?? 0;
  }

  async *listInstances(serviceId: string): AsyncGenerator<{ id: string; attributes: Attributes }> {
    const pages = paginateListInstances({ client: this.client }, { ServiceId: serviceId });
    for await (const page of cloudMapPages('ListInstances', `of ${serviceId}`, pages))
      for (const { Id, Attributes } of page.Instances ?? [])
        yield { id: Id ?? '', attributes: Attributes ?? {} };
  }

  whenAllowed<T>(call: 'RegisterInstance' | 'DeregisterInstance', work: () => Promise<T>): Promise<T> {
    return this.turns.whenAllowed(call, work);
  }

  async registerInstance(serviceId: string, instanceId: string, attributes: Attributes): Promise<string> {
    const input = { ServiceId: serviceId, InstanceId: instanceId, Attributes: { ...attributes } };
    try {
      return await this.begin('RegisterInstance', `${instanceId} in ${serviceId}`, serviceId, () =>
        this.client.send(new RegisterInstanceCommand(input)),
      );
    } catch (error) {
      const cause = causeOf(error);
      if (!(cause instanceof ResourceLimitExceeded)) throw error;
      throw new QuotaExceededError((error as Error).message, { cause, quota: quotaNamed(cause) });
    }
  }

  async deregisterInstance(serviceId: string, instanceId: string): Promise<string> {
    return this.begin('DeregisterInstance', `${instanceId} of ${serviceId}`, serviceId, () =>
      this.client.send(new DeregisterInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId })),
    );
  }

  /** AWS shows the change after some 30 seconds. */
  async setHealth(serviceId: string, instanceId: string, health: Health): Promise<void> {
    await callCloudMap('UpdateInstanceCustomHealthStatus', `${instanceId} of ${serviceId}`, () =>
      this.client.send(
        new UpdateInstanceCustomHealthStatusCommand({
          ServiceId: serviceId,
          InstanceId: instanceId,
          Status: health,
        }),
      ),
    );
  }

  operations(
    serviceId: string,
    wanted: { readonly ids: readonly string[]; readonly sinceMs: number },
  ): ReturnType<typeof readOperations> {
    return readOperations(this.client, serviceId, wanted);
  }

  /** Returns the id of the operation that the call started. */
  private async begin(
    operation: 'RegisterInstance' | 'DeregisterInstance',
    target: string,
    serviceId: string,
    send: () => Promise<{ OperationId?: string | undefined }>,
  ): Promise<string> {
    try {
      const { OperationId } = await callCloudMap(operation, target, send);
      const id = required(OperationId, `${operation} ${target} answered no operation id`);
      return operationIdOf(serviceId, id);
    } catch (error) {
      if (!(error instanceof OperationInProgressError) || error.operationId === undefined) throw error;
      const running = operationIdOf(serviceId, error.operationId);
      throw new OperationInProgressError(running, error.message, { cause: error.cause });
    }
  }
}

/** Cloud Map names its quota in a sentence only, which is read here and nowhere else. */
function quotaNamed({ message }: Error): 'service' | 'namespace' {
  return /\bservice\b/i.test(message) && !/\bnamespace\b/i.test(message) ? 'service' : 'namespace';
}

function required(value: string | undefined, fault: string): string {
  if (value === undefined) throw new RetryableError(fault);
  return value;
}
