import type { GrpcRoute, HttpRoute, Route, RouteAction, TcpRoute } from '../../../../model/mesh/route.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import type * as appMesh from './app-mesh-types.ts';
import { present, when } from './present.ts';
import { nameOfReferred } from './referred.ts';
import { namedMatchInputs, queryParameterInputs } from './route-match.ts';

/** The spec of a route in the API. `path` is the route's field in its router, such as `spec.routes[0]`. */
export function routeSpecInput(route: Route, resolver: Resolver, path: string): appMesh.RouteSpec {
  const action = (type: string, { weightedTargets }: RouteAction) =>
    actionInput(weightedTargets, resolver, `${path}.${type}.action.weightedTargets`);
  return present({
    priority: route.priority,
    httpRoute: when(route.httpRoute, (http) => httpRouteInput(http, action('httpRoute', http.action))),
    http2Route: when(route.http2Route, (http2) => httpRouteInput(http2, action('http2Route', http2.action))),
    grpcRoute: when(route.grpcRoute, (grpc) => grpcRouteInput(grpc, action('grpcRoute', grpc.action))),
    tcpRoute: when(route.tcpRoute, (tcp) => tcpRouteInput(tcp, action('tcpRoute', tcp.action))),
  });
}

/** The action, which is the same for all types of routes. */
interface ActionInput {
  readonly weightedTargets: appMesh.WeightedTarget[];
}

function actionInput(targets: RouteAction['weightedTargets'], resolver: Resolver, path: string): ActionInput {
  return {
    weightedTargets: targets.map(({ virtualNodeRef, virtualNodeARN, weight, port }, index) =>
      present({
        virtualNode: nameOfReferred(resolver, 'VirtualNode', {
          reference: virtualNodeRef,
          arn: virtualNodeARN,
          path: `${path}[${index}].virtualNodeRef`,
        }),
        weight,
        port,
      }),
    ),
  };
}

function httpRouteInput({ match, retryPolicy, timeout }: HttpRoute, action: ActionInput): appMesh.HttpRoute {
  return present({
    match: present({
      ...match,
      path: when(match.path, present),
      headers: when(match.headers, namedMatchInputs),
      queryParameters: when(match.queryParameters, queryParameterInputs),
    }),
    action,
    retryPolicy: when(retryPolicy, present),
    timeout: when(timeout, present),
  });
}

function grpcRouteInput({ match, retryPolicy, timeout }: GrpcRoute, action: ActionInput): appMesh.GrpcRoute {
  return present({
    match: present({ ...match, metadata: when(match.metadata, namedMatchInputs) }),
    action,
    retryPolicy: when(retryPolicy, present),
    timeout: when(timeout, present),
  });
}

function tcpRouteInput({ match, timeout }: TcpRoute, action: ActionInput): appMesh.TcpRoute {
  return present({ match: when(match, present), action, timeout: when(timeout, present) });
}
