import type { ListenerAlternatives, MeshListener } from './mesh-listener.ts';
import type { ResourceKind, ResourceSpec } from './resource-name.ts';

const protocols = { httpRoute: 'http', http2Route: 'http2', grpcRoute: 'grpc', tcpRoute: 'tcp' } as const;

/** A virtual router's listeners, or the one that a route requires; undefined for any other kind. */
export function listenersOf(kind: ResourceKind, spec: ResourceSpec): readonly MeshListener[] | undefined {
  if (kind === 'virtualRouter') return routerListeners(spec);
  return kind === 'route' ? routeListener(spec) : undefined;
}

/** Whether every listener that the route may require is offered by every state that the router may be in. */
export function areServed(
  required: ListenerAlternatives | undefined,
  offered: ListenerAlternatives | undefined,
): boolean {
  if (required === undefined || offered === undefined) return false;
  return required.every((route) => offered.every((router) => isServed(route, router)));
}

/** Removes duplicate alternatives. */
export function uniqueListeners(alternatives: ListenerAlternatives): ListenerAlternatives {
  const texts = alternatives.map((listeners) =>
    listeners.map(({ protocol, port = '' }) => `${protocol}/${port}`).join(),
  );
  return alternatives.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

/** If the router has several listeners, App Mesh requires a port. A router without listeners accepts any route. */
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
