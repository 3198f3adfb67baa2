import type { Listener } from '../../../../../model/mesh/listener.ts';
import { milliseconds } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import { httpManager } from '../http-manager.ts';
import type { EnvoyResource } from '../proxy.ts';
import { type ServerTls, serverTlsOf } from '../tls/server-tls.ts';
import { extension, type Fields } from '../typed.ts';
import { alpnOf } from './protocol.ts';

/** The name of the cluster of the application's port. */
export function applicationName(port: number): string {
  return `ingress_${port}`;
}

/** The name of a listener's route table, its secrets, and its filter chain. */
export function ingressName(port: number): string {
  return `ingress-${port}`;
}

export interface IngressChain {
  readonly port: number;
  readonly accepts: 'plain' | ServerTls['accepts'];
  readonly chain: Fields;
}

interface Observed {
  readonly statPrefix: string;
  readonly accessLog: readonly Fields[];
}

/** The filter chains of a listener: one, or two for a port that takes TLS and plain text. */
export function chainsOf(listener: Listener, observed: Observed): readonly IngressChain[] {
  const { port } = listener.portMapping;
  const filters = [filterOf(listener, observed)];
  const tls = tlsOf(listener);
  const chain = (name: string, accepts: IngressChain['accepts'], transport: Fields, match: Fields = {}) => ({
    port,
    accepts,
    chain: { name, filter_chain_match: { destination_port: port, ...match }, filters, ...transport },
  });
  const name = ingressName(port);
  if (!tls) return [chain(name, 'plain', {})];
  const secure = { transport_socket: tls.transportSocket };
  if (tls.accepts === 'tls') return [chain(name, 'tls', secure)];
  return [
    chain(`${name}-tls`, 'both', secure, { transport_protocol: 'tls' }),
    chain(name, 'both', {}, { transport_protocol: 'raw_buffer' }),
  ];
}

export function secretsOf(listener: Listener): readonly EnvoyResource[] {
  return tlsOf(listener)?.secrets ?? [];
}

function tlsOf({ portMapping: { port, protocol }, tls }: Listener): ServerTls | undefined {
  return serverTlsOf(tls, ingressName(port), alpnOf(protocol));
}

function filterOf(
  { portMapping: { port, protocol }, timeout }: Listener,
  { statPrefix, accessLog }: Observed,
): Fields {
  if (protocol !== 'tcp') return httpManager({ statPrefix, routeTable: ingressName(port), accessLog });
  const idle = timeout?.tcp?.idle;
  return extension(
    'envoy.filters.network.tcp_proxy',
    'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    {
      stat_prefix: statPrefix,
      cluster: applicationName(port),
      ...(idle && { idle_timeout: durationText(milliseconds(idle)) }),
      ...(accessLog.length > 0 && { access_log: accessLog }),
    },
  );
}

/** The ports that take TLS and plain text, and the others. */
export function permissivePorts(
  chains: readonly IngressChain[],
): readonly [permissive: readonly number[], others: readonly number[]] {
  const ports = (isBoth: boolean) => [
    ...new Set(chains.filter(({ accepts }) => (accepts === 'both') === isBoth).map(({ port }) => port)),
  ];
  return [ports(true), ports(false)];
}
