import type {
  GatewayRouteSpec,
  GatewayRouteTarget,
  GrpcGatewayRoute,
  HttpGatewayRoute,
  HttpRewrite,
} from '../../../../model/mesh/kinds/gateway-route.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import type * as appMesh from './app-mesh-types.ts';
import { present, when } from './present.ts';
import { nameOfReferred } from './referred.ts';
import { namedMatchInputs, queryParameterInputs } from './route-match.ts';

/** The spec of a gateway route in the API. */
export function gatewayRouteSpecInput(spec: GatewayRouteSpec, resolver: Resolver): appMesh.GatewayRouteSpec {
  const target = (type: string, { action }: HttpGatewayRoute | GrpcGatewayRoute) =>
    targetInput(action.target, resolver, `spec.${type}.action.target`);
  return present({
    priority: spec.priority,
    httpRoute: when(spec.httpRoute, (http) => httpRouteInput(http, target('httpRoute', http))),
    http2Route: when(spec.http2Route, (http2) => httpRouteInput(http2, target('http2Route', http2))),
    grpcRoute: when(spec.grpcRoute, (grpc) => grpcRouteInput(grpc, target('grpcRoute', grpc))),
  });
}

function targetInput(
  { virtualService, port }: GatewayRouteTarget,
  resolver: Resolver,
  path: string,
): appMesh.GatewayRouteTarget {
  const virtualServiceName = nameOfReferred(resolver, 'VirtualService', {
    reference: virtualService.virtualServiceRef,
    arn: virtualService.virtualServiceARN,
    path: `${path}.virtualService.virtualServiceRef`,
  });
  return present({ virtualService: { virtualServiceName }, port });
}

function httpRouteInput(
  { match, action }: HttpGatewayRoute,
  target: appMesh.GatewayRouteTarget,
): appMesh.HttpGatewayRoute {
  return {
    match: present({
      ...match,
      path: when(match.path, present),
      hostname: when(match.hostname, present),
      headers: when(match.headers, namedMatchInputs),
      queryParameters: when(match.queryParameters, queryParameterInputs),
    }),
    action: present({ target, rewrite: when(action.rewrite, rewriteInput) }),
  };
}

function rewriteInput({ prefix, path, hostname }: HttpRewrite): appMesh.HttpGatewayRouteRewrite {
  return present({ prefix: when(prefix, present), path, hostname: when(hostname, present) });
}

function grpcRouteInput(
  { match, action }: GrpcGatewayRoute,
  target: appMesh.GatewayRouteTarget,
): appMesh.GrpcGatewayRoute {
  const rewrite = when(action.rewrite, ({ hostname }) => present({ hostname: when(hostname, present) }));
  return {
    match: present({
      ...match,
      hostname: when(match.hostname, present),
      metadata: when(match.metadata, namedMatchInputs),
    }),
    action: present({ target, rewrite }),
  };
}
