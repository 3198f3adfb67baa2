import {
  CreateHttpNamespaceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  DeregisterInstanceCommand,
  GetInstanceCommand,
  GetOperationCommand,
  GetServiceCommand,
  InstanceNotFound,
  NamespaceNotFound,
  paginateListInstances,
  paginateListNamespaces,
  paginateListServices,
  type ServiceDiscoveryClient,
  ServiceNotFound,
  TagResourceCommand,
} from '@aws-sdk/client-servicediscovery';
import { clusterTag } from '../names.ts';
import { type Polling, poll } from '../poll.ts';

export interface Namespace {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

export interface Operation {
  readonly states: readonly string[];
  readonly tookMs: number;
}

/** Follows an operation to its end; throws if it failed. */
export async function followed(
  client: ServiceDiscoveryClient,
  OperationId: string | undefined,
  polling: Polling,
): Promise<Operation & { readonly targets: Readonly<Record<string, string>> }> {
  const states: string[] = [];
  const startedAtMs = Date.now();
  const targets = await poll(
    `end of operation ${OperationId}`,
    async () => {
      const { Operation } = await client.send(new GetOperationCommand({ OperationId }));
      if (Operation?.Status !== undefined && Operation.Status !== states.at(-1))
        states.push(Operation.Status);
      if (Operation?.Status === 'FAIL')
        throw new Error(`operation ${OperationId}: ${Operation.ErrorMessage}`);
      return Operation?.Status === 'SUCCESS' ? (Operation.Targets ?? {}) : undefined;
    },
    polling,
  );
  return { states, tookMs: Date.now() - startedAtMs, targets };
}

export async function createNamespace(
  client: ServiceDiscoveryClient,
  Name: string,
  cluster: string,
  polling: Polling,
): Promise<Namespace & { readonly operation: Operation }> {
  const { OperationId } = await client.send(new CreateHttpNamespaceCommand({ Name, Tags: tagsOf(cluster) }));
  const operation = await followed(client, OperationId, polling);
  const found = (await namespaces(client, (name) => name === Name)).at(0);
  if (found === undefined) throw new Error(`Cloud Map namespace ${Name} was created, and is not listed`);
  return { ...found, operation };
}

export async function namespaces(
  client: ServiceDiscoveryClient,
  isWanted: (name: string) => boolean,
): Promise<readonly (Namespace & { readonly serviceCount?: number | undefined; readonly type: string })[]> {
  const found = [];
  for await (const { Namespaces = [] } of paginateListNamespaces({ client }, {}))
    for (const { Id = '', Arn = '', Name = '', Type = '', ServiceCount } of Namespaces)
      if (isWanted(Name))
        found.push({ id: Id, arn: Arn, name: Name, type: Type, serviceCount: ServiceCount });
  return found;
}

/** The services of a namespace that a run made. An emulator may ignore the filter, so each is asked for its namespace. */
export async function servicesOf(
  client: ServiceDiscoveryClient,
  { id }: Pick<Namespace, 'id'>,
  isWanted: (name: string) => boolean,
): Promise<readonly Pick<Namespace, 'id' | 'arn' | 'name'>[]> {
  const listed = [];
  const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [id] }];
  for await (const { Services = [] } of paginateListServices({ client }, { Filters }))
    for (const { Id = '', Arn = '', Name = '' } of Services)
      if (isWanted(Name)) listed.push({ id: Id, arn: Arn, name: Name });
  const found = [];
  for (const service of listed) {
    const { Service } = await client.send(new GetServiceCommand({ Id: service.id }));
    if (Service?.NamespaceId === id) found.push(service);
  }
  return found;
}

export async function instanceIn(
  client: ServiceDiscoveryClient,
  ServiceId: string,
  InstanceId: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { Instance } = await client.send(new GetInstanceCommand({ ServiceId, InstanceId }));
    return Instance?.Attributes ?? {};
  } catch (error) {
    if (error instanceof InstanceNotFound) return undefined;
    throw error;
  }
}

/** The tag by which a person's policy knows what is of a smoke test (policy.ts). */
export const tagsOf = (cluster: string) => [{ Key: clusterTag, Value: cluster }];

/**
 * Removes a service and those of its instances that a run registered. An instance of somebody else keeps both. A service that
 * `sync-pods` made and did not empty gets the test's tag first: without it the policy allows no deregistration.
 */
export async function removeService(
  client: ServiceDiscoveryClient,
  {
    id: ServiceId,
    arn: ResourceARN,
    cluster,
  }: { readonly id: string; readonly arn: string; readonly cluster: string },
  isOurs: (attributes: Readonly<Record<string, string>>) => boolean,
  polling: Polling,
): Promise<void> {
  try {
    for await (const { Instances = [] } of paginateListInstances({ client }, { ServiceId }))
      for (const { Id: InstanceId, Attributes = {} } of Instances) {
        if (!isOurs(Attributes))
          throw new Error(`instance ${InstanceId} of service ${ServiceId} is not of a smoke test`);
        await client.send(new TagResourceCommand({ ResourceARN, Tags: tagsOf(cluster) }));
        const { OperationId } = await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
        await followed(client, OperationId, polling);
      }
    await client.send(new DeleteServiceCommand({ Id: ServiceId }));
  } catch (error) {
    if (!(error instanceof ServiceNotFound)) throw error;
  }
}

export async function removeNamespace(
  client: ServiceDiscoveryClient,
  Id: string,
  polling: Polling,
): Promise<void> {
  try {
    const { OperationId } = await client.send(new DeleteNamespaceCommand({ Id }));
    await followed(client, OperationId, polling);
  } catch (error) {
    if (!(error instanceof NamespaceNotFound)) throw error;
  }
}
