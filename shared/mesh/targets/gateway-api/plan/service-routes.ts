import { type Entry, type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { type Listened, listenersOf } from '../../../routing/provider.ts';
import { orderedRoutes, type RouterRoute } from '../../../routing/routes.ts';
import { defaultRequestTimeoutMs, listenerTimeoutMs, requestTimeoutMs } from '../../../routing/timing.ts';
import { anyRequest, type Match } from '../translate/match.ts';
import { matchOf } from '../translate/route-match.ts';
import type { Action } from '../translate/rules.ts';
import { referred, type Search, targetOf, targetsOf } from './backends.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import type { Report } from './report.ts';

/** What a virtual service does with requests to one of its ports, in the order in which App Mesh tries it. */
export interface Served {
  readonly listener: Listened;
  readonly routes: readonly ServedRoute[];
}

export interface ServedRoute {
  readonly match: Match;
  readonly action: Action;
  /** For people: `route "blue"`. */
  readonly label: string;
  /** The field in the provider: `spec.routes[0].httpRoute`. */
  readonly path: string;
}

export type Provider = EntryOf<'VirtualRouter'> | EntryOf<'VirtualNode'>;

/** What answers for a virtual service. */
export function providerIn(search: Search, service: EntryOf<'VirtualService'>): Provider | undefined {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  const path = 'spec.provider';
  if (virtualNode)
    return referred(search, 'VirtualNode', service, {
      ...{ reference: virtualNode.virtualNodeRef, arn: virtualNode.virtualNodeARN },
      path: `${path}.virtualNode.virtualNode`,
    });
  return referred(search, 'VirtualRouter', service, {
    ...{ reference: virtualRouter?.virtualRouterRef, arn: virtualRouter?.virtualRouterARN },
    path: `${path}.virtualRouter.virtualRouter`,
  });
}

export function servedBy(
  search: Search,
  service: Entry,
  provider: Provider,
  kind: GatewayClass['kind'],
): readonly Served[] {
  const listeners = distinct(listenersOf(search.directory, provider));
  if (isOfKind(provider, 'VirtualNode'))
    return listeners.map((listener) => ({
      listener,
      routes: nodeRoutes(search, service, provider, listener, kind),
    }));
  const router = provider as EntryOf<'VirtualRouter'>;
  const routes = orderedRoutes(router.content.spec);
  const report = search.findings.reportOf(router);
  for (const { path, protocol } of routes)
    if (!listeners.some((listener) => listener.protocol === protocol)) report.refuse(path, limits.protocol);
  const all = routes.map((route) => ({ route, served: routeOf(search, router, route, kind) }));
  return listeners.map(({ port, protocol }) => ({
    listener: { port, protocol },
    routes: all
      .filter(({ route }) => route.protocol === protocol && (route.match.port ?? port) === port)
      .flatMap(({ served }) => served ?? []),
  }));
}

/** The first on each port. */
function distinct(listeners: readonly Listened[]): readonly Listened[] {
  return listeners.filter(({ port }, index) => listeners.findIndex((other) => other.port === port) === index);
}

function nodeRoutes(
  search: Search,
  service: Entry,
  node: EntryOf<'VirtualNode'>,
  { port }: Listened,
  kind: GatewayClass['kind'],
): Served['routes'] {
  const path = 'spec.provider.virtualNode.virtualNodeRef';
  const backends = targetOf(search, service, node, { path, port, weight: 1 }).map(({ backend }) => backend);
  const timeoutMs =
    kind === 'istio'
      ? Math.min(defaultRequestTimeoutMs, listenerTimeoutMs(node.content.spec, port))
      : undefined;
  return [{ match: anyRequest, action: { backends, timeoutMs }, label: 'the provider', path }];
}

/** null if no request fulfils its match. */
function routeOf(
  search: Search,
  router: EntryOf<'VirtualRouter'>,
  route: RouterRoute,
  kind: GatewayClass['kind'],
): ServedRoute | null {
  const report = search.findings.reportOf(router);
  const targets = targetsOf(search, router, route.targets, `${route.path}.action.weightedTargets`);
  reportTiming(route, kind, report);
  const match = matchOf(route.match, { ...route, kind, report });
  return (
    match && {
      match,
      label: `route "${route.name}"`,
      path: route.path,
      action: { backends: targets.map(({ backend }) => backend), timeoutMs: timeoutOf(route, targets, kind) },
    }
  );
}

/**
 * The proxies of the nodes have a limit, too; of several nodes the longest counts. Not every class has time limits, so a
 * default is set for Istio only.
 */
function timeoutOf(
  { timeout }: RouterRoute,
  targets: readonly { readonly timeoutMs: number }[],
  kind: GatewayClass['kind'],
): number | undefined {
  const perRequest = timeout && 'perRequest' in timeout ? timeout.perRequest : undefined;
  if (kind === 'lattice' || (kind === 'standard' && !perRequest)) return undefined;
  return Math.min(requestTimeoutMs(perRequest), Math.max(0, ...targets.map(({ timeoutMs }) => timeoutMs)));
}

function reportTiming(
  { path, protocol, retryPolicy, timeout }: RouterRoute,
  kind: GatewayClass['kind'],
  report: Report,
): void {
  const isLattice = kind === 'lattice';
  if (retryPolicy) report.differ(`${path}.retryPolicy`, isLattice ? limits.latticeRetry : limits.retry);
  if (timeout?.idle) report.differ(`${path}.timeout.idle`, isLattice ? limits.latticeIdle : limits.idle);
  const perRequest = timeout && 'perRequest' in timeout ? timeout.perRequest : undefined;
  if (perRequest && isLattice) report.differ(`${path}.timeout.perRequest`, limits.latticeTimeout);
  else if (perRequest && protocol === 'grpc') report.differ(`${path}.timeout.perRequest`, limits.grpcTimeout);
}
