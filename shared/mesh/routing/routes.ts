import type { VirtualRouterSpec } from '../../model/mesh/kinds/virtual-router.ts';
import type { GrpcRoute, HttpRoute, Route, RouteAction, TcpRoute } from '../../model/mesh/route.ts';
import { compareRanks, grpcMatchOf, httpMatchOf, type RequestMatch, rankOf } from './match.ts';

/** The protocol of a listener, and of the routes that it serves. */
export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp';

export type WeightedTarget = RouteAction['weightedTargets'][number];

/** A route of a virtual router, whatever its protocol. */
export interface RouterRoute {
  /** In `spec.routes`. */
  readonly index: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** Its field in the router: `spec.routes[0].httpRoute`. */
  readonly path: string;
  readonly match: RequestMatch;
  readonly targets: readonly WeightedTarget[];
  readonly retryPolicy: HttpRoute['retryPolicy'] | GrpcRoute['retryPolicy'];
  readonly timeout: HttpRoute['timeout'] | TcpRoute['timeout'];
}

/** The routes in the order in which App Mesh tries them. Those of equal rank stay in the order of the list. */
export function orderedRoutes({ routes }: VirtualRouterSpec): readonly RouterRoute[] {
  return (routes ?? [])
    .map((route, index) => {
      const found = routeOf(route, index);
      return { found, rank: rankOf(found.match, route.priority) };
    })
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ found }) => found);
}

function routeOf(route: Route, index: number): RouterRoute {
  const { name, httpRoute, http2Route, grpcRoute, tcpRoute } = route;
  const common = (
    protocol: Protocol,
    { action, timeout }: Pick<HttpRoute, 'action' | 'timeout'> | TcpRoute,
  ) => ({
    index,
    name,
    protocol,
    path: `spec.routes[${index}].${protocol}Route`,
    targets: action.weightedTargets,
    timeout,
  });
  if (grpcRoute)
    return {
      ...common('grpc', grpcRoute),
      match: grpcMatchOf(grpcRoute.match),
      retryPolicy: grpcRoute.retryPolicy,
    };
  const http = httpRoute ?? http2Route;
  if (http)
    return {
      ...common(httpRoute ? 'http' : 'http2', http),
      match: httpMatchOf(http.match),
      retryPolicy: http.retryPolicy,
    };
  const tcp = tcpRoute ?? { action: { weightedTargets: [] } };
  return { ...common('tcp', tcp), match: httpMatchOf(tcp.match ?? {}), retryPolicy: undefined };
}
