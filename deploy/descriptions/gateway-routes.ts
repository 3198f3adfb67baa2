/** Fields of gateway routes that the routes of routers do not have, or have otherwise. */
export const gatewayRoutes = {
  'GatewayRoute.spec.virtualGatewayRef':
    'The virtual gateway of the route. Required only if several gateways select the route; a gateway that does not select it is not used.',
  'GatewayRoute.spec.priority':
    'The priority of the route, 0 to 1000; the lowest is tried first. Default: 1000.',
  'GatewayRoute.spec.httpRoute':
    'An HTTP route. Exactly one of httpRoute, http2Route and grpcRoute is required.',
  'GatewayRoute.spec.http2Route':
    'An HTTP/2 route. Exactly one of httpRoute, http2Route and grpcRoute is required.',
  'GatewayRoute.spec.grpcRoute':
    'A gRPC route. Exactly one of httpRoute, http2Route and grpcRoute is required.',

  'GatewayRoute.spec.httpRoute|http2Route.match':
    'The requests that the route matches. All given conditions must match. At least one of prefix, path and hostname is required; prefix and path exclude each other.',
  'GatewayRoute.spec.grpcRoute.match':
    'The calls that the route matches. All given conditions must match. At least one of serviceName and hostname is required.',
  'GatewayRoute.spec.httpRoute|http2Route|grpcRoute.match.port':
    "The gateway's listener port on which the request arrives, 1 to 65535. Default: any.",
  'GatewayRoute.spec.httpRoute|http2Route.match.prefix':
    'The prefix of the path. It must begin with /; a single / matches every path. The matched prefix is replaced by / unless rewrite says otherwise.',
  'match.hostname': 'The host name of the request. Either exact or suffix.',
  'match.hostname.exact': 'The complete host name, 1 to 253 characters.',
  'match.hostname.suffix': 'The suffix of the host name, 1 to 253 characters.',

  'GatewayRoute.spec.httpRoute|http2Route|grpcRoute.action': 'The target of the request, and its rewrites.',
  'action.target': 'The target of the request.',
  'target.virtualService': 'The virtual service that receives the request.',
  'target.port':
    "The listener port of the virtual service's provider, 1 to 65535. Required if the provider has several listeners.",

  'action.rewrite': 'The rewrites of the request.',
  'rewrite.prefix': 'The rewrite of the matched prefix. Not allowed if the route matches by path.',
  'prefix.defaultPrefix':
    'ENABLED replaces the prefix by /; DISABLED keeps it. Default: ENABLED. Either this or value.',
  'prefix.value':
    'The new prefix, at most 255 characters. It must begin and end with /. Either this or defaultPrefix.',
  'rewrite.path': 'The rewrite of the matched path. Not allowed if the route matches by prefix.',
  'rewrite.path.exact': 'The new path, at most 255 characters. It must begin with /.',
  'rewrite.hostname': 'The rewrite of the host name.',
  'hostname.defaultTargetHostname':
    "ENABLED replaces the host name by the virtual service's name; DISABLED keeps it. Default: ENABLED.",
} as const;
