import type { CloudMapInstance } from '../../../../service-entries/plan/cloud-map-view.ts';
import { addressesOf } from '../../../../service-entries/plan/instances/address.ts';
import { isOfCluster } from '../../../../service-entries/plan/instances/available.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import type { IpPreference } from '../translate/address.ts';
import type { ForeignInstance } from '../translate/proxy.ts';

/**
 * The instances of a virtual node that its callers reach by address: those with all its attributes that are not UNHEALTHY.
 * Pods of this cluster that the node selects are reached by its headless Service instead. Addresses that mean something else
 * to each caller, such as loopback and the metadata service of EC2, are left out, and so are names.
 */
export function foreignInstances(
  { content: { spec } }: EntryOf<'VirtualNode'>,
  instances: readonly CloudMapInstance[],
  { cluster, preference }: { readonly cluster: string; readonly preference: IpPreference },
): readonly ForeignInstance[] {
  const { attributes = [] } = spec.serviceDiscovery?.awsCloudMap ?? {};
  const found = instances
    .filter(({ health }) => health !== 'UNHEALTHY')
    .filter((instance) => !spec.podSelector || !isOfCluster(instance, cluster))
    .filter((instance) => (attributes ?? []).every(({ key, value }) => instance.attributes[key] === value))
    .flatMap((instance) => foreignInstance(instance.attributes, preference) ?? []);
  const byText = new Map(found.map((instance) => [textOf(instance), instance]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, instance]) => instance);
}

function foreignInstance(
  attributes: CloudMapInstance['attributes'],
  preference: IpPreference,
): ForeignInstance | undefined {
  const ipFamily = preference?.startsWith('IPv6') ? 'ipv6' : 'ipv4';
  const [first] = addressesOf(attributes, { ipFamily });
  if (first === undefined || first.isName) return undefined;
  const isOther = first.address.includes(':') !== (ipFamily === 'ipv6');
  if (isOther && preference?.endsWith('_ONLY')) return undefined;
  return { address: first.address, port: portOf(attributes.AWS_INSTANCE_PORT) };
}

function portOf(text = ''): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function textOf({ address, port = 0 }: ForeignInstance): string {
  return `${address} ${port}`;
}
