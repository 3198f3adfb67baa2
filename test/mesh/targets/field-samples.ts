import { aRouter } from '../harness/manifests.ts';
import {
  arn,
  backend,
  context,
  dns,
  expression,
  healthCheck,
  labels,
  listenerTls,
  listening,
  logs,
  meshRef,
  names,
  node,
  object,
  pods,
  pools,
  protocols,
  refusedPolicies,
  type Sample,
  type Spec,
  second,
  targets,
  tls,
  trustFile,
  wholePolicy,
} from './field-parts.ts';

const nodes: readonly Sample[] = [
  node('whatever is exact', {
    ...{
      awsName: 'orders',
      meshRef,
      backendGroups: [{ name: '*', namespace: 'apps' }],
      ...backend(wholePolicy),
    },
    ...{ ...listening(tls({ validation: trustFile })), backendDefaults: wholePolicy },
    podSelector: { ...pods, ...expression('In', 'orders') },
  }),
  ...protocols.map((protocol) =>
    node(
      `pool of ${protocol}`,
      listening({ portMapping: { port: 80, protocol }, connectionPool: { [protocol]: pools[protocol] } }),
    ),
  ),
  ...protocols.map((protocol) => {
    const timeout = { idle: second, ...(protocol !== 'tcp' && { perRequest: second }) };
    return node(
      `timeouts of ${protocol}`,
      listening({ portMapping: { port: 80, protocol }, timeout: { [protocol]: timeout } }),
    );
  }),
  node(
    'outlier detection',
    listening({
      outlierDetection: {
        ...{ baseEjectionDuration: second, interval: second, maxEjectionPercent: 50, maxServerErrors: 5 },
      },
    }),
  ),
  node('health check', listening({ healthCheck })),
  ...listenerTls.map((each, index) => node(`TLS ${index}`, listening(each))),
  ...refusedPolicies.map((each, index) =>
    node(`default policy ${index}`, listening({}, { backendDefaults: each })),
  ),
  ...refusedPolicies.map((each, index) => node(`policy of a backend ${index}`, listening({}, backend(each)))),
  node(
    'a backend by ARN',
    listening(
      {},
      {
        backends: [{ virtualService: { virtualServiceARN: arn('virtualService') } }],
      },
    ),
  ),
  ...logs.map((each, index) => node(`log ${index}`, listening({}, each))),
  node('selector', listening({}, { podSelector: expression('In', 'a', 'b') })),
  node(
    'IP preference',
    listening({}, { serviceDiscovery: { dns: { ...dns.dns, ipPreference: 'IPv4_ONLY' } } }),
  ),
  node(
    'Cloud Map',
    listening(
      {},
      {
        serviceDiscovery: {
          awsCloudMap: {
            ...{ namespaceName: 'shop.local', serviceName: 'orders', ipPreference: 'IPv4_ONLY' },
            attributes: [{ key: 'version', value: 'blue' }],
          },
        },
      },
    ),
  ),
];

function mesh(title: string, spec: Spec): Sample {
  return { title: `Mesh with ${title}`, manifest: object('Mesh', spec, ''), context: [] };
}
const selector = { matchLabels: labels, ...expression('In', 'orders') };
const meshes: readonly Sample[] = [
  mesh('whatever is exact', {
    awsName: 'shop',
    namespaceSelector: selector,
    egressFilter: { type: 'ALLOW_ALL' },
  }),
  mesh('owner', { meshOwner: '111122223333' }),
  mesh('IP preference', { meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } }),
];

function service(title: string, spec: Spec): Sample {
  const further = [...targets, aRouter('router')];
  return {
    title: `VirtualService with ${title}`,
    manifest: object('VirtualService', spec),
    context: [...context, ...further],
  };
}
const reference = (name: string) => ({ name, namespace: 'apps' });
const services: readonly Sample[] = [
  service('a node', {
    awsName: 'a.b',
    meshRef,
    provider: { virtualNode: { virtualNodeRef: reference('blue') } },
  }),
  service('a router', { provider: { virtualRouter: { virtualRouterRef: reference('router') } } }),
  service('a node by ARN', { provider: { virtualNode: { virtualNodeARN: arn('virtualNode') } } }),
  service('a router by ARN', { provider: { virtualRouter: { virtualRouterARN: arn('virtualRouter') } } }),
];

const valueMatches = [
  { exact: 'a' },
  { prefix: 'a' },
  { suffix: 'a' },
  { regex: 'a+' },
  { range: { start: 1, end: 5 } },
];
const headers = valueMatches.map((match, index) => ({ name: `x-${index}`, match, invert: index === 0 }));
const queryParameters = [{ name: 'a', match: { exact: 'b' } }];
const weighted = { virtualNodeRef: reference('blue'), weight: 1, port: 8080 };
const retryPolicy = {
  ...{ maxRetries: 1, perRetryTimeout: second, tcpRetryEvents: ['connection-error'] },
  httpRetryEvents: ['server-error'],
};

function routed(protocol: string, title: string, route: Spec): Sample {
  const spec = {
    ...{ awsName: 'orders', meshRef, listeners: [{ portMapping: { port: 8080, protocol } }] },
    routes: [
      { name: 'a', priority: 1, [`${protocol}Route`]: { action: { weightedTargets: [weighted] }, ...route } },
    ],
  };
  return {
    title: `VirtualRouter with ${protocol} route of ${title}`,
    manifest: object('VirtualRouter', spec),
    context: [...context, ...targets],
  };
}
const byArn = { weightedTargets: [{ virtualNodeARN: arn('virtualNode'), weight: 1 }] };
const wholeMatch = { headers, queryParameters, method: 'GET', port: 8080 };
const timeout = { perRequest: second };

