/**
 * `npm run playground:fill -- NAMESPACE/SERVICE COUNT [URL]`: registers instances of its own, as another program would, or deregisters
 * some, until the service has COUNT of them. It keeps below the embedded Cloud Map's rates.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeregisterInstanceCommand,
  paginateListInstances,
  paginateListNamespaces,
  paginateListServices,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { embeddedIdentity } from '../identity.ts';

const perSecond = 40;
const [name = '', count = '', endpoint = 'http://127.0.0.1:4566'] = process.argv.slice(2);
const { region, ...credentials } = embeddedIdentity;
const client = new ServiceDiscoveryClient({ endpoint, region, credentials });

const ServiceId = await serviceId(name);
const wanted = Number.parseInt(count, 10);
const own = await ownInstances();
const changes = [
  ...Array.from({ length: Math.max(0, wanted - own.length) }, (_, index) => register(own.length + index)),
  ...own.slice(Math.max(0, wanted)).map(deregister),
];
for (const [index, change] of changes.entries()) {
  void change();
  if (index % perSecond === perSecond - 1) await sleep(1000);
}
console.log(`${name} has ${wanted} instances of this program`);

async function serviceId(text: string): Promise<string> {
  const [namespace, service] = text.split('/');
  for await (const { Namespaces = [] } of paginateListNamespaces({ client }, {})) {
    const Id = Namespaces.find(({ Name }) => Name === namespace)?.Id;
    if (Id === undefined) continue;
    const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [Id] }];
    for await (const { Services = [] } of paginateListServices({ client }, { Filters })) {
      const found = Services.find(({ Name }) => Name === service)?.Id;
      if (found !== undefined) return found;
    }
  }
  throw new Error(`service ${text} not found at ${endpoint}; expected NAMESPACE/SERVICE`);
}

/** In the order of their numbers. */
async function ownInstances(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { Instances = [] } of paginateListInstances({ client }, { ServiceId }))
    ids.push(...Instances.flatMap(({ Id = '' }) => (Id.startsWith('fill-') ? Id : [])));
  return ids.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

function register(number: number) {
  const Attributes = { AWS_INSTANCE_IPV4: `10.99.${number >> 8}.${number & 255}`, AWS_INSTANCE_PORT: '80' };
  return () =>
    client.send(new RegisterInstanceCommand({ ServiceId, InstanceId: `fill-${number}`, Attributes }));
}

function deregister(InstanceId: string) {
  return () => client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
}
