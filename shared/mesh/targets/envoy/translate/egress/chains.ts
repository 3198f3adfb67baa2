import { milliseconds } from '../../../../routing/timing.ts';
import { passthroughName } from '../cluster/passthrough.ts';
import { durationText } from '../duration.ts';
import { httpManager } from '../http-manager.ts';
import { clustersOf } from '../route/destination.ts';
import { extension, type Fields } from '../typed.ts';
import type { Called } from './called.ts';
import { tableName } from './virtual-host.ts';

const tcpProxyType = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

/** As App Mesh named them in statistics. */
export const statPrefix = 'egress';

/** `logs`: the access log of the proxy. */
export function httpChain(port: number, logs: readonly Fields[]): Fields {
  return {
    name: tableName(port),
    filter_chain_match: { destination_port: port },
    filters: [httpManager({ statPrefix, routeTable: tableName(port), accessLog: logs })],
  };
}

/** Without a route the connection is closed. */
export function tcpChain({ name, answer, policy }: Called, logs: readonly Fields[]): Fields {
  const { port, routes } = answer;
  const [first] = routes;
  const idle = first?.route.timeout?.idle;
  return {
    name: `${name}:${port}`,
    filter_chain_match: { destination_port: port },
    filters: first
      ? [tcpProxy(clustersOf(first.destinations, policy), idle ? milliseconds(idle) : undefined, logs)]
      : [],
  };
}

/** The name of the chain of a port that several backends want. */
const contestedName = 'contested-';

/**
 * Closes connections to a contested port: let through, they would go out without the mesh and its TLS, which nobody would see.
 * What the proxy has of one of the backends stays in its place.
 */
export function contestedChain(port: number): Fields {
  return { name: `${contestedName}${port}`, filter_chain_match: { destination_port: port }, filters: [] };
}

export function isContestedChain({ name }: Fields): boolean {
  return String(name).startsWith(contestedName);
}

/** Connections go where the application meant them to, and may be idle for any time. */
export function passthroughFilter(logs: readonly Fields[]): Fields {
  return tcpProxy({ cluster: passthroughName }, 0, logs);
}

/** `idleMs`: 0 is without limit, and undefined is Envoy's default of an hour, which App Mesh's was. */
function tcpProxy(clusters: Fields, idleMs: number | undefined, logs: readonly Fields[]): Fields {
  return extension('envoy.filters.network.tcp_proxy', tcpProxyType, {
    stat_prefix: statPrefix,
    ...clusters,
    ...(idleMs !== undefined && { idle_timeout: durationText(idleMs) }),
    ...(logs.length > 0 && { access_log: logs }),
  });
}
