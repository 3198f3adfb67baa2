/** Listeners, and the durations that listeners and routes share. */
export const listeners = {
  'VirtualNode.spec.listeners': 'The listeners of the pods. Pods without a listener can only call others.',
  'VirtualRouter.spec.listeners': 'The listeners of the router. They must match those of its virtual nodes.',
  'VirtualGateway.spec.listeners':
    'The listeners of the gateway for requests from outside the mesh, at least one.',

  portMapping: 'The port and the protocol of the listener.',
  'portMapping.port': "The listener's port, 1 to 65535.",
  'portMapping.protocol':
    'The protocol of the port: http, http2, grpc or tcp. A virtual gateway does not support tcp.',

  healthCheck: 'The health check of the listener. Absent disables it.',
  'healthCheck.healthyThreshold':
    'Number of consecutive successful checks before the listener is healthy, 2 to 10.',
  'healthCheck.unhealthyThreshold':
    'Number of consecutive failed checks before the listener is unhealthy, 2 to 10.',
  'healthCheck.intervalMillis': 'The interval between checks in milliseconds, 5000 to 300000.',
  'healthCheck.timeoutMillis': 'The timeout of a check in milliseconds, 2000 to 60000.',
  'healthCheck.path': 'The path of the check request. Only with http and http2.',
  'healthCheck.port': "The port of the check. It must be the listener's port, which is the default.",
  'healthCheck.protocol':
    'The protocol of the check. With grpc the service must implement the gRPC health checking protocol. A virtual gateway does not support tcp.',

  outlierDetection: 'Temporary ejection of hosts that return errors. Absent disables it.',
  'outlierDetection.maxServerErrors':
    'Number of consecutive 5xx responses after which a host is ejected, at least 1.',
  'outlierDetection.interval': 'The interval between ejection checks.',
  'outlierDetection.baseEjectionDuration': 'The base of the time for which a host is ejected.',
  'outlierDetection.maxEjectionPercent':
    'The maximum percentage of hosts ejected at the same time, 0 to 100. One host can always be ejected.',

  connectionPool:
    "The limits of concurrent connections and requests to the listener. Only the listener's protocol is allowed.",
  'connectionPool.http': 'The limits of an HTTP listener.',
  'connectionPool.http2': 'The limits of an HTTP/2 listener.',
  'connectionPool.grpc': 'The limits of a gRPC listener.',
  'connectionPool.tcp': 'The limits of a TCP listener.',
  'connectionPool.http|tcp.maxConnections': 'Maximum number of concurrent connections, 1 to 2147483647.',
  'connectionPool.http.maxPendingRequests':
    'Maximum number of requests that wait for a connection, 1 to 2147483647. Default: 2147483647.',
  'connectionPool.http2|grpc.maxRequests': 'Maximum number of concurrent requests, 1 to 2147483647.',

  'listeners.timeout':
    "The timeouts of requests and connections. Exactly one protocol is allowed, the listener's.",
  'listeners.timeout.http': 'The timeouts of an HTTP listener.',
  'listeners.timeout.http2': 'The timeouts of an HTTP/2 listener.',
  'listeners.timeout.grpc': 'The timeouts of a gRPC listener.',
  'listeners.timeout.tcp': 'The timeouts of a TCP listener.',
  'httpRoute|http2Route|grpcRoute.timeout': "The timeouts of the route's requests and connections.",
  'tcpRoute.timeout': "The timeouts of the route's connections.",
  idle: 'The idle timeout of a connection. Default: no limit.',
  'timeout.tcp.idle': 'The idle timeout of a connection. 0 means no limit.',
  'tcpRoute.timeout.idle': 'The idle timeout of a connection. 0 means no limit.',
  perRequest:
    'The timeout of a request. Default: 15 s. A longer timeout must be set at the route and at the listeners of both its virtual nodes.',

  'idle|perRequest|perRetryTimeout|interval|baseEjectionDuration.unit':
    'The unit of the value: s for seconds, ms for milliseconds.',
  'idle|perRequest|perRetryTimeout|interval|baseEjectionDuration.value':
    'The number of units, a whole number of at least 0.',
} as const;
