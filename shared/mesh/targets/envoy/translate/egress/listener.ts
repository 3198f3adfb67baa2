import type { Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import { accessLogOf } from '../access-log.ts';
import { ipPreferenceOf, listenAddress } from '../address.ts';
import { httpManager } from '../http-manager.ts';
import { proxyPorts } from '../layout.ts';
import type { EnvoyResource } from '../proxy.ts';
import { extension, type Fields } from '../typed.ts';
import type { EgressPorts } from './called.ts';
import { contestedChain, httpChain, passthroughFilter, statPrefix, tcpChain } from './chains.ts';
import { allowsAll, closedPortsOf, httpPortsOf, tlsChains, tlsInspector } from './egress-filter.ts';

/** The listener to which connections of the application are redirected. */
export function nodeListener(node: EntryOf<'VirtualNode'>, ports: EgressPorts, place: Place): EnvoyResource {
  const logs = accessLogOf(node.content.spec.logging);
  const isOpen = allowsAll(place);
  const tcp = [...ports.tcp].sort(([a], [b]) => a - b);
  const closed = closedPortsOf(ports, isOpen);
  const inspected = { http: httpPortsOf(ports, isOpen), tcp: [...tcp.map(([port]) => port), ...closed] };
  return {
    name: 'egress',
    address: listenAddress(ipPreferenceOf(node, place), proxyPorts.egress),
    traffic_direction: 'OUTBOUND',
    listener_filters: [
      extension(
        'envoy.filters.listener.original_dst',
        'envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
      ),
      ...tlsInspector(inspected, isOpen),
    ],
    // An application may connect long before it sends its first request.
    continue_on_listener_filters_timeout: true,
    filter_chains: [
      toItself,
      ...inspected.http.map((port) => httpChain(port, logs)),
      ...tcp.map(([, called]) => tcpChain(called, logs)),
      ...closed.map(contestedChain),
      ...tlsChains(inspected, isOpen, logs),
    ],
    ...(isOpen && { default_filter_chain: { name: 'passthrough', filters: [passthroughFilter(logs)] } }),
  };
}

/**
 * Closes connections that were made to this port itself. Any pod can make them, and what lets connections through to their
 * destination would connect to this listener again, without end.
 */
const toItself: Fields = {
  name: 'egress-itself',
  filter_chain_match: { destination_port: proxyPorts.egress },
  filters: [],
};

/** The second hop of a gateway, for its first hop only, which logs. */
export function gatewayListener(): EnvoyResource {
  const manager = httpManager({ statPrefix, routeTable: 'egress', accessLog: [] });
  return {
    name: 'egress',
    address: { socket_address: { address: '127.0.0.1', port_value: proxyPorts.egress } },
    traffic_direction: 'OUTBOUND',
    filter_chains: [{ name: 'egress', filters: [manager] }],
  };
}
