/** What gateway routes have unlike the routes of routers. */
export const gatewayRoutes = {
  'GatewayRoute.spec.virtualGatewayRef':
    'Which virtual gateway the route is for; needed only where several select it, and of no effect for one that does not.',
  'GatewayRoute.spec.priority':
    'The order in which gateway routes are tried, 0 to 1000, the lowest first; 1000 by default.',
  'GatewayRoute.spec.httpRoute':
    'A route for http; there is exactly one of httpRoute, http2Route and grpcRoute.',
  'GatewayRoute.spec.http2Route':
    'A route for http2; there is exactly one of httpRoute, http2Route and grpcRoute.',
  'GatewayRoute.spec.grpcRoute':
    'A route for grpc; there is exactly one of httpRoute, http2Route and grpcRoute.',

  'GatewayRoute.spec.httpRoute|http2Route.match':
    'Which requests the route is for; all that is said must be so, with a prefix, a path or a hostname at least, and not both of the first two.',
  'GatewayRoute.spec.grpcRoute.match':
    'Which calls the route is for; all that is said must be so, with a serviceName or a hostname at least.',
  'GatewayRoute.spec.httpRoute|http2Route|grpcRoute.match.port':
    "The gateway's port that the request came to, 1 to 65535; absent, any of its listeners.",
  'GatewayRoute.spec.httpRoute|http2Route.match.prefix':
    'What the path begins with; begins with / itself, which alone matches every path, and is replaced by / unless rewrite says otherwise.',
  'match.hostname': 'The host that the request asks for; either exact or suffix.',
  'match.hostname.exact': 'The whole host name, 1 to 253 characters.',
  'match.hostname.suffix': 'What the host name ends with, 1 to 253 characters.',

  'GatewayRoute.spec.httpRoute|http2Route|grpcRoute.action':
    'Where the request goes, and what is changed in it on the way.',
  'action.target': 'Where the request goes.',
  'target.virtualService': 'The virtual service that the request goes to.',
  'target.port':
    'The port of what is behind the virtual service, 1 to 65535; needed where that has several listeners.',

  'action.rewrite': 'What is changed in the request.',
  'rewrite.prefix': 'What replaces the prefix that was matched; not with a match by path.',
  'prefix.defaultPrefix':
    'ENABLED, the default, replaces the prefix by /, DISABLED leaves it; either this or value.',
  'prefix.value':
    'What replaces the prefix, beginning and ending with /, of up to 255 characters; either this or defaultPrefix.',
  'rewrite.path': 'What replaces the path that was matched; not with a match by prefix.',
  'rewrite.path.exact': 'The new path, beginning with /, of up to 255 characters.',
  'rewrite.hostname': 'What becomes of the host that the request asks for.',
  'hostname.defaultTargetHostname':
    "ENABLED, the default, replaces the host by the virtual service's name, DISABLED leaves it.",
} as const;
