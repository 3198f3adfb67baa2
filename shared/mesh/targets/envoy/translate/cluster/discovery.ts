import type { Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import { type IpPreference, ipPreferenceOf } from '../address.ts';
import { fileSource, files } from '../layout.ts';
import type { Endpoints, EnvoyContext, ForeignInstance } from '../proxy.ts';
import { extension, type Fields } from '../typed.ts';
import { headlessServiceName, isHeadless } from './headless-name.ts';

/** How a cluster finds its endpoints. */
export interface Discovery {
  readonly cluster: Fields;
  /** Of a cluster that has them in a file of its own. */
  readonly endpoints: readonly Endpoints[];
  /** Some of them are not known, and stay as they are. */
  readonly isKept: boolean;
}

type Context = Pick<EnvoyContext, 'clusterDomain' | 'instancesOf'>;
type Node = EntryOf<'VirtualNode'>;

/** `name`: of the cluster. */
export function discoveryOf(
  name: string,
  node: Node,
  port: number,
  place: Place,
  context: Context,
): Discovery {
  const { dns, awsCloudMap } = node.content.spec.serviceDiscovery ?? {};
  const preference = ipPreferenceOf(node, place);
  if (dns) {
    const isOne = dns.responseType !== 'ENDPOINTS';
    const hosts = [endpoint(absolute(dns.hostname), port)];
    return byDns(name, { hosts, isOne, family: dnsFamilies[preference ?? 'IPv6_PREFERRED'] });
  }
  const instances = awsCloudMap ? context.instancesOf(node.id) : [];
  const elsewhere = (instances ?? [])
    .filter(({ address }) => isWanted(address, preference))
    .map((each) => endpoint(each.address, portOf(each, node, port)));
  const isKept = instances === undefined;
  if (!isHeadless(node)) return byFile(name, elsewhere, isKept);
  const service = `${headlessServiceName(node.id.name)}.${node.id.namespace}.svc.${context.clusterDomain}.`;
  const hosts = [endpoint(service, port), ...elsewhere];
  const family = dnsFamilies[preference ?? 'IPv4_PREFERRED'];
  return { ...byDns(name, { hosts, isOne: false, family }), isKept };
}

/** Without a preference, names are looked up in IPv6 first, and Cloud Map in IPv4 first. */
const dnsFamilies = {
  IPv4_ONLY: 'V4_ONLY',
  IPv6_ONLY: 'V6_ONLY',
  IPv4_PREFERRED: 'V4_PREFERRED',
  IPv6_PREFERRED: 'AUTO',
} as const;

interface Names {
  readonly hosts: readonly Fields[];
  /** All addresses are those of one load balancer. */
  readonly isOne: boolean;
  readonly family: string;
}

function byDns(name: string, { hosts, isOne, family }: Names): Discovery {
  const cluster = {
    cluster_type: extension('envoy.cluster.dns', 'envoy.extensions.clusters.dns.v3.DnsCluster', {
      dns_lookup_family: family,
      ...(isOne && { all_addresses_in_single_endpoint: true }),
    }),
    load_assignment: assignment(name, hosts),
  };
  return { cluster, endpoints: [], isKept: false };
}

function byFile(name: string, hosts: readonly Fields[], isKept: boolean): Discovery {
  const cluster = { type: 'EDS', eds_cluster_config: { eds_config: fileSource(files.endpoints(name)) } };
  return { cluster, endpoints: isKept ? [] : [assignment(name, hosts)], isKept };
}

function assignment(name: string, hosts: readonly Fields[]): Endpoints {
  return { cluster_name: name, endpoints: [{ lb_endpoints: hosts }] };
}

function endpoint(address: string, port: number): Fields {
  return { endpoint: { address: { socket_address: { address, port_value: port } } } };
}

/** So that no search domain is tried. An address has no name. */
function absolute(hostname: string): string {
  return isAddress(hostname) || hostname.endsWith('.') ? hostname : `${hostname}.`;
}

export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^[0-9a-fA-F.]*:[0-9a-fA-F:.]*$/.test(host);
}

function isWanted(address: string, preference: IpPreference): boolean {
  if (preference === 'IPv4_ONLY') return !address.includes(':');
  return preference !== 'IPv6_ONLY' || address.includes(':');
}

/** An instance has one port, whatever the listeners of the node are. */
function portOf({ port: own }: ForeignInstance, { content }: Node, port: number): number {
  return content.spec.listeners?.length === 1 ? (own ?? port) : port;
}
