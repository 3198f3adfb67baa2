/** The routes of a virtual router, without their match conditions. */
export const routes = {
  'VirtualRouter.spec.routes':
    'The routes of the router. Each is a resource in App Mesh; names must be unique.',
  'routes.name': "The route's name in App Mesh, 1 to 255 characters without /.",
  'routes.priority': 'The priority of the route, 0 to 1000; the lowest is tried first.',
  'routes.httpRoute':
    'An HTTP route. Exactly one of httpRoute, http2Route, grpcRoute and tcpRoute is required.',
  'routes.http2Route':
    'An HTTP/2 route. Exactly one of httpRoute, http2Route, grpcRoute and tcpRoute is required.',
  'routes.grpcRoute':
    'A gRPC route. Exactly one of httpRoute, http2Route, grpcRoute and tcpRoute is required.',
  'routes.tcpRoute': 'A TCP route. Exactly one of httpRoute, http2Route, grpcRoute and tcpRoute is required.',

  action: 'The targets of matching requests.',
  weightedTargets:
    'The virtual nodes that receive matching requests, 1 to 10. At least one must have a weight above 0.',
  'weightedTargets.weight':
    "The virtual node's weight, 0 to 100, relative to the sum of all weights. With 0 it gets no requests.",
  'weightedTargets.port':
    "The virtual node's listener port, 1 to 65535. Required if it has several listeners.",

  retryPolicy: 'Retries of failed requests. At least one list of events is required.',
  'retryPolicy.maxRetries': 'Maximum number of retries, at least 0.',
  'retryPolicy.perRetryTimeout': 'The timeout of each attempt.',
  'retryPolicy.httpRetryEvents':
    'HTTP failures to retry: server-error (500 to 508, 510, 511), gateway-error (502 to 504), client-error (409), stream-error (a refused stream).',
  'retryPolicy.tcpRetryEvents':
    'Connection failures to retry: connection-error, before any part of a request was processed.',
  'retryPolicy.grpcRetryEvents':
    'Status codes of gRPC to retry: cancelled, deadline-exceeded, internal, resource-exhausted, unavailable.',
} as const;
