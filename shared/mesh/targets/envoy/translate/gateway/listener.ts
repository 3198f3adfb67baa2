import type { GatewayListener } from '../../../../../model/mesh/listener.ts';
import { type IpPreference, listenAddress } from '../address.ts';
import { httpManager } from '../http-manager.ts';
import { poolLimits } from '../ingress/pool.ts';
import { alpnOf, protocolOptions } from '../ingress/protocol.ts';
import { proxyPorts } from '../layout.ts';
import type { EnvoyResource } from '../proxy.ts';
import { tlsInspector } from '../tls/inspector.ts';
import { type ServerTls, serverTlsOf } from '../tls/server-tls.ts';
import type { Fields } from '../typed.ts';
import { gatewayName, redirectName } from './names.ts';

export interface Observed {
  readonly statPrefix: string;
  readonly accessLog: readonly Fields[];
}

/** The listener on a port of a gateway. Nothing redirects a gateway's connections, so it has a socket of its own. */
export function listenerOf(
  listener: GatewayListener,
  preference: IpPreference,
  { statPrefix, accessLog }: Observed,
): EnvoyResource {
  const { port } = listener.portMapping;
  const name = gatewayName(port);
  const tls = gatewayTlsOf(listener);
  const filters = [httpManager({ statPrefix, routeTable: name, accessLog })];
  return {
    name,
    address: listenAddress(preference, port),
    traffic_direction: 'INBOUND',
    ...(tls?.accepts === 'both' && { listener_filters: [tlsInspector()] }),
    filter_chains: chainsOf(name, tls, filters),
  };
}

function chainsOf(name: string, tls: ServerTls | undefined, filters: readonly Fields[]): readonly Fields[] {
  if (!tls) return [{ name, filters }];
  const secure = { filters, transport_socket: tls.transportSocket };
  if (tls.accepts === 'tls') return [{ name, ...secure }];
  return [
    { name: `${name}-tls`, filter_chain_match: { transport_protocol: 'tls' }, ...secure },
    { name, filter_chain_match: { transport_protocol: 'raw_buffer' }, filters },
  ];
}

export function gatewayTlsOf({
  portMapping: { port, protocol },
  tls,
}: GatewayListener): ServerTls | undefined {
  return serverTlsOf(tls, gatewayName(port), alpnOf(protocol));
}

/** The second hop as the listener calls it, in the HTTP version of its protocol and within its connection pool. */
export function redirectCluster({ portMapping, connectionPool }: GatewayListener): EnvoyResource {
  const name = redirectName(portMapping.port);
  const socket_address = { address: '127.0.0.1', port_value: proxyPorts.egress };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '0.25s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address } } }] }],
    },
    circuit_breakers: poolLimits(connectionPool),
    ...protocolOptions(portMapping.protocol),
  };
}
