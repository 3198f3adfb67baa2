import type { Listener } from '../../../../../model/mesh/listener.ts';
import type { Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import { accessLogOf } from '../access-log.ts';
import { type IpPreference, ipPreferenceOf, listenAddress } from '../address.ts';
import { proxyPorts } from '../layout.ts';
import { emptyPart, type Part } from '../proxy.ts';
import { tlsInspector } from '../tls/inspector.ts';
import { extension, type Fields } from '../typed.ts';
import { applicationCluster } from './application.ts';
import { chainsOf, type IngressChain, permissivePorts, secretsOf } from './chain.ts';
import { timeoutRoutes } from './route-table.ts';

/** The listener of the connections to the pod, and the application's clusters. Nothing without a listener, as in App Mesh. */
export function ingressOf(node: EntryOf<'VirtualNode'>, place: Pick<Place, 'mesh'>): Part {
  const listeners = distinctPorts(node.content.spec.listeners ?? []);
  if (listeners.length === 0) return emptyPart;
  const preference = ipPreferenceOf(node, place);
  const accessLog = accessLogOf(node.content.spec.logging);
  const chains = listeners.flatMap((listener) =>
    chainsOf(listener, { statPrefix: statPrefixOf(listener, listeners.length), accessLog }),
  );
  return {
    ...emptyPart,
    listeners: [listenerOf(chains, preference)],
    clusters: listeners.map((listener) => applicationCluster(listener, preference)),
    routes: listeners.flatMap(timeoutRoutes),
    secrets: listeners.flatMap(secretsOf),
  };
}

/** Envoy refuses two chains for one port; the report does, too. */
function distinctPorts(listeners: readonly Listener[]): readonly Listener[] {
  const first = new Map(listeners.toReversed().map((each) => [each.portMapping.port, each]));
  return listeners.filter((each) => first.get(each.portMapping.port) === each);
}

/** As App Mesh named them: `ingress`, or `ingress.http.8080` where there are several. */
function statPrefixOf({ portMapping: { port, protocol } }: Listener, count: number): string {
  return count === 1 ? 'ingress' : `ingress.${protocol}.${port}`;
}

function listenerOf(chains: readonly IngressChain[], preference: IpPreference): Part['listeners'][number] {
  const original = extension(
    'envoy.filters.listener.original_dst',
    'envoy.extensions.filters.listener.original_dst.v3.OriginalDst',
  );
  return {
    name: 'ingress',
    address: listenAddress(preference, proxyPorts.ingress),
    traffic_direction: 'INBOUND',
    listener_filters: [original, ...inspectorOf(chains)],
    filter_chains: chains.map(({ chain }) => chain),
  };
}

/**
 * For the ports that take TLS and plain text. The inspector waits for the client's first bytes, which a protocol whose
 * server speaks first never gets, so it is off for all other ports.
 */
function inspectorOf(chains: readonly IngressChain[]): readonly Fields[] {
  const [inspected, plain] = permissivePorts(chains);
  if (inspected.length === 0) return [];
  const ranges = plain.map((port) => ({ destination_port_range: { start: port, end: port + 1 } }));
  const [only] = ranges;
  const disabled = ranges.length > 1 ? { or_match: { rules: ranges } } : only;
  return [tlsInspector(disabled && { filter_disabled: disabled })];
}
