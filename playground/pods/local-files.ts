import { mountPath, proxyPorts } from '../../shared/mesh/targets/envoy/translate/layout.ts';

/** Where one pod runs on this machine: addresses of 127.0.0.0/8, since nothing redirects connections here. */
export interface LocalPlace {
  /** The folder that stands for the ConfigMap's mount. */
  readonly directory: string;
  /** The pod's own address: the ports of its listeners, Envoy's admin interface and its status. */
  readonly pod: string;
  /** Where the application listens; only its Envoy connects to it. */
  readonly application: string;
  /** Where the pod's outgoing connections go, whatever host they are for. */
  readonly outbound: string;
  /** A DNS server for the names of the cluster; without it, the machine's own. */
  readonly dns?: { readonly address: string; readonly port: number } | undefined;
  /** Folders that stand for other mounts of the container, such as its certificates, by mount path. */
  readonly mounts?: Readonly<Record<string, string>> | undefined;
}

type Fields = Record<string, unknown>;

/** The files of a proxy for this machine: a listener of intercepted connections is bound to the ports that its chains match. */
export function localFiles(
  files: Readonly<Record<string, string>>,
  place: LocalPlace,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, JSON.stringify(localFile(JSON.parse(text), place))]),
  );
}

function localFile(file: Fields, place: LocalPlace): Fields {
  const resources = file.resources as readonly Fields[] | undefined;
  if (resources !== undefined)
    return { ...file, resources: resources.flatMap((each) => localResource(each, place)) };
  const local = localValue(file, place) as Fields;
  const fixed = local.static_resources as { readonly listeners?: readonly Fields[] } | undefined;
  const listeners = fixed?.listeners?.flatMap((each) => localListener(each, place));
  return {
    ...local,
    ...(listeners && { static_resources: { ...fixed, listeners } }),
    ...(place.dns && { typed_dns_resolver_config: resolver(place.dns) }),
  };
}

function localResource(resource: Fields, place: LocalPlace): readonly Fields[] {
  const local = localValue(resource, place) as Fields;
  if (String(local['@type']).endsWith('.Listener')) return localListener(local, place);
  return [local.type === 'ORIGINAL_DST' ? withoutEndpoints(local) : local];
}

/** The original destination is the listener itself here: a connection that is passed through would come back. */
function withoutEndpoints({ lb_policy, original_dst_lb_config, ...cluster }: Fields): Fields {
  return { ...cluster, type: 'STATIC' };
}

/** A listener of intercepted connections listens on each port of its chains. */
function localListener(listener: Fields, place: LocalPlace): readonly Fields[] {
  const address = portOf(listener.address);
  const isIntercepted = address === proxyPorts.ingress || address === proxyPorts.egress;
  if (!isIntercepted || isBoundTo(listener.address, place.outbound)) return [listener];
  const host = address === proxyPorts.ingress ? place.pod : place.outbound;
  const [first, ...others] = portsOf(listener).map((port) => socketAddress(host, port));
  if (first === undefined) return [];
  const { default_filter_chain, additional_addresses, ...rest } = listener;
  return [
    {
      ...rest,
      address: first,
      ...(others.length > 0 && { additional_addresses: others.map((each) => ({ address: each })) }),
    },
  ];
}

function portsOf({ filter_chains = [] }: Fields): readonly number[] {
  const ports = (filter_chains as readonly Fields[]).map(
    ({ filter_chain_match }) => (filter_chain_match as Fields | undefined)?.destination_port,
  );
  return [...new Set(ports)].filter((port) => typeof port === 'number');
}

/** Addresses and paths of files, at whatever depth. */
function localValue(value: unknown, place: LocalPlace): unknown {
  if (typeof value === 'string') return localPath(value, place);
  if (Array.isArray(value)) return value.map((each) => localValue(each, place));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    name === 'socket_address' ? localAddress(each as Fields, place) : localValue(each, place),
  ]);
  return Object.fromEntries(entries);
}

function localPath(text: string, { directory, mounts = {} }: LocalPlace): string {
  for (const [path, folder] of Object.entries({ ...mounts, [mountPath]: directory }))
    if (text === path || text.startsWith(`${path}/`)) return folder + text.slice(path.length);
  return text;
}

/** The unspecified address is the pod's; the loopback address is the application's, except for the proxy's own ports. */
function localAddress(address: Fields, place: LocalPlace): Fields {
  const { address: host, port_value: port } = address;
  if (host === '0.0.0.0' || host === '::') return { ...address, address: place.pod };
  if (host !== '127.0.0.1' && host !== '::1') return address;
  return { ...address, address: ownAddress(port, place) };
}

function ownAddress(port: unknown, { pod, application, outbound }: LocalPlace): string {
  if (port === proxyPorts.egress) return outbound;
  return port === proxyPorts.admin || port === proxyPorts.status ? pod : application;
}

function portOf(address: unknown): unknown {
  return socketOf(address)?.port_value;
}

function isBoundTo(address: unknown, host: string): boolean {
  return socketOf(address)?.address === host;
}

function socketOf(address: unknown): Fields | undefined {
  return (address as Fields | undefined)?.socket_address as Fields | undefined;
}

function socketAddress(address: string, port: number): Fields {
  return { socket_address: { address, port_value: port } };
}

function resolver({ address, port }: NonNullable<LocalPlace['dns']>): Fields {
  const type = 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
  return {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': type,
      resolvers: [socketAddress(address, port)],
      dns_resolver_options: { no_default_search_domain: true },
    },
  };
}
