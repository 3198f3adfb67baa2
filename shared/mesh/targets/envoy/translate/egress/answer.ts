import { awsNameOf, type Directory } from '../../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import { perObject } from '../../../../plan/per-directory.ts';
import { type Listened, listenersOf, providerOf } from '../../../../routing/provider.ts';
import { orderedRoutes, type Protocol } from '../../../../routing/routes.ts';
import type { EnvoyContext } from '../proxy.ts';
import { destinationsOf } from '../route/destination.ts';
import type { Routed } from '../route/http-route.ts';

/** What a virtual service answers on one of its ports, whoever calls it. */
export interface Answer {
  readonly port: number;
  readonly protocol: Protocol;
  /** In the order in which they are tried. */
  readonly routes: readonly Routed[];
}

/** By port; undefined: it is not known or refused, and what it answered before stays. */
export function answersOf(
  service: Entry,
  directory: Directory,
  { isRefused }: Pick<EnvoyContext, 'isRefused'>,
): readonly Answer[] | undefined {
  if (!isOfKind(service, 'VirtualService') || isRefused(service)) return undefined;
  const provider = providerOf(directory, service);
  if (provider && isRefused(provider)) return undefined;
  return once(directory, service, () => ({ answers: valid(service, directory) })).answers;
}

/** Many proxies call the same service. */
const once = perObject<Entry, { readonly answers: readonly Answer[] | undefined }>();

function valid(service: EntryOf<'VirtualService'>, directory: Directory): readonly Answer[] | undefined {
  const provider = providerOf(directory, service);
  if (provider === undefined) return service.content.spec.provider ? undefined : [];
  const listeners = listenersOf(directory, provider);
  if (isOfKind(provider, 'VirtualNode')) return listeners.map((each) => nodeAnswer(provider, each));
  const routes = routesOf(directory, provider as EntryOf<'VirtualRouter'>);
  return routes && listeners.map((each) => routerAnswer(routes, each));
}

/** One route for all requests, with the defaults of a route. */
function nodeAnswer(node: EntryOf<'VirtualNode'>, { port, protocol }: Listened): Answer {
  const match = { path: undefined, headers: [], queryParameters: [] };
  // Not only what has the content type of gRPC: there is no route that says so.
  const route = {
    name: awsNameOf(node),
    protocol: protocol === 'grpc' ? ('http2' as const) : protocol,
    match,
    retryPolicy: undefined,
    timeout: undefined,
  };
  return { port, protocol, routes: [{ route, destinations: [{ id: node.id, node, port, weight: 1 }] }] };
}

/** Of all ports; undefined if one of them leads to a port that is not known. */
function routesOf(directory: Directory, router: EntryOf<'VirtualRouter'>): readonly Routed[] | undefined {
  const all = orderedRoutes(router.content.spec).map((route) => {
    const destinations = destinationsOf(directory, router, route);
    return destinations && { route, destinations };
  });
  return all.every((each) => each !== undefined) ? all : undefined;
}

/** A listener has the routes of its protocol that name no port, or its own. */
function routerAnswer(routes: readonly Routed[], { port, protocol }: Listened): Answer {
  const own = routes.filter(
    ({ route }) => route.protocol === protocol && (route.match.port ?? port) === port,
  );
  return { port, protocol, routes: own };
}
