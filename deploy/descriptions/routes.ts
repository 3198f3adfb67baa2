/** The routes of a virtual router, without what they match. */
export const routes = {
  'VirtualRouter.spec.routes': 'The routes, each a resource in App Mesh and each name once.',
  'routes.name': "The route's name in App Mesh, 1 to 255 characters without /.",
  'routes.priority': 'The order in which routes are tried, 0 to 1000, the lowest first.',
  'routes.httpRoute':
    'A route for http; a route has exactly one of httpRoute, http2Route, grpcRoute and tcpRoute.',
  'routes.http2Route':
    'A route for http2; a route has exactly one of httpRoute, http2Route, grpcRoute and tcpRoute.',
  'routes.grpcRoute':
    'A route for grpc; a route has exactly one of httpRoute, http2Route, grpcRoute and tcpRoute.',
  'routes.tcpRoute':
    'A route for tcp; a route has exactly one of httpRoute, http2Route, grpcRoute and tcpRoute.',

  action: 'Where what matches goes.',
  weightedTargets: 'The virtual nodes that share what matches, 1 to 10, of which one has a weight above 0.',
  'weightedTargets.weight':
    "The virtual node's share, 0 to 100, in proportion to the weights of all; 0 gets nothing.",
  'weightedTargets.port': "The virtual node's port, 1 to 65535; needed where it has several listeners.",

  retryPolicy: 'When a request that failed is tried again, by at least one list of events.',
  'retryPolicy.maxRetries': 'How often a request is tried again at most, from 0 on.',
  'retryPolicy.perRetryTimeout': 'How long each try may take.',
  'retryPolicy.httpRetryEvents':
    'HTTP failures to try again after: server-error (500 to 508, 510, 511), gateway-error (502 to 504), client-error (409), stream-error (a refused stream).',
  'retryPolicy.tcpRetryEvents':
    'Connection failures to try again after: connection-error, before anything of a request was processed.',
  'retryPolicy.grpcRetryEvents':
    'The gRPC status codes to try again after: cancelled, deadline-exceeded, internal, resource-exhausted, unavailable.',
} as const;
