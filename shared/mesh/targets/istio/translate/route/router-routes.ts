import type { Directory } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { type Listened, listenersOf } from '../../../../routing/provider.ts';
import { orderedRoutes, type RouterRoute } from '../../../../routing/routes.ts';
import { pathsOf } from '../match/path-match.ts';
import { type Destination, destinationsOf, weightedOf } from './destination.ts';
import { type HttpRoute, matchesOf, reachable, routedTo } from './http-route.ts';

export type Router = EntryOf<'VirtualRouter'>;

/** A route that requests can take, with where it leads. */
export interface Routed {
  readonly route: RouterRoute;
  /** The ports of the router's listeners on which it is tried. */
  readonly ports: readonly number[];
  readonly destinations: readonly Destination[];
}

/** The routes of a router in the order in which they are tried. */
export function routedBy(directory: Directory, router: Router, report: Report): readonly Routed[] {
  const listeners = listenersOf(directory, router);
  refuseRepeated(router.content.spec.listeners ?? [], report);
  return orderedRoutes(router.content.spec).flatMap((route) => {
    const destinations = destinationsOf(directory, router, route, report);
    if (destinations.length === 0) return [];
    const ports = portsOf(route, listeners, report);
    reportIdle(route, report);
    return [{ route, ports, destinations }];
  });
}

function portsOf({ protocol, match, path }: RouterRoute, listeners: readonly Listened[], report: Report) {
  const ports = listeners.filter((each) => each.protocol === protocol).map(({ port }) => port);
  if (ports.length === 0)
    report.refuse(path, `the router has no listener of protocol ${protocol}`, 'such a listener');
  if (match.port === undefined) return ports;
  if (ports.length > 0 && !ports.includes(match.port))
    report.refuse(`${path}.match.port`, 'is no port of such a listener', 'the port of a listener');
  return [match.port];
}

/** Istio has one protocol for each port. */
export function refuseRepeated(
  listeners: readonly { readonly portMapping: Listened }[],
  report: Report,
): void {
  const ports = listeners.map(({ portMapping }) => portMapping.port);
  const index = ports.findIndex((port, at) => ports.indexOf(port) < at);
  if (index > 0)
    report.refuse(
      `spec.listeners[${index}].portMapping.port`,
      'is also the port of another listener',
      'one listener',
    );
}

function reportIdle({ protocol, timeout, path }: RouterRoute, report: Report): void {
  if (!timeout?.idle) return;
  const ofNode =
    protocol === 'tcp' ? 'timeout.tcp.idle of the listeners of the target' : 'timeout.perRequest';
  report.differ(`${path}.timeout.idle`, 'Istio has no idle timeout for a route', ofNode);
}

export interface SidecarRoutes {
  readonly http: readonly HttpRoute[];
  readonly tcp: readonly object[];
}

/** What App Mesh answers where no route leads. */
export const notFound = { directResponse: { status: 404 } };

/** The routes of a VirtualService of Istio for the sidecars. */
export function sidecarRoutes(
  routed: readonly Routed[],
  listeners: readonly Listened[],
  report: Report,
): SidecarRoutes {
  const http = routed.filter(({ route }) => route.protocol !== 'tcp').map((each) => httpRoute(each, report));
  const tcp = routed
    .filter(({ route }) => route.protocol === 'tcp')
    .map(({ ports, destinations }) => ({
      match: ports.map((port) => ({ port })),
      route: weightedOf(destinations),
    }));
  return { http: reachable([...http, without(http, listeners)]), tcp: reachable(tcp) };
}

/** A port without a route would lead to the Kubernetes Service that has the name. */
function without(http: readonly HttpRoute[], listeners: readonly Listened[]): HttpRoute {
  const matched = http.flatMap(({ match = [] }) => match as readonly { readonly port?: number }[]);
  const ports = listeners.filter(
    ({ protocol, port }) => protocol !== 'tcp' && !matched.some((match) => match.port === port),
  );
  return { match: ports.map(({ port }) => ({ port })), ...notFound };
}

function httpRoute({ route, ports, destinations }: Routed, report: Report): HttpRoute {
  const taken = { paths: pathsOf(route.match.path), matches: [route.match], ports };
  const match = matchesOf(taken, report, `${route.path}.match`);
  return { name: route.name, match, ...routedTo(route, destinations) };
}
