import {
  action,
  byNode,
  byRouter,
  cloudMapNode,
  dnsNode,
  gatewayRoute,
  httpRoute,
  ping,
  routerSpec,
  strict,
} from './expected.ts';
import type { Manifest } from './harness.ts';
import { aMesh, aNamespace } from './manifests.ts';

export type Specs = Readonly<Record<string, unknown>>;

const cluster = 'apps.svc.cluster.local';
const dropAll = { egressFilter: { type: 'DROP_ALL' } };
const gateway = { listeners: [{ portMapping: { port: 8088, protocol: 'http' } }] };

const colors = (...names: readonly string[]): Specs =>
  Object.fromEntries(
    names.map((name) => [
      `virtualNode/shop/${name}_apps`,
      dnsNode(`color-${name}.${cluster}`, { healthCheck: ping }),
    ]),
  );

const ingress: Specs = {
  'mesh/shop': {},
  'virtualGateway/shop/ingress-gw_apps': gateway,
  ...colors('yellow', 'blue', 'red', 'green', 'white'),
  [`virtualService/shop/color-paths.${cluster}`]: byRouter('color-paths_apps'),
  [`virtualService/shop/color-yellow.${cluster}`]: byNode('yellow_apps'),
  [`virtualService/shop/color-green.${cluster}`]: byNode('green_apps'),
  [`virtualService/shop/color-white.${cluster}`]: byNode('white_apps'),
  'virtualRouter/shop/color-paths_apps': routerSpec(),
  'route/shop/color-paths_apps/color-route-blue': httpRoute({ prefix: '/blue' }, { blue_apps: 1 }),
  'route/shop/color-paths_apps/color-route-red': httpRoute({ prefix: '/red' }, { red_apps: 1 }),
};

const header = (match?: object) => ({
  prefix: '/',
  headers: [{ name: 'color_header', ...(match && { match }) }],
});
const colorRoute = (match: Specs, color: string, priority?: number) => ({
  ...httpRoute(match, { [`${color}_apps`]: 1 }),
  ...(priority !== undefined && { priority }),
});

export const retries = (weights: Readonly<Record<string, number>>) => ({
  httpRoute: {
    match: { prefix: '/' },
    ...action(weights),
    retryPolicy: {
      maxRetries: 2,
      perRetryTimeout: { unit: 'ms', value: 2000 },
      httpRetryEvents: ['server-error', 'client-error', 'gateway-error'],
    },
  },
});
export const yelbNode = (name: string, port: number, protocol: string, backends: readonly string[] = []) =>
  dnsNode(`${name}.yelb.svc.cluster.local`, { port, protocol, backends });
export const behindAppserver = ['yelb-db', 'redis-server'];
export const yelbRoute = 'route/yelb/yelb-appserver-virtual-router/route-to-yelb-appserver';

export const yelb: Specs = {
  'mesh/yelb': {},
  'virtualNode/yelb/yelb-db-virtual-node': yelbNode('yelb-db', 5432, 'tcp'),
  'virtualNode/yelb/redis-server-virtual-node': yelbNode('redis-server', 6379, 'tcp'),
  'virtualNode/yelb/yelb-ui-virtual-node': yelbNode('yelb-ui', 80, 'http', ['yelb-appserver']),
  'virtualNode/yelb/yelb-appserver-virtual-node': yelbNode('yelb-appserver', 4567, 'http', behindAppserver),
  'virtualService/yelb/yelb-db': byNode('yelb-db-virtual-node'),
  'virtualService/yelb/redis-server': byNode('redis-server-virtual-node'),
  'virtualService/yelb/yelb-ui': byNode('yelb-ui-virtual-node'),
  'virtualService/yelb/yelb-appserver': byRouter('yelb-appserver-virtual-router'),
  'virtualRouter/yelb/yelb-appserver-virtual-router': routerSpec(4567),
  [yelbRoute]: retries({ 'yelb-appserver-virtual-node': 1 }),
};
export const yelbFiles = ['db', 'redis', 'ui', 'appserver'].map(
  (name) => `eks-getting-started/appmesh-yelb-${name}.yaml`,
);
/** What the walkthrough makes before: its files have neither. */
export const yelbGround = [
  aNamespace('yelb', { mesh: 'yelb' }),
  aMesh({ namespaceSelector: { matchLabels: { mesh: 'yelb' } } }, 'yelb'),
];

