import type { Directory, Place } from '../../../../../shared/mesh/plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import type { Difference } from '../../../../../shared/mesh/plan/resource.ts';
import { gatewayOf } from '../../../../../shared/mesh/targets/envoy/translate/gateway/gateway.ts';
import { ingressOf } from '../../../../../shared/mesh/targets/envoy/translate/ingress/ingress.ts';
import { reportGateway } from '../../../../../shared/mesh/targets/envoy/translate/ingress/report-gateway.ts';
import { reportGatewayRoute } from '../../../../../shared/mesh/targets/envoy/translate/ingress/report-gateway-route.ts';
import { reportNodeIngress } from '../../../../../shared/mesh/targets/envoy/translate/ingress/report-node.ts';
import type { EnvoyContext, Part } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { type Upstream, upstreamOf } from '../../../../../shared/mesh/targets/envoy/translate/upstream.ts';
import type { ClientPolicy } from '../../../../../shared/model/mesh/tls.ts';
import type { Manifest } from '../../../harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { accepted } from '../accepted.ts';
import { statedOf } from '../stated.ts';

// biome-ignore lint/suspicious/noExplicitAny: the structure is what the tests are about
export type Fields = any;
type Kind = 'VirtualNode' | 'VirtualGateway' | 'GatewayRoute';
type Members = Readonly<Record<string, unknown>>;

interface Placed<K extends Kind> {
  readonly entry: EntryOf<K>;
  readonly place: Place;
  readonly directory: Directory;
}

function placed<K extends Kind>(kind: K, name: string, manifests: readonly Manifest[]): Placed<K> {
  const hasMesh = manifests.some((each) => each.kind === 'Mesh');
  const directory = directoryOf(aNamespace(), ...(hasMesh ? [] : [aMesh()]), ...manifests);
  const entry = directory.entries.find(({ id }) => id.kind === kind && id.name === name);
  if (!entry || !isOfKind(entry, kind)) throw new Error(`${kind} ${name} is not valid: ${entry?.fault}`);
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  return { entry, place, directory };
}

/** A node with one listener on port 8080. */
export function listening(listener: Members, others: Members = {}, protocol = 'http'): Manifest {
  return aNode('blue', { listeners: [{ portMapping: { port: 8080, protocol }, ...listener }], ...others });
}

/** The ingress side of the proxy of the virtual node `blue`. */
export function ingress(...manifests: readonly Manifest[]): Part {
  const { entry, place } = placed('VirtualNode', 'blue', manifests);
  return accepted(ingressOf(entry, place));
}

export function chainsOf({ listeners }: Part): readonly Fields[] {
  return (listeners[0] as Fields)?.filter_chains ?? [];
}

export function filterOf(chain: Fields): Fields {
  return chain.filters[0].typed_config;
}

/** The context of a chain's TLS. */
export function tlsOf(chain: Fields): Fields {
  return chain.transport_socket?.typed_config;
}

/** What a client's cluster to port 8080 of the virtual node `blue` has. */
export function upstream(node: Manifest, tls?: Members): Upstream {
  const { entry } = placed('VirtualNode', 'blue', [node]);
  return upstreamOf(entry, 8080, tls && ({ tls } as ClientPolicy));
}

interface Translated {
  readonly proxy: Part;
  /** Of the table of a port, its Envoy routes. */
  readonly routes: (port?: number) => readonly Fields[];
  /** Of the table of the first port, as `match → what becomes of the path`. */
  readonly paths: readonly string[];
}

/** The proxy of the virtual gateway `entry`. */
export function gateway(manifests: readonly Manifest[], refused: readonly string[] = []): Translated {
  const { entry, place, directory } = placed('VirtualGateway', 'entry', manifests);
  const context: EnvoyContext = {
    clusterDomain: 'cluster.local',
    instancesOf: () => [],
    isRefused: ({ id }: Entry) => refused.includes(`${id.kind} ${id.name}`),
  };
  const proxy = accepted(gatewayOf(entry, place, directory, context));
  const routes = (port = 8088) => {
    const table = proxy.routes.find(({ name }) => name === `gateway-${port}`) as Fields;
    return table.virtual_hosts[0].routes as readonly Fields[];
  };
  return { proxy, routes, paths: routes().map(pathText) };
}

function pathText({ match: { prefix, path, safe_regex: regex }, route }: Fields): string {
  const from = prefix === undefined ? (path ?? regex.regex) : `${prefix}*`;
  return `${from} → ${route ? (route.prefix_rewrite ?? 'as it is') : '404'}`;
}

/** What is reported of an object, as `effect path`. */
export function reported(kind: Kind, name: string, ...manifests: readonly Manifest[]): readonly string[] {
  return differencesOf(kind, name, manifests).map(({ effect, path }) => `${effect} ${path}`);
}

/** Likewise, with its whole text. */
export function stated(kind: Kind, name: string, ...manifests: readonly Manifest[]): readonly string[] {
  return statedOf(differencesOf(kind, name, manifests));
}

function differencesOf(kind: Kind, name: string, manifests: readonly Manifest[]): readonly Difference[] {
  const { entry, place, directory } = placed(kind, name, manifests);
  const report = new Report();
  if (isOfKind(entry, 'VirtualNode')) reportNodeIngress(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualGateway')) reportGateway(entry, place, directory, report);
  if (isOfKind(entry, 'GatewayRoute')) reportGatewayRoute(entry, place, directory, report);
  return report.differences;
}
