/** Listeners, and the durations that routes have like them. */
export const listeners = {
  'VirtualNode.spec.listeners': 'What the pods listen for; without a listener they only call others.',
  'VirtualRouter.spec.listeners': 'What the router listens for, as the virtual nodes behind it do.',
  'VirtualGateway.spec.listeners': 'What the gateway listens for, from outside the mesh; one at least.',

  portMapping: 'The port and the protocol of the listener.',
  'portMapping.port': "The listener's port, 1 to 65535.",
  'portMapping.protocol':
    'The protocol that is spoken on the port: http, http2, grpc or, but not for a virtual gateway, tcp.',

  healthCheck: 'How the proxy finds out whether the listener works; absent, it does not ask.',
  'healthCheck.healthyThreshold':
    'How many checks in a row must succeed until the listener counts as healthy, 2 to 10.',
  'healthCheck.unhealthyThreshold':
    'How many checks in a row must fail until the listener counts as unhealthy, 2 to 10.',
  'healthCheck.intervalMillis': 'The time between two checks in milliseconds, 5000 to 300000.',
  'healthCheck.timeoutMillis': 'How long an answer is waited for in milliseconds, 2000 to 60000.',
  'healthCheck.path': 'The path that is asked for; with http and http2 only.',
  'healthCheck.port': "The port that is asked; the listener's own, which is the default.",
  'healthCheck.protocol':
    'The protocol of the check; with grpc the service must implement the gRPC health checking protocol, and a virtual gateway has no tcp.',

  outlierDetection: 'When a host that keeps failing gets no requests for a while; absent, never.',
  'outlierDetection.maxServerErrors': 'After how many 5xx answers in a row a host is ejected, 1 at least.',
  'outlierDetection.interval': 'The time between two looks at which hosts to eject.',
  'outlierDetection.baseEjectionDuration': 'The base of the time for which a host is ejected.',
  'outlierDetection.maxEjectionPercent':
    'How much of the hosts may be ejected at once in percent, 0 to 100; one host always may.',

  connectionPool:
    "How much the proxy lets through to the listener at once; under the listener's protocol, and no other.",
  'connectionPool.http': 'The limits of a listener for http.',
  'connectionPool.http2': 'The limits of a listener for http2.',
  'connectionPool.grpc': 'The limits of a listener for grpc.',
  'connectionPool.tcp': 'The limits of a listener for tcp.',
  'connectionPool.http|tcp.maxConnections': 'How many connections there may be at once, 1 to 2147483647.',
  'connectionPool.http.maxPendingRequests':
    'How many requests may wait for a connection, 1 to 2147483647, which is the default.',
  'connectionPool.http2|grpc.maxRequests': 'How many requests there may be at once, 1 to 2147483647.',

  'listeners.timeout':
    "How long requests and connections may take; under exactly one protocol, the listener's.",
  'listeners.timeout.http': 'The timeouts of a listener for http.',
  'listeners.timeout.http2': 'The timeouts of a listener for http2.',
  'listeners.timeout.grpc': 'The timeouts of a listener for grpc.',
  'listeners.timeout.tcp': 'The timeouts of a listener for tcp.',
  'httpRoute|http2Route|grpcRoute.timeout':
    'How long the requests of the route and their connections may take.',
  'tcpRoute.timeout': 'How long the connections of the route may be idle.',
  idle: 'How long a connection may be idle; by default there is no limit.',
  'timeout.tcp.idle': 'How long a connection may be idle; 0 is for ever.',
  'tcpRoute.timeout.idle': 'How long a connection may be idle; 0 is for ever.',
  perRequest:
    'How long a request may take, 15 s by default; longer ones need it at the route and at the listeners of both its virtual nodes.',

  'idle|perRequest|perRetryTimeout|interval|baseEjectionDuration.unit':
    'The unit of the value: s for seconds, ms for milliseconds.',
  'idle|perRequest|perRetryTimeout|interval|baseEjectionDuration.value':
    'How many of the units, a whole number from 0 on.',
} as const;