export interface Example {
  readonly files: readonly string[];
  readonly ground?: readonly Manifest[];
  readonly expected: Specs;
}

/** Read off the text of each file by a person. */
export const examples: readonly Example[] = [
  {
    files: ['howto-k8s-cloudmap.yaml'],
    expected: {
      'mesh/shop': {},
      'virtualNode/shop/front_apps': cloudMapNode('front', { backends: [`colorapp.${cluster}`] }),
      'virtualNode/shop/colorapp-blue_apps': cloudMapNode('colorapp', { color: 'blue' }),
      'virtualNode/shop/colorapp-red_apps': cloudMapNode('colorapp', { color: 'red' }),
      [`virtualService/shop/colorapp.${cluster}`]: byRouter('colorapp-router_apps'),
      [`virtualService/shop/front.${cluster}`]: byRouter('front-router_apps'),
      'virtualRouter/shop/colorapp-router_apps': routerSpec(),
      'virtualRouter/shop/front-router_apps': routerSpec(),
      'route/shop/colorapp-router_apps/color-route': httpRoute(
        { prefix: '/' },
        { 'colorapp-red_apps': 1, 'colorapp-blue_apps': 1 },
      ),
      'route/shop/front-router_apps/color-route': httpRoute({ prefix: '/color' }, { front_apps: 1 }),
    },
  },
  {
    files: ['howto-k8s-egress.yaml'],
    expected: {
      'mesh/shop': dropAll,
      'virtualNode/shop/front_apps': dnsNode(`front.${cluster}`, {
        backends: ['blue.mesh-external.svc.cluster.local'],
      }),
      'virtualNode/shop/blue_apps': dnsNode('blue.mesh-external.svc.cluster.local'),
      'virtualService/shop/blue.mesh-external.svc.cluster.local': byNode('blue_apps'),
    },
  },
  {
    files: ['howto-k8s-grpc.yaml'],
    expected: {
      'mesh/shop': {},
      'virtualNode/shop/client_apps': cloudMapNode('client', { backends: [`color.${cluster}`] }),
      'virtualNode/shop/server_apps': cloudMapNode('color', {
        protocol: 'grpc',
        healthCheck: strict('grpc'),
      }),
      [`virtualService/shop/color.${cluster}`]: byRouter('color_apps'),
      'virtualRouter/shop/color_apps': routerSpec(8080, 'grpc'),
      'route/shop/color_apps/route': {
        grpcRoute: {
          match: { serviceName: 'color.ColorService', methodName: 'GetColor' },
          ...action({ server_apps: 1 }),
        },
      },
    },
  },
  {
    files: ['howto-k8s-http2.yaml'],
    expected: {
      'mesh/shop': {},
      'virtualNode/shop/client_apps': cloudMapNode('client', { backends: [`color.${cluster}`] }),
      ...Object.fromEntries(
        ['red', 'blue', 'green'].map((color) => [
          `virtualNode/shop/${color}_apps`,
          cloudMapNode(`color-${color}`, { protocol: 'http2', healthCheck: strict('http2', '/ping') }),
        ]),
      ),
      [`virtualService/shop/color.${cluster}`]: byRouter('color_apps'),
      'virtualRouter/shop/color_apps': routerSpec(8080, 'http2'),
      'route/shop/color_apps/color-route': {
        http2Route: { match: { prefix: '/' }, ...action({ red_apps: 1, blue_apps: 1, green_apps: 1 }) },
      },
    },
  },
  {
    files: ['howto-k8s-retry-policy.yaml'],
    expected: {
      'mesh/shop': {},
      'virtualNode/shop/front_apps': dnsNode(`front.${cluster}`, {
        healthCheck: ping,
        backends: [`color.${cluster}`],
      }),
      'virtualNode/shop/blue_apps': dnsNode(`color.${cluster}`, { healthCheck: ping }),
      [`virtualService/shop/color.${cluster}`]: byRouter('color_apps'),
      'virtualRouter/shop/color_apps': routerSpec(),
      'route/shop/color_apps/color-route': httpRoute({ prefix: '/' }, { blue_apps: 1 }),
    },
  },
  { files: ['howto-k8s-http-ingress-v2.yaml'], expected: ingress },
  {
    files: ['howto-k8s-http-ingress-v2.yaml', 'howto-k8s-http-ingress-v2-header-match.yaml'],
    expected: {
      ...ingress,
      'gatewayRoute/shop/ingress-gw_apps/header-match_apps': gatewayRoute(
        header({ exact: 'yellow' }),
        `color-yellow.${cluster}`,
      ),
    },
  },
  {
    files: ['howto-k8s-http-ingress-v2.yaml', 'howto-k8s-http-ingress-v2-prefix-match.yaml'],
    expected: {
      ...ingress,
      'gatewayRoute/shop/ingress-gw_apps/prefix-match_apps': gatewayRoute(
        { prefix: '/paths' },
        `color-paths.${cluster}`,
      ),
    },
  },
  {
    files: ['howto-k8s-http-ingress-v2.yaml', 'howto-k8s-http-ingress-v2-rewrite-prefix.yaml'],
    expected: {
      ...ingress,
      'gatewayRoute/shop/ingress-gw_apps/rewrite-prefix_apps': gatewayRoute(
        { prefix: '/test/' },
        `color-paths.${cluster}`,
        { rewrite: { prefix: { value: '/red/' } } },
      ),
    },
  },
  {
    files: ['howto-k8s-ingress-gateway.yaml'],
    expected: {
      'mesh/shop': {},
      'virtualGateway/shop/ingress-gw_apps': gateway,
      'gatewayRoute/shop/ingress-gw_apps/gateway-route-headers_apps': gatewayRoute(
        { prefix: '/headers' },
        `color-headers.${cluster}`,
      ),
      'gatewayRoute/shop/ingress-gw_apps/gateway-route-paths_apps': gatewayRoute(
        { prefix: '/paths' },
        `color-paths.${cluster}`,
      ),
      ...colors('white', 'blue', 'red', 'yellow', 'green'),
      [`virtualService/shop/color-headers.${cluster}`]: byRouter('color-headers_apps'),
      [`virtualService/shop/color-paths.${cluster}`]: byRouter('color-paths_apps'),
      'virtualRouter/shop/color-headers_apps': routerSpec(),
      'virtualRouter/shop/color-paths_apps': routerSpec(),
      'route/shop/color-headers_apps/color-route-blue': colorRoute(header({ exact: 'blue' }), 'blue', 10),
      'route/shop/color-headers_apps/color-route-green': colorRoute(
        header({ regex: '.*green.*' }),
        'green',
        20,
      ),
      'route/shop/color-headers_apps/color-route-red': colorRoute(header({ prefix: 'red' }), 'red', 30),
      'route/shop/color-headers_apps/color-route-yellow': colorRoute(header(), 'yellow', 40),
      'route/shop/color-headers_apps/color-route-white': colorRoute({ prefix: '/' }, 'white'),
      'route/shop/color-paths_apps/color-route-blue': colorRoute({ prefix: '/blue' }, 'blue', 10),
      'route/shop/color-paths_apps/color-route-green': colorRoute({ prefix: '/green' }, 'green', 20),
      'route/shop/color-paths_apps/color-route-red': colorRoute({ prefix: '/red' }, 'red', 30),
      'route/shop/color-paths_apps/color-route-yellow': colorRoute({ prefix: '/yellow' }, 'yellow', 40),
      'route/shop/color-paths_apps/color-route-white': colorRoute({ prefix: '/' }, 'white'),
    },
  },
  { files: yelbFiles, ground: yelbGround, expected: yelb },
];
