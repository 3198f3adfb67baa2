/** Answers one call, also one that ends in an error. */
export type Call = (operation: string, input: object) => Promise<Record<string, unknown>>;

/**
 * Calls every operation with success, and most with an error as well. Operations must end before their call is
 * answered.
 */
export async function callEverything(call: Call): Promise<void> {
  const namespaces = await createNamespaces(call);
  const services = await createServices(call, namespaces);
  await changeServices(call, services);
  await useInstances(call, services.http);
  await useTags(call, namespaces.publicDns);
  await call('ListOperations', { MaxResults: 2 });
  await call('GetOperation', { OperationId: 'nonesuch' });
  await call('DeleteNamespace', { Id: namespaces.http });
  await call('DeleteService', { Id: services.http });
  await call('DeleteNamespace', { Id: namespaces.http });
}

interface Namespaces {
  readonly http: string;
  readonly publicDns: string;
}

async function createNamespaces(call: Call): Promise<Namespaces> {
  const Properties = { DnsProperties: { SOA: { TTL: 60 } } };
  const privateInput = { Name: 'a.local', Vpc: 'vpc-1', Properties };
  const http = await created(call, 'CreateHttpNamespace', { Name: 'a', Tags: [{ Key: 'k', Value: 'v' }] });
  const privateDns = await created(call, 'CreatePrivateDnsNamespace', privateInput);
  const publicDns = await created(call, 'CreatePublicDnsNamespace', { Name: 'a.example.com' });
  await created(call, 'CreatePrivateDnsNamespace', privateInput);
  await call('CreateHttpNamespace', { Name: 'a' });
  await call('UpdateHttpNamespace', { Id: http, Namespace: { Description: 'd' } });
  await call('UpdateHttpNamespace', { Id: privateDns, Namespace: { Description: 'd' } });
  await call('UpdatePrivateDnsNamespace', { Id: privateDns, Namespace: { Properties } });
  await call('UpdatePublicDnsNamespace', { Id: publicDns, Namespace: { Description: 'e', Properties } });
  await call('ListNamespaces', { MaxResults: 2 });
  return { http, publicDns };
}

/** The id of the namespace that the operation works on. */
async function created(call: Call, operation: string, input: object): Promise<string> {
  const { OperationId } = await call(operation, input);
  const { Operation } = await call('GetOperation', { OperationId });
  return (Operation as { Targets: { NAMESPACE: string } }).Targets.NAMESPACE;
}

interface Services {
  readonly http: string;
  readonly publicDns: string;
}

async function createServices(call: Call, namespaces: Namespaces): Promise<Services> {
  const publicInput = {
    Name: 's',
    NamespaceId: namespaces.publicDns,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 1 }] },
    HealthCheckConfig: { Type: 'HTTP' },
  };
  const httpInput = {
    Name: 's',
    NamespaceId: namespaces.http,
    HealthCheckCustomConfig: {},
    Description: 'd',
  };
  const [publicDns = '', http = ''] = [
    await call('CreateService', publicInput),
    await call('CreateService', httpInput),
  ].map(({ Service }) => (Service as { Id: string }).Id);
  await call('CreateService', httpInput);
  await call('GetService', { Id: http });
  await call('GetService', { Id: 'srv-nonesuch' });
  await call('ListServices', { MaxResults: 1 });
  return { http, publicDns };
}

async function changeServices(call: Call, { http, publicDns }: Services): Promise<void> {
  await call('UpdateService', { Id: publicDns, Service: { DnsConfig: { DnsRecords: [] } } });
  await call('UpdateService', { Id: http, Service: {} });
  await call('UpdateServiceAttributes', { ServiceId: http, Attributes: { a: '1' } });
  await call('GetServiceAttributes', { ServiceId: http });
  await call('DeleteServiceAttributes', { ServiceId: http, Attributes: ['a'] });
}

async function useInstances(call: Call, ServiceId: string): Promise<void> {
  const instance = { ServiceId, InstanceId: 'i' };
  const names = { NamespaceName: 'a', ServiceName: 's' };
  await call('RegisterInstance', { ...instance, Attributes: { a: '1' } });
  await call('RegisterInstance', { ...instance, InstanceId: 'ö', Attributes: {} });
  await call('GetInstance', instance);
  await call('GetInstance', { ...instance, InstanceId: 'j' });
  await call('ListInstances', { ServiceId });
  await call('GetInstancesHealthStatus', { ServiceId });
  await call('UpdateInstanceCustomHealthStatus', { ...instance, Status: 'UNHEALTHY' });
  await call('UpdateInstanceCustomHealthStatus', { ...instance, InstanceId: 'j', Status: 'UNHEALTHY' });
  await call('DiscoverInstances', names);
  await call('DiscoverInstances', { ...names, ServiceName: 'nonesuch' });
  await call('DiscoverInstancesRevision', names);
  await call('DiscoverInstancesRevision', { ...names, NamespaceName: 'nonesuch' });
  await call('DeleteService', { Id: ServiceId });
  await call('DeregisterInstance', instance);
  await call('DeregisterInstance', instance);
}

async function useTags(call: Call, namespaceId: string): Promise<void> {
  const { Namespace } = await call('GetNamespace', { Id: namespaceId });
  const ResourceARN = (Namespace as { Arn: string }).Arn;
  await call('TagResource', { ResourceARN, Tags: [{ Key: 'k', Value: 'v' }] });
  await call('ListTagsForResource', { ResourceARN });
  await call('ListTagsForResource', { ResourceARN: 'arn:nonesuch' });
  await call('UntagResource', { ResourceARN, TagKeys: ['k'] });
}
