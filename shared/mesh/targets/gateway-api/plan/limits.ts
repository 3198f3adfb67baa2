import type { Limit } from './report.ts';

const notCarried = 'is not carried over';
const byHandInIstio = 'an Istio DestinationRule for the Service, or mesh: istio';

/** What the fields of no class, or only of some, become. Each is a message and what to do instead. */
export const limits = {
  egress: [
    'requests to other destinations are not stopped',
    "a NetworkPolicy, or Istio's outboundTrafficPolicy REGISTRY_ONLY",
  ],
  backends: ['every service of the mesh can be reached', 'a NetworkPolicy or an AuthorizationPolicy'],
  latticeBackends: [
    'whoever is in the service network can call every service',
    'an IAMAuthPolicy on the Gateway or the route',
  ],
  meshOwner: ['there is no sharing between accounts', 'one cluster configuration for each account'],
  ipPreference: ["the cluster's own address families are used", 'spec.ipFamilies of the Services'],
  responseType: ['the endpoints of the Service are used, not its DNS name', 'nothing'],
  cloudMap: [
    'only pods of this cluster that podSelector selects are reached, not other instances of the Cloud Map service',
    'a Service for the others, with their addresses in an EndpointSlice',
  ],
  noPods: [
    'a Service needs labels to select the pods of a node in Cloud Map, and podSelector has none',
    'podSelector.matchLabels, or dns.hostname with the name of a Service',
  ],
  selector: [
    'a Service selects by labels with one value each',
    'matchLabels, or dns.hostname with the name of a Service of your own',
  ],
  hostname: [
    'a route can only send requests to a Service of the cluster',
    'the full name of a Service, such as orders.shop.svc.cluster.local, or mesh: istio',
  ],
  otherNamespace: [
    'the Service is in another namespace, which only a virtual node there can open to routes',
    'the virtual node in the namespace of its Service',
  ],
  healthCheck: ['there are no active health checks', 'readiness probes of the pods'],
  tuning: [notCarried, byHandInIstio],
  latticeTuning: ['VPC Lattice has no such limit', 'limits in the application'],
  listenerTimeout: [`the time limit at the node ${notCarried}`, 'timeout of the routes to it'],
  tlsStrict: [
    'requests without TLS would be accepted',
    "Istio's mutual TLS (a PeerAuthentication with mode STRICT), then mode PERMISSIVE or no tls here",
  ],
  latticeEgress: ['requests to other destinations are not stopped', 'security groups, or a NetworkPolicy'],
  latticeCallers: [
    'callers would need no certificate',
    'an IAMAuthPolicy on the Gateway or the route, then no validation here',
  ],
  latticeClientTls: [
    'the certificate of the backend would not be checked',
    'enforce: false here; VPC Lattice has no such check',
  ],
  latticeCertificate: [
    'requests reach the pods without this certificate',
    'TLS in the application with a TargetGroupPolicy (protocol HTTPS)',
  ],
  latticeIdle: ['VPC Lattice has its own idle timeout', 'timeouts in the client'],
  latticeTls: [
    'requests reach the pods without TLS',
    'TLS in the application with a TargetGroupPolicy (protocol HTTPS), then no tls here',
  ],
  tlsPermissive: ['requests reach the pods without this certificate', "Istio's mutual TLS"],
  clientCertificates: [
    'callers would need no certificate',
    "Istio's mutual TLS and an AuthorizationPolicy, then no validation here",
  ],
  clientTls: [
    'the certificate of the backend would not be checked',
    "Istio's mutual TLS, or a BackendTLSPolicy; then enforce: false here",
  ],
  gatewayTls: [
    'a certificate in a file, of SDS or of ACM is no Secret, which a Gateway needs',
    'a Gateway of your own with certificateRefs, or a load balancer that ends TLS',
  ],
  logging: [
    'access logs are not configured',
    "Istio's Telemetry, or the access log options of the GatewayClass",
  ],
  latticeLogging: ['access logs are not configured', 'an AccessLogPolicy'],
  gatewayPods: ['the GatewayClass runs the pods of the gateway itself', 'nothing'],
  arn: ['an object outside the cluster cannot be routed to', 'a reference to an object of the cluster'],
  retry: [
    "the implementation's own retries apply (Istio: 2), since few releases of the Gateway API have others",
    'mesh: istio',
  ],
  latticeRetry: ['VPC Lattice does not retry', 'retries in the client'],
  idle: [`an idle timeout ${notCarried}`, byHandInIstio],
  latticeTimeout: ['VPC Lattice has no time limit for a request', 'timeouts in the client'],
  grpcTimeout: ['a GRPCRoute has no time limits', 'deadlines in the client'],
  scheme: ['the scheme cannot be matched', 'a route without scheme'],
  invert: [
    'a header that is not there or has another value cannot be matched',
    'an earlier route for the opposite',
  ],
  range: ['a range cannot be matched', 'match.regex'],
  twice: ['two conditions on one name cannot be combined', 'one match.regex for both'],
  valueRegex: ['only whole values can be compared', 'match.exact, or gatewayClass: istio'],
  present: ['a name without a value cannot be matched', 'match.exact, or gatewayClass: istio'],
  value: ['a value must have 1 to 1024 characters', 'another value, or none'],
  name: ["a name may contain letters, digits and -_.~!#$%&'*+^`|", 'another name'],
  query: ['query parameters cannot be matched', 'a path or a header'],
  pathRegex: ['regular expressions of paths cannot be matched', 'prefix or path.exact'],
  rewrittenRegex: [
    'a regular expression of a rewritten path cannot be matched',
    'prefix or path.exact in the route',
  ],
  path: [
    'such a path cannot be matched',
    'a path of at most 200 characters that a URL has, without // and /../',
  ],
  prefix: [
    'whole segments are matched: /chapter does not match /chapter1, and /chapter/ matches /chapter, too',
    'path.exact where that matters',
  ],
  latticePath: ['paths are compared without regard to case', 'paths that differ in more than case'],
  headers: ['VPC Lattice compares at most 5 headers', 'fewer headers in one route'],
  grpcName: [
    'such a name of a gRPC service or method cannot be matched',
    'the full name, such as shop.Orders',
  ],
  hostnameSuffix: [
    'a host name can only be matched exactly or behind a dot',
    'a suffix that begins with a dot',
  ],
  host: ['such a host name cannot be matched', 'a DNS name'],
  rewriteHost: [
    "the virtual service's name is no DNS name",
    'rewrite.hostname.defaultTargetHostname: DISABLED',
  ],
  grpcRewriteHost: ['the :authority of a call is not rewritten', 'a service that does not read :authority'],
  tcpLattice: [
    'VPC Lattice carries TCP only within TLS',
    'HTTP, a TLSRoute of your own, or a VPC resource of Lattice',
  ],
  invalid: ['the object that it names is invalid', "what that object's own status says"],
  port: ['which port of the target is meant is not clear', 'port'],
  protocol: ['no listener of the router has its protocol', 'a listener of that protocol'],
  noRoutes: ['connections would reach the Service itself', 'a route, or no listener'],
  noBackend: ['VPC Lattice cannot answer requests without a route', 'a provider with a route'],
  rootRewrite: ['the prefix / can only be replaced with /', 'defaultPrefix: DISABLED, or a longer prefix'],
  both: [
    'what it has in common with a route of the virtual service cannot be matched',
    'a prefix or an exact path in both',
  ],
  gatewayProtocol: ['no listener of the gateway has its protocol and port', 'a listener like that'],
  order: [
    'the Gateway API would choose in another order',
    'matches that do not overlap, or priorities as it ranks them: exact before prefix, then longer paths, methods, more headers',
  ],
  rules: ['has more rules than one HTTPRoute can have (16, 128 matches)', 'several virtual services'],
  latticeRules: ['has more routes than a listener of VPC Lattice has rules (10)', 'several virtual services'],
  latticeListeners: [
    'a VPC Lattice service has at most 2 listeners, all with the same routes',
    'a virtual router for each port',
  ],
  latticeGrpc: ['callers need TLS and the name that VPC Lattice gives to the service', 'HTTP'],
  latticeName: [
    'callers reach it only under a name that resolves to VPC Lattice',
    'a private hosted zone, or a rewrite in CoreDNS, for the name',
  ],
  serviceName: [
    'routes of pods are attached to a Service of the same name and namespace; there is none of such a name',
    'an awsName such as orders.shop.svc.cluster.local, in the namespace of the Service',
  ],
  serviceNames: ['requests to any name of the Service are routed', 'nothing'],
  noMesh: [
    'requests between pods are only routed with gatewayClass: istio or amazon-vpc-lattice',
    'gatewayClass: istio, or mesh: istio',
  ],
  noProvider: ['requests without a route are answered with 500 rather than 404', 'a provider with a route'],
  noIngress: [
    'VPC Lattice has no entry from outside',
    'an Application Load Balancer, or a Gateway of another class',
  ],
  networkName: [
    'a service network has 3 to 63 small letters, digits and single hyphens as its name',
    'an awsName like that',
  ],
  protocols: ['VPC Lattice uses one protocol for a Service', 'one virtual node for each protocol'],
  seconds: ['VPC Lattice counts whole seconds', 'a multiple of 1000'],
} as const satisfies Readonly<Record<string, Limit>>;
