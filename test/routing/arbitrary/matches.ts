import fc from 'fast-check';

/** What routes and requests are drawn from; the more of it a target refuses, the less there is to compare. */
export interface Vocabulary {
  readonly protocols: readonly Protocol[];
  readonly nodes: readonly NodeKind[];
  /** Of the virtual services: two of a router each, one of a node. */
  readonly names: readonly [string, string, string];
  readonly paths: readonly string[];
  readonly pathMatches: readonly object[];
  /** Of requests to a gateway, and of its routes. */
  readonly gatewayPaths: readonly string[];
  readonly gatewayPathMatches: readonly object[];
  readonly headerMatches: readonly object[];
  readonly conditions: readonly Condition[];
  readonly rewrites: readonly object[];
}
export type NodeKind = 'service' | 'pods' | 'external';
type Condition = 'method' | 'scheme' | 'headers' | 'queryParameters' | 'port';

export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp';
export const routerPorts = { http: 80, http2: 70, grpc: 90, tcp: 60 } as const;
/** A gateway takes no TCP. */
export const gatewayPorts = { http: 8088, http2: 7077, grpc: 9099 } as const;
export type GatewayProtocol = keyof typeof gatewayPorts;

export const paths = ['/', '/a', '/a/', '/a/b', '/ab', '/b', '/a/b/c', '/c'];
const pathMatches = [
  ...['/', '/a', '/a/', '/a/b', '/ab', '/b'].map((prefix) => ({ prefix })),
  ...['/', '/a', '/a/b'].map((exact) => ({ path: { exact } })),
  ...['/a.*', '/a/[^/]+', '/(a|b)', '.*'].map((regex) => ({ path: { regex } })),
];

export const everything: Vocabulary = {
  protocols: ['http', 'http2', 'grpc', 'tcp'],
  nodes: ['service', 'pods', 'external', 'service'],
  names: ['s0.shop.svc.cluster.local', 's1.mesh.example', 's2.shop.svc.cluster.local'],
  paths,
  pathMatches,
  gatewayPaths: paths,
  gatewayPathMatches: pathMatches,
  headerMatches: [
    ...[{ exact: 'a' }, { exact: '5' }, { prefix: 'a' }, { suffix: 'b' }],
    ...[{ regex: 'a|[0-9]+' }, { range: { start: 5, end: 10 } }],
  ],
  conditions: ['method', 'scheme', 'headers', 'queryParameters', 'port'],
  rewrites: [
    ...[{ prefix: { defaultPrefix: 'DISABLED' } }, { prefix: { defaultPrefix: 'ENABLED' } }],
    ...[{ prefix: { value: '/b/' } }, { prefix: { value: '/' } }, { path: { exact: '/a/b' } }],
    ...[
      { hostname: { defaultTargetHostname: 'DISABLED' } },
      { hostname: { defaultTargetHostname: 'ENABLED' } },
    ],
  ],
};

/** What the Gateway API can say. A prefix that a gateway replaces is one of whole segments: a stated difference. */
export const forGatewayApi: Vocabulary = {
  ...everything,
  nodes: ['service', 'pods', 'service'],
  names: ['s0.shop.svc.cluster.local', 's1.shop.svc.cluster.local', 's2.shop.svc.cluster.local'],
  gatewayPaths: paths.filter((path) => path !== '/ab'),
  gatewayPathMatches: pathMatches.filter((match) => !('prefix' in match && match.prefix === '/a/')),
  headerMatches: everything.headerMatches.filter((match) => !('range' in match)),
  conditions: ['method', 'headers', 'queryParameters', 'port'],
};

/** What VPC Lattice can say: one listener, no values but exact ones. */
export const forLattice: Vocabulary = {
  ...forGatewayApi,
  protocols: ['http'],
  paths: paths.filter((path) => path !== '/ab'),
  pathMatches: pathMatches.filter(
    (match) => 'prefix' in match && match.prefix !== '/a/' && match.prefix !== '/ab',
  ),
  headerMatches: [{ exact: 'a' }, { exact: '5' }],
  conditions: ['method', 'headers'],
};

export const hosts = ['x.example.com', 'y.example.com', 'example.com', 'other.org'];
export const services = ['a.S', 'a.T'];
export const methods = ['M', 'N'];
export const headerNames = ['x-v', 'X-U'];
export const headerValues = ['a', 'ab', 'b', '5', '10', 'c'];

export const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
export const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

/** Most routes have few conditions: else no two of them take the same request. */
export const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value as fc.Arbitrary<T | undefined> },
  );

const namedMatches = ({ headerMatches }: Vocabulary) =>
  fc.array(
    fc.record({ name: anyOf(headerNames), match: often(anyOf(headerMatches)), invert: seldom(fc.boolean()) }),
    { minLength: 1, maxLength: 2 },
  );

const queryMatches = fc.array(
  fc.record({ name: fc.constant('q'), match: often(anyOf([{ exact: '1' }, { exact: '2' }])) }),
  { minLength: 1, maxLength: 1 },
);

const hostname = anyOf([
  ...hosts.map((exact) => ({ exact })),
  ...['.example.com', 'example.com', '.org'].map((suffix) => ({ suffix })),
]);

/** Two of five take all paths, so that most requests go somewhere. */
function pathMatch({ pathMatches }: Vocabulary): fc.Arbitrary<object> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({ prefix: '/' }) },
    { weight: 3, arbitrary: anyOf(pathMatches) },
  );
}

/** The match of a route: of HTTP, at a listener with the port. */
export function httpMatch(vocabulary: Vocabulary, port: number): fc.Arbitrary<object> {
  const all: Readonly<Record<Condition, fc.Arbitrary<unknown>>> = {
    method: anyOf(['GET', 'POST']),
    scheme: anyOf(['http', 'https']),
    headers: namedMatches(vocabulary),
    queryParameters: queryMatches,
    port: fc.constant(port),
  };
  const conditions = vocabulary.conditions.map((name) => [name, seldom(all[name])] as const);
  return fc
    .tuple(pathMatch(vocabulary), fc.record(Object.fromEntries(conditions)))
    .map(([path, others]) => ({ ...path, ...others }));
}

export function grpcMatch(vocabulary: Vocabulary, port: number): fc.Arbitrary<object> {
  const called = fc.oneof(
    fc.constant({}),
    fc.record({ serviceName: anyOf(services) }),
    fc.record({ serviceName: anyOf(services), methodName: anyOf(methods) }),
  );
  const others = fc.record({ metadata: seldom(namedMatches(vocabulary)), port: seldom(fc.constant(port)) });
  return fc.tuple(called, others).map((both) => Object.assign({}, ...both));
}

export function tcpMatch(port: number): fc.Arbitrary<object> {
  return fc.record({ port: seldom(fc.constant(port)) });
}

/** The match of a gateway route. A gRPC route needs a service or a host name. */
export function gatewayMatch(vocabulary: Vocabulary, protocol: GatewayProtocol): fc.Arbitrary<object> {
  const port = gatewayPorts[protocol];
  const named = fc.record({ hostname: seldom(hostname) });
  if (protocol === 'grpc')
    return fc
      .tuple(fc.record({ serviceName: anyOf(services), port: seldom(fc.constant(port)) }), named)
      .map((both) => Object.assign({}, ...both));
  const conditions = vocabulary.conditions.filter((name) => name !== 'scheme');
  return fc
    .tuple(httpMatch({ ...vocabulary, conditions, pathMatches: vocabulary.gatewayPathMatches }, port), named)
    .map((both) => Object.assign({}, ...both));
}
