import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import type { ScenarioHarness } from './harness.ts';
import type { ByHand } from './scenario.ts';

/** Does in Cloud Map what somebody else does there; its calls are not the system's and do not count. */
export function doByHand(harness: ScenarioHarness, action: ByHand): void {
  const { cloudMap, clock } = harness;
  const counts = [...cloudMap.calls];
  const call = (operation: string, input: object) => {
    const answer = cloudMap.handle(operation, input);
    clock.advance(1_000);
    return answer as Record<string, unknown>;
  };
  if ('createNamespace' in action) createNamespace(harness, action);
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
  { cloudMap, clock }: ScenarioHarness,
  {
    createNamespace,
    kind,
    vpc = 'vpc-by-hand',
    owner = '000000000000',
  }: Extract<ByHand, { createNamespace: string }>,
): void {
  const operation = {
    http: 'CreateHttpNamespace',
    'private-dns': 'CreatePrivateDnsNamespace',
    'public-dns': 'CreatePublicDnsNamespace',
  } as const;
  const input = { Name: createNamespace, ...(kind === 'private-dns' && { Vpc: vpc }) };
  cloudMap.handleAs(owner, operation[kind], input);
  clock.advance(1_000);
}

function createService(
  call: Call,
  cloudMap: CloudMap,
  { createService, healthCheck, records, description }: Extract<ByHand, { createService: string }>,
): void {
  const [namespaceName, name] = createService.split('/');
  const namespace = labelled(cloudMap).find(({ label }) => label === namespaceName)?.namespace;
  call('CreateService', {
    Name: name,
    NamespaceId: namespace?.id,
    ...(description && { Description: description }),
    ...(records && { DnsConfig: { DnsRecords: records.map((Type) => ({ Type, TTL: 60 })) } }),
    ...(healthCheck === 'custom' && { HealthCheckCustomConfig: {} }),
  });
}

function locate(cloudMap: CloudMap, path: string): { readonly serviceId: string; readonly id: string } {
  const [namespace, service, id = ''] = path.split('/');
  return { serviceId: serviceOf(cloudMap, `${namespace}/${service}`).id, id };
}

/** By name; where there are several of one name, with the VPC or kind, such as `shop.local@vpc-1`. */
function labelled(cloudMap: CloudMap) {
  const { namespaces } = cloudMap.snapshot();
  return namespaces.map((namespace) => {
    const { name, vpc, type } = namespace;
    const others = namespaces.filter((other) => other.name === name && other !== namespace);
    const isUnique = others.every((other) => other.type === 'DNS_PUBLIC');
    return { label: isUnique ? name : `${name}@${vpc ?? type}`, namespace };
  });
}

export function serviceOf(cloudMap: CloudMap, path: string) {
  const [namespaceName, name] = path.split('/');
  const service = labelled(cloudMap)
    .filter(({ label }) => label === namespaceName)
    .flatMap(({ namespace }) => namespace.services)
    .find((known) => known.name === name);
  if (service === undefined) throw new Error(`there is no Cloud Map service ${path}`);
  return service;
}

/** All of Cloud Map in a person's words: service → instance id → `pod HEALTH`. */
export function instancesOf(cloudMap: CloudMap): Record<string, Record<string, string>> {
  const all: Record<string, Record<string, string>> = {};
  for (const { label, namespace } of labelled(cloudMap))
    for (const { name, hasCustomHealthCheck, instances } of namespace.services) {
      const received = Object.entries(instances).map(([id, { attributes, health }]) => [
        id,
        `${whoIs(attributes)}${hasCustomHealthCheck ? ` ${health}` : ''}`,
      ]);
      all[`${label}/${name}`] = Object.fromEntries(received);
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
  return Object.fromEntries(labelled(cloudMap).map(({ label, namespace }) => [label, namespace.type]));
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
