import type { GatewayListener } from '../../../../../model/mesh/listener.ts';
import type { Directory, Place } from '../../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import {
  type GatewayRoute,
  gatewayRouteOf,
  orderedGatewayRoutes,
} from '../../../../routing/gateway-routes.ts';
import { accessLogOf } from '../access-log.ts';
import { ipPreferenceOf } from '../address.ts';
import { type EgressService, egressOf } from '../egress/egress.ts';
import { type EnvoyContext, emptyPart, joinedParts, type Part } from '../proxy.ts';
import type { Fields } from '../typed.ts';
import { gatewayTlsOf, listenerOf, redirectCluster } from './listener.ts';
import { gatewayName, routeName } from './names.ts';
import { envoyRoutes, type PlannedRoute } from './routes.ts';
import { serviceOf, targetOf } from './target.ts';

type Gateway = EntryOf<'VirtualGateway'>;

/**
 * The proxy of a gateway: two hops in one Envoy, as App Mesh built them. Gateway routes rewrite a request and choose the
 * virtual service; the second hop is an egress listener, where the service's own routes see the request after that.
 */
export function gatewayOf(gateway: Gateway, place: Place, directory: Directory, context: EnvoyContext): Part {
  const entries = orderedGatewayRoutes(directory, gateway);
  const routes = entries.flatMap((entry) => plannedRoute(entry, directory, context));
  const isKept = (entry: Entry) => context.isRefused(entry) || !isOfKind(entry, 'GatewayRoute');
  const unknown = routes.filter(({ target }) => target.kind === 'unknown').map(({ entry }) => entry);
  const kept = [...entries.filter(isKept), ...unknown].map(routeName);
  return joinedParts([
    firstHop(gateway, place, routes),
    egressOf(gateway, servicesOf(gateway, entries, directory), place, directory, context),
    { ...emptyPart, kept: { ...emptyPart.kept, routes: kept } },
  ]);
}

function plannedRoute(entry: Entry, directory: Directory, context: EnvoyContext): readonly PlannedRoute[] {
  if (!isOfKind(entry, 'GatewayRoute') || context.isRefused(entry)) return [];
  const route = gatewayRouteOf(entry.content.spec);
  return [{ entry, route, target: targetOf(directory, entry, route, context.isRefused) }];
}

function firstHop(gateway: Gateway, place: Place, routes: readonly PlannedRoute[]): Part {
  const { logging } = gateway.content.spec;
  const listeners = distinctPorts(gateway.content.spec.listeners);
  const preference = ipPreferenceOf(gateway, place);
  const accessLog = accessLogOf(logging);
  return {
    ...emptyPart,
    listeners: listeners.map((listener) =>
      listenerOf(listener, preference, { statPrefix: statPrefixOf(listener, listeners.length), accessLog }),
    ),
    clusters: listeners.map(redirectCluster),
    routes: listeners.map((listener) => routeTable(listener, routes)),
    secrets: listeners.flatMap((listener) => gatewayTlsOf(listener)?.secrets ?? []),
  };
}

/** Envoy cannot bind a port twice; the report refuses it, too. */
function distinctPorts(listeners: readonly GatewayListener[]): readonly GatewayListener[] {
  const ports = listeners.map(({ portMapping }) => portMapping.port);
  return listeners.filter(({ portMapping }, index) => ports.indexOf(portMapping.port) === index);
}

/** As App Mesh named them: `ingress`, or `ingress.http.8088` where there are several. */
function statPrefixOf({ portMapping: { port, protocol } }: GatewayListener, count: number): string {
  return count === 1 ? 'ingress' : `ingress.${protocol}.${port}`;
}

/** The gateway routes of a listener: those of its protocol, in the order of all. */
function routeTable({ portMapping: { port, protocol } }: GatewayListener, all: readonly PlannedRoute[]) {
  const routes: readonly Fields[] = all
    .filter(({ route }) => isServed(route, protocol, port))
    .flatMap((each) => envoyRoutes(each, port));
  return { name: gatewayName(port), virtual_hosts: [{ name: 'gateway', domains: ['*'], routes }] };
}

function isServed({ protocol, match }: GatewayRoute, ofListener: string, port: number): boolean {
  return protocol === ofListener && (match.port ?? port) === port;
}

/** Also those of refused gateway routes: their last valid state may lead there, and goes on as the service does. */
function servicesOf(
  { content }: Gateway,
  entries: readonly Entry[],
  directory: Directory,
): readonly EgressService[] {
  const services = entries.flatMap((entry) => {
    if (!isOfKind(entry, 'GatewayRoute')) return [];
    return serviceOf(directory, entry, gatewayRouteOf(entry.content.spec).target) ?? [];
  });
  const policy = content.spec.backendDefaults?.clientPolicy ?? undefined;
  return [...new Set(services)].map((service) => ({ service, policy }));
}