function routesOf(protocol: string, match: Spec): readonly Sample[] {
  return [
    routed(protocol, 'a target by ARN', { match, action: byArn }),
    routed(protocol, 'an idle timeout', { match, timeout: { idle: second } }),
  ];
}
const metadata = { metadata: headers, port: 8080 };
const routers: readonly Sample[] = [
  ...['http', 'http2'].flatMap((protocol) => [
    routed(protocol, 'a prefix', {
      match: { prefix: '/', scheme: 'http', ...wholeMatch },
      retryPolicy,
      timeout,
    }),
    routed(protocol, 'an exact path', { match: { path: { exact: '/a' } } }),
    routed(protocol, 'a regular expression', { match: { path: { regex: '/a+' } } }),
    ...routesOf(protocol, { prefix: '/' }),
  ]),
  routed('grpc', 'whatever is exact', {
    ...{ match: { serviceName: 'a.B', methodName: 'C', ...metadata }, timeout },
    retryPolicy: { ...retryPolicy, grpcRetryEvents: ['cancelled'] },
  }),
  ...routesOf('grpc', {}),
  routed('tcp', 'a port', { match: { port: 8080 } }),
  ...routesOf('tcp', {}),
];

function gateway(title: string, protocol: string, listener: Spec, others: Spec = {}): Sample {
  const listeners = [{ portMapping: { port: 8080, protocol }, ...listener }];
  const spec = { listeners, podSelector: pods, ...others };
  return { title: `VirtualGateway with ${title}`, manifest: object('VirtualGateway', spec), context };
}
const gateways: readonly Sample[] = [
  gateway('whatever is exact', 'http', tls({ validation: { ...trustFile, ...names } }), {
    ...{ awsName: 'edge', meshRef, namespaceSelector: selector, gatewayRouteSelector: selector },
    ...{ backendDefaults: wholePolicy, podSelector: { ...pods, ...expression('In', 'orders') } },
  }),
  ...(['http', 'http2', 'grpc'] as const).map((protocol) =>
    gateway(`pool of ${protocol}`, protocol, { connectionPool: { [protocol]: pools[protocol] } }),
  ),
  gateway('health check', 'http', { healthCheck }),
  ...listenerTls.slice(0, -1).map((each, index) => gateway(`TLS ${index}`, 'http', each)),
  ...refusedPolicies.map((each, index) => gateway(`policy ${index}`, 'http', {}, { backendDefaults: each })),
  ...logs.map((each, index) => gateway(`log ${index}`, 'http', {}, each)),
  gateway('selector', 'http', {}, { podSelector: expression('In', 'a', 'b') }),
];

function gatewayRoute(
  protocol: string,
  title: string,
  match: Spec,
  rewrite: Spec,
  others: Spec = {},
): Sample {
  const target = { virtualService: { virtualServiceRef: reference('cart') }, port: 8080, ...others };
  const virtualGatewayRef = { name: 'edge', namespace: 'apps', uid: 'uid-9' };
  const spec = {
    ...{ awsName: 'orders', meshRef, virtualGatewayRef, priority: 1 },
    [`${protocol}Route`]: { match, action: { target, ...(Object.keys(rewrite).length > 0 && { rewrite }) } },
  };
  const edge = {
    ...object('VirtualGateway', {
      listeners: [{ portMapping: { port: 8080, protocol } }],
      namespaceSelector: { matchLabels: labels },
      podSelector: pods,
    }),
    metadata: { name: 'edge', namespace: 'apps' },
  };
  return {
    title: `GatewayRoute of ${protocol} with ${title}`,
    manifest: object('GatewayRoute', spec),
    context: [...context, ...targets, edge],
  };
}
const keepsHost = { hostname: { defaultTargetHostname: 'DISABLED' } };
const toArn = { virtualService: { virtualServiceARN: arn('virtualService') } };
const gatewayRoutes: readonly Sample[] = [
  ...['http', 'http2'].flatMap((protocol) => [
    gatewayRoute(
      protocol,
      'a prefix',
      { prefix: '/a', hostname: { exact: 'a.b' }, ...wholeMatch },
      {
        ...{ prefix: { value: '/b/' }, ...keepsHost },
      },
    ),
    gatewayRoute(
      protocol,
      'the default',
      { prefix: '/a', hostname: { suffix: '.b' } },
      { prefix: { defaultPrefix: 'ENABLED' } },
    ),
    gatewayRoute(protocol, 'a path', { path: { exact: '/a' } }, { path: { exact: '/b' } }),
    gatewayRoute(protocol, 'a regular expression', { path: { regex: '/a+' } }, {}),
    gatewayRoute(protocol, 'a service by ARN', { prefix: '/' }, {}, toArn),
  ]),
  gatewayRoute(
    'grpc',
    'a service',
    { serviceName: 'a.B', hostname: { exact: 'a.b' }, ...metadata },
    keepsHost,
  ),
  gatewayRoute('grpc', 'a host name', { hostname: { suffix: '.b' } }, {}),
  gatewayRoute('grpc', 'a service by ARN', { serviceName: 'a.B' }, {}, toArn),
];

const groups: readonly Sample[] = [
  {
    title: 'BackendGroup',
    manifest: object('BackendGroup', { meshRef, virtualservices: [reference('cart')] }),
    context: [...context, ...targets],
  },
];

export const samples: readonly Sample[] = [
  ...[...meshes, ...nodes, ...services, ...routers, ...gateways, ...gatewayRoutes, ...groups],
];
