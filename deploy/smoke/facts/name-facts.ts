import {
  CreateHttpNamespaceCommand,
  CreateServiceCommand,
  GetServiceCommand,
  ListServicesCommand,
  type NamespaceAlreadyExists,
  type ServiceAlreadyExists,
} from '@aws-sdk/client-servicediscovery';
import { namespaces, tagsOf } from '../aws/cloud-map.ts';
import { errorNamed, type Fact, fact, type Ground } from './fact.ts';

/** How namespaces and services are found by name. */
export async function nameFacts(ground: Ground): Promise<readonly Fact[]> {
  return [
    await namespaceExists(ground),
    await serviceExists(ground),
    await serviceCount(ground),
    await serviceFilter(ground),
    await instanceCount(ground),
  ];
}

function namespaceExists({ client, namespace, smoke }: Ground): Promise<Fact> {
  return fact('NamespaceAlreadyExistsHasId', 'NamespaceAlreadyExists carries the NamespaceId', async () => {
    const error = await errorNamed<NamespaceAlreadyExists>('NamespaceAlreadyExists', () =>
      client.send(new CreateHttpNamespaceCommand({ Name: namespace.name, Tags: tagsOf(smoke.cluster.name) })),
    );
    if (error === undefined) return [false, 'a second namespace of the name was accepted'];
    return [error.NamespaceId === namespace.id, `NamespaceId ${error.NamespaceId}`];
  });
}

function serviceExists({ client, namespace, serviceId, smoke }: Ground): Promise<Fact> {
  const text = 'ServiceAlreadyExists carries the ServiceId';
  return fact('ServiceAlreadyExistsHasId', text, async () => {
    const Name = smoke.names.factsService;
    const error = await errorNamed<ServiceAlreadyExists>('ServiceAlreadyExists', () =>
      client.send(
        new CreateServiceCommand({ Name, NamespaceId: namespace.id, Tags: tagsOf(smoke.cluster.name) }),
      ),
    );
    if (error === undefined) return [false, 'a second service of the name was created'];
    return [error.ServiceId === serviceId, `ServiceId ${error.ServiceId}`];
  });
}

function serviceCount({ client, namespace }: Ground): Promise<Fact> {
  const text = "ListNamespaces' ServiceCount is the number of services of a namespace";
  return fact('ServiceCountIsListed', text, async () => {
    const [found] = await namespaces(client, (name) => name === namespace.name);
    const count = found?.serviceCount;
    return [count === undefined ? false : count > 0, `ServiceCount ${count}`];
  });
}

function serviceFilter({ client, namespace }: Ground): Promise<Fact> {
  const text = 'ListServices with NAMESPACE_ID answers the services of that namespace only';
  return fact('ServicesAreFiltered', text, async () => {
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [namespace.id] }];
    const { Services = [] } = await client.send(new ListServicesCommand({ Filters }));
    const all = (await client.send(new ListServicesCommand({}))).Services ?? [];
    const foreign = [];
    for (const { Id } of Services.slice(0, 20)) {
      const { Service } = await client.send(new GetServiceCommand({ Id }));
      if (Service?.NamespaceId !== namespace.id) foreign.push(Id);
    }
    // If no other namespace has a service, there is nothing to filter.
    const holds = foreign.length > 0 ? false : all.length > Services.length ? true : undefined;
    return [holds, `${Services.length} services of ${all.length}, ${foreign.length} of other namespaces`];
  });
}

function instanceCount({ client, serviceId }: Ground): Promise<Fact> {
  const text = "GetService's InstanceCount is the number of instances";
  return fact('InstanceCountIsKept', text, async () => {
    const { Service } = await client.send(new GetServiceCommand({ Id: serviceId }));
    return [
      Service?.InstanceCount === 1,
      `InstanceCount ${Service?.InstanceCount}, with one instance registered`,
    ];
  });
}
