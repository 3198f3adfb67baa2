import { awsNameOf, type Directory, type Place } from '../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { Report } from '../../../plan/report.ts';
import { type GatewayRoute, gatewayRouteOf } from '../../../routing/gateway-routes.ts';
import { listenersOf, namedBy, providerOf, referredTo } from '../../../routing/provider.ts';
import { defaultRequestTimeoutMs } from '../../../routing/timing.ts';
import { pathsOf, pathsThrough } from './match/path-match.ts';
import { nameIn, suffixed } from './names.ts';
import { rulesOfNodes } from './node/virtual-node.ts';
import type { Outcome } from './outcome.ts';
import { byArn, nodeDestination } from './route/destination.ts';
import { type HttpRoute, matchesOf, reachable, routedTo } from './route/http-route.ts';
import { notFound, type Routed, type Router, routedBy } from './route/router-routes.ts';

type Service = EntryOf<'VirtualService'>;

export function gatewayRouteName(name: string): string {
  return suffixed(name, 'gateway-route');
}

/**
 * A VirtualService without hosts, to which that of the gateway delegates: the gateway route's match with each route of its
 * service's router, and at the end the match alone, since App Mesh tries no other gateway route then.
 */
export function gatewayRouteOutcome(
  entry: EntryOf<'GatewayRoute'>,
  { gateway }: Place,
  directory: Directory,
): Outcome {
  const report = new Report();
  const route = gatewayRouteOf(entry.content.spec);
  const { virtualServiceRef, virtualServiceARN } = route.target.virtualService;
  const path = `${route.path}.action.target.virtualService`;
  if (virtualServiceARN) report.refuse(`${path}.virtualServiceARN`, ...byArn);
  const service = referredTo(directory, 'VirtualService', entry, virtualServiceRef);
  const found = namedBy(directory, 'VirtualService', entry, virtualServiceRef);
  if (found && !service)
    report.refuse(`${path}.virtualServiceRef`, `VirtualService "${found.id.name}" is invalid`, 'a valid one');
  const ports = gatewayPorts(gateway, route, report);
  const { routed, further } = service
    ? routedThrough(service, route, directory, report)
    : { routed: [], further: [] };
  const http = [
    ...routed.flatMap((each) => expanded(route, each, { ports, service, report })),
    ...lastly(route, ports, report),
  ];
  const nodes = routed.flatMap(({ destinations }) => destinations.map(({ node }) => node));
  const dependsOn = rulesOfNodes(nodes, directory);
  const id = { namespace: entry.id.namespace, name: gatewayRouteName(entry.id.name) };
  return {
    wanted: [{ kind: 'VirtualService', ...id, spec: { http: reachable(http) }, dependsOn }],
    differences: [...report.differences, ...further],
  };
}

/** The ports of the gateway on which the route is tried; none if those are all it has. */
function gatewayPorts(gateway: Place['gateway'], { protocol, match, path }: GatewayRoute, report: Report) {
  if (!gateway || !isOfKind(gateway, 'VirtualGateway')) {
    report.refuse(path, `VirtualGateway "${gateway?.id.name}" is invalid`, 'a valid one');
    return [];
  }
  const all = gateway.content.spec.listeners.map(({ portMapping }) => portMapping);
  const ports = all.filter((each) => each.protocol === protocol).map(({ port }) => port);
  if (ports.length === 0)
    report.refuse(path, `the gateway has no listener of protocol ${protocol}`, 'such a listener');
  else if (match.port !== undefined && !ports.includes(match.port))
    report.refuse(`${path}.match.port`, 'is no port of such a listener', 'the port of a listener');
  if (match.port !== undefined) return [match.port];
  return ports.length < all.length ? ports : [];
}

/** The routes of the service on the port that the gateway route leads to. */
function routedThrough(
  service: Service,
  { target, path }: GatewayRoute,
  directory: Directory,
  report: Report,
) {
  const provider = providerOf(directory, service);
  const none = { routed: [], further: [] };
  if (provider === undefined) return none;
  const listeners = listenersOf(directory, provider);
  const at = `${path}.action.target`;
  const port = target.port ?? listeners[0]?.port;
  const listener = listeners.find((each) => each.port === port);
  if (!target.port && listeners.length > 1)
    report.refuse(`${at}.port`, 'the virtual service has several ports', 'one of them');
  else if (!listener) report.refuse(`${at}.port`, 'is no port of the virtual service', 'one of its ports');
  else if (listener.protocol === 'tcp')
    report.refuse(at, 'leads to a port of protocol tcp', 'a port of HTTP or gRPC');
  if (isOfKind(provider, 'VirtualNode')) {
    const destination = nodeDestination(directory, provider, { port, weight: 1 }, { report, at });
    return destination ? { routed: [nodeRoute(destination)], further: [] } : none;
  }
  const ofRouter = new Report(provider.id);
  const routed = routedBy(directory, provider as Router, ofRouter).filter(
    ({ route, ports }) =>
      route.protocol === listener?.protocol && listener.protocol !== 'tcp' && ports.includes(listener.port),
  );
  return { routed, further: ofRouter.differences };
}

type Through = Pick<Routed, 'destinations'> & {
  readonly route: Pick<Routed['route'], 'match'> & Partial<Routed['route']>;
};

function nodeRoute(destination: Routed['destinations'][number]): Through {
  const match = { path: undefined, headers: [], queryParameters: [] };
  return { route: { match }, destinations: [destination] };
}

interface Target {
  readonly ports: readonly number[];
  readonly service: Service | undefined;
  readonly report: Report;
}

function expanded(
  gatewayRoute: GatewayRoute,
  { route, destinations }: Through,
  { ports, service, report }: Target,
): readonly HttpRoute[] {
  const paths = pathsThrough(gatewayRoute, route.match.path);
  const taken = { paths, matches: [gatewayRoute.match, route.match], ports };
  const match = matchesOf(taken, report, `${gatewayRoute.path}.match`);
  if (paths === 'never' || 'fault' in paths) return [];
  const keepsHost = gatewayRoute.rewrite?.hostname?.defaultTargetHostname === 'DISABLED';
  const rewrite = {
    ...(paths.rewrite !== undefined && { uri: paths.rewrite }),
    ...(!keepsHost && service && { authority: nameIn(awsNameOf(service)) }),
  };
  return [
    {
      ...(route.name !== undefined && { name: route.name }),
      match,
      ...(Object.keys(rewrite).length > 0 && { rewrite }),
      ...routedTo(route, destinations, defaultRequestTimeoutMs),
    },
  ];
}

/** What no request has, for a match that contradicts itself: a VirtualService must have a route. */
const noRequest = { authority: { exact: '/' } };

function lastly(
  { match, path }: GatewayRoute,
  ports: readonly number[],
  report: Report,
): readonly HttpRoute[] {
  const all = matchesOf({ paths: pathsOf(match.path), matches: [match], ports }, report, `${path}.match`);
  return [{ match: all.length > 0 ? all : [noRequest], ...notFound }];
}
