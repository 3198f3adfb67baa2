import type { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';
import type { ByHand } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Does in Cloud Map what somebody else does there; its calls are not the system's and do not count. */
export function doByHand({ cloudMap, clock }: Stage, action: ByHand): void {
  const counts = [...cloudMap.calls];
  const call = (operation: string, input: object) => {
    const answer = cloudMap.handle(operation, input);
    clock.advance(1_000);
    return answer as Record<string, unknown>;
  };
  if ('createNamespace' in action) createNamespace(call, action);
  if ('createService' in action) createService(call, cloudMap, action);
  if ('register' in action) {
    const { serviceId, id } = locate(cloudMap, action.register);
    call('RegisterInstance', { ServiceId: serviceId, InstanceId: id, Attributes: action.attributes });
  }
  if ('deregister' in action) {
    const { serviceId, id } = locate(cloudMap, action.deregister);
    call('DeregisterInstance', { ServiceId: serviceId, InstanceId: id });
  }
  if ('deleteService' in action) {
    const service = serviceOf(cloudMap, action.deleteService);
    for (const id of Object.keys(service.instances))
      call('DeregisterInstance', { ServiceId: service.id, InstanceId: id });
    call('DeleteService', { Id: service.id });
  }
  cloudMap.calls.clear();
  for (const [operation, count] of counts) cloudMap.calls.set(operation, count);
}

type Call = (operation: string, input: object) => Record<string, unknown>;

function createNamespace(
  call: Call,
  { createNamespace, kind }: Extract<ByHand, { createNamespace: string }>,
): void {
  const operation = {
    http: 'CreateHttpNamespace',
    'private-dns': 'CreatePrivateDnsNamespace',
    'public-dns': 'CreatePublicDnsNamespace',
  }[kind];
  call(operation, { Name: createNamespace, ...(kind === 'private-dns' && { Vpc: 'vpc-by-hand' }) });
}

function createService(
  call: Call,
  cloudMap: CloudMap,
  { createService, healthCheck, records }: Extract<ByHand, { createService: string }>,
): void {
  const [namespaceName, name] = createService.split('/');
  const namespace = cloudMap.snapshot().namespaces.find((known) => known.name === namespaceName);
  call('CreateService', {
    Name: name,
    NamespaceId: namespace?.id,
    ...(records && { DnsConfig: { DnsRecords: records.map((Type) => ({ Type, TTL: 60 })) } }),
    ...(healthCheck === 'custom' && { HealthCheckCustomConfig: {} }),
  });
}

function locate(cloudMap: CloudMap, path: string): { readonly serviceId: string; readonly id: string } {
  const [namespace, service, id = ''] = path.split('/');
  return { serviceId: serviceOf(cloudMap, `${namespace}/${service}`).id, id };
}

export function serviceOf(cloudMap: CloudMap, path: string) {
  const [namespaceName, name] = path.split('/');
  const service = cloudMap
    .snapshot()
    .namespaces.filter((namespace) => namespace.name === namespaceName)
    .flatMap(({ services }) => services)
    .find((known) => known.name === name);
  if (service === undefined) throw new Error(`there is no Cloud Map service ${path}`);
  return service;
}

/** All of Cloud Map in a person's words: service → instance id → `pod HEALTH`. */
export function instancesOf(cloudMap: CloudMap): Record<string, Record<string, string>> {
  const all: Record<string, Record<string, string>> = {};
  for (const namespace of cloudMap.snapshot().namespaces)
    for (const { name, hasCustomHealthCheck, instances } of namespace.services) {
      const told = Object.entries(instances).map(([id, { attributes, health }]) => [
        id,
        `${whoIs(attributes)}${hasCustomHealthCheck ? ` ${health}` : ''}`,
      ]);
      all[`${namespace.name}/${name}`] = Object.fromEntries(told);
    }
  return all;
}

/** The pod, with its cluster where that is not `local`; for what this system did not register, who says it did. */
function whoIs(attributes: Readonly<Record<string, string>>): string {
  const { 'k8s.io/cluster': cluster, 'k8s.io/pod': pod, owner = 'somebody' } = attributes;
  if (cluster === undefined) return pod === undefined ? owner : `leftover of ${pod}`;
  return cluster === 'local' ? `${pod}` : `${cluster}:${pod}`;
}

export function namespacesOf(cloudMap: CloudMap): Record<string, string> {
  return Object.fromEntries(cloudMap.snapshot().namespaces.map(({ name, type }) => [name, type]));
}

/** The operations on instances that were begun, in their order; those by hand, too. */
export function writesOf(cloudMap: CloudMap): readonly string[] {
  const { namespaces, operations } = cloudMap.snapshot();
  const names = new Map(
    namespaces.flatMap(({ name, services }) =>
      services.map((service) => [service.id, `${name}/${service.name}`]),
    ),
  );
  const verbs: Readonly<Record<string, string>> = {
    REGISTER_INSTANCE: 'register',
    DEREGISTER_INSTANCE: 'deregister',
  };
  return operations
    .filter(({ type }) => type in verbs)
    .map(({ type, serviceId = '', instanceId }) => `${verbs[type]} ${names.get(serviceId)}/${instanceId}`);
}
