import type { ListenerAlternatives, MeshListener } from '../../model/mesh-listener.ts';
import type { ResourceKind, ResourceSpec } from '../../model/mesh-resource.ts';

const protocols = { httpRoute: 'http', http2Route: 'http2', grpcRoute: 'grpc', tcpRoute: 'tcp' } as const;

/** A virtual router's listeners, or the one that a route needs; undefined for any other kind. */
export function listenersOf(kind: ResourceKind, spec: ResourceSpec): readonly MeshListener[] | undefined {
  if (kind === 'virtualRouter') return routerListeners(spec);
  return kind === 'route' ? routeListener(spec) : undefined;
}

/** Whether each of the listeners that a route may need is among those that the router has, in each of its states. */
export function areServed(
  needed: ListenerAlternatives | undefined,
  offered: ListenerAlternatives | undefined,
): boolean {
  if (needed === undefined || offered === undefined) return false;
  return needed.every((route) => offered.every((router) => isServed(route, router)));
}

/** Each alternative once. */
export function uniqueListeners(alternatives: ListenerAlternatives): ListenerAlternatives {
  const texts = alternatives.map((listeners) =>
    listeners.map(({ protocol, port = '' }) => `${protocol}/${port}`).join(),
  );
  return alternatives.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

/** With several listeners App Mesh wants a port. A router without listeners takes any route. */
function isServed(route: readonly MeshListener[], router: readonly MeshListener[]): boolean {
  return route.every(({ protocol, port }) => {
    if (router.length > 1 && port === undefined) return false;
    const isSame = (other: MeshListener) =>
      other.protocol === protocol && (port === undefined || other.port === port);
    return router.length === 0 || router.some(isSame);
  });
}

function routerListeners({ listeners = [] }: ResourceSpec): readonly MeshListener[] {
  return (listeners as readonly { readonly portMapping: Required<MeshListener> }[]).map(
    ({ portMapping: { protocol, port } }) => ({ protocol, port }),
  );
}

function routeListener(spec: ResourceSpec): readonly MeshListener[] {
  return Object.entries(protocols).flatMap(([member, protocol]) => {
    const route = spec[member] as { readonly match?: { readonly port?: number } } | undefined;
    if (route === undefined) return [];
    const port = route.match?.port;
    return [port === undefined ? { protocol } : { protocol, port }];
  });
}
