import type { Place } from '../../../../plan/directory.ts';
import { isOfKind } from '../../../../plan/entry.ts';
import { passthroughName } from '../cluster/passthrough.ts';
import { extension, type Fields } from '../typed.ts';
import type { EgressPorts } from './called.ts';
import { passthroughFilter } from './chains.ts';

/** What App Mesh let through whatever the filter says. */
const services = '*.amazonaws.com';
const plainPort = 80;
const tlsPort = 443;

/** Absent, it is DROP_ALL. */
export function allowsAll({ mesh }: Pick<Place, 'mesh'>): boolean {
  return isOfKind(mesh, 'Mesh') && mesh.content.spec.egressFilter?.type === 'ALLOW_ALL';
}

/**
 * The ports with a route table. With DROP_ALL, 80 is one of them: requests of plain HTTP to AWS are known by their host name.
 * An unknown host on such a port gets 404, with ALLOW_ALL, too, as App Mesh demanded that all backends are listed then.
 */
export function httpPortsOf({ http, tcp, contested }: EgressPorts, isOpen: boolean): readonly number[] {
  const plain = isOpen || tcp.has(plainPort) || contested.has(plainPort) ? [] : [plainPort];
  return [...new Set([...http.keys(), ...plain])].sort((a, b) => a - b);
}

/**
 * With ALLOW_ALL, the ports that several backends want and none gets. With DROP_ALL nothing takes them anyhow, and TLS to AWS
 * is passed on all other ports.
 */
export function closedPortsOf({ http, tcp, contested }: EgressPorts, isOpen: boolean): readonly number[] {
  if (!isOpen) return [];
  return [...contested.keys()].filter((port) => !http.has(port) && !tcp.has(port)).sort((a, b) => a - b);
}

/** In the route table of each port. */
export function awsHost(port: number): Fields {
  return {
    name: services,
    domains: [services, `${services}:${port}`],
    routes: [{ match: { prefix: '/' }, route: { cluster: passthroughName, timeout: '0s' } }],
  };
}

/** The ports of backends. */
interface Inspected {
  readonly http: readonly number[];
  readonly tcp: readonly number[];
}

/**
 * The chains of TLS that is passed through. Envoy decides by the port first, so each port of a backend has its own. What a
 * server says first is never waited for on a port of a TCP backend, except 443.
 */
export function tlsChains(
  { http, tcp }: Inspected,
  isOpen: boolean,
  logs: readonly Fields[],
): readonly Fields[] {
  const toAws = { transport_protocol: 'tls', server_names: [services] };
  const chain = (name: string, match: Fields) => ({
    name,
    filter_chain_match: match,
    filters: [passthroughFilter(logs)],
  });
  const onTcp = tcp.filter((port) => port === tlsPort);
  return [
    ...http.map((port) =>
      chain(`tls-${port}`, { destination_port: port, ...(isOpen ? { transport_protocol: 'tls' } : toAws) }),
    ),
    ...onTcp.map((port) => chain(`tls-${port}`, { destination_port: port, ...toAws })),
    ...(isOpen ? [] : [chain('tls', toAws)]),
  ];
}

/** Reads the name of the server from what a client sends first, where a chain needs it. */
export function tlsInspector({ http, tcp }: Inspected, isOpen: boolean): readonly Fields[] {
  const without = tcp.filter((port) => port !== tlsPort).map(onPort);
  const withTls = [...http, ...tcp.filter((port) => port === tlsPort)].map(onPort);
  if (isOpen && withTls.length === 0) return [];
  const disabled = isOpen ? { not_match: anyOf(withTls) } : without.length > 0 ? anyOf(without) : undefined;
  return [
    {
      ...extension(
        'envoy.filters.listener.tls_inspector',
        'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
      ),
      ...(disabled && { filter_disabled: disabled }),
    },
  ];
}

function onPort(port: number): Fields {
  return { destination_port_range: { start: port, end: port + 1 } };
}

/** Envoy wants at least two rules of an `or_match`. */
function anyOf(rules: readonly Fields[]): Fields {
  const [first = {}, ...others] = rules;
  return others.length === 0 ? first : { or_match: { rules } };
}
