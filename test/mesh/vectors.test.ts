import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../shared/model/mesh-resource.ts';
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
import { callsDuring, keysIn, remainsOf, resourceIn, specsIn } from './kit.ts';
import { aMesh, aNamespace } from './manifests.ts';
import { type Manifest, MeshStage } from './stage.ts';
import { filesOfManifests, manifestsOf, missingManifests } from './vectors.ts';

type Specs = Readonly<Record<string, unknown>>;

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

const retries = (weights: Readonly<Record<string, number>>) => ({
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
const yelbNode = (name: string, port: number, protocol: string, backends: readonly string[] = []) =>
  dnsNode(`${name}.yelb.svc.cluster.local`, { port, protocol, backends });
const behindAppserver = ['yelb-db', 'redis-server'];
const yelbRoute = 'route/yelb/yelb-appserver-virtual-router/route-to-yelb-appserver';

const yelb: Specs = {
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
const yelbFiles = ['db', 'redis', 'ui', 'appserver'].map(
  (name) => `eks-getting-started/appmesh-yelb-${name}.yaml`,
);
/** What the walkthrough makes before: its files have neither. */
const yelbGround = [
  aNamespace('yelb', { mesh: 'yelb' }),
  aMesh({ namespaceSelector: { matchLabels: { mesh: 'yelb' } } }, 'yelb'),
];

interface Example {
  readonly files: readonly string[];
  readonly ground?: readonly Manifest[];
  readonly expected: Specs;
}

/** Read off the text of each file by a person. */
const examples: readonly Example[] = [
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

/** A change of each kind that App Mesh takes, and the calls it should cost. */
const changes: Readonly<Record<string, (spec: Specs) => Specs>> = {
  Mesh: (spec) => ({ ...spec, egressFilter: { type: 'ALLOW_ALL' } }),
  VirtualNode: (spec) => ({ ...spec, logging: { accessLog: { file: { path: '/dev/stdout' } } } }),
  VirtualGateway: (spec) => ({ ...spec, logging: { accessLog: { file: { path: '/dev/stdout' } } } }),
  VirtualService: ({ provider, ...spec }) => spec,
  VirtualRouter: ({ routes, ...spec }) => ({ ...spec, routes: withPriority(routes as readonly Specs[]) }),
  GatewayRoute: (spec) => ({ ...spec, priority: 7 }),
};

function withPriority(routes: readonly Specs[]): readonly Specs[] {
  return routes.map((route, index) => ({ ...route, priority: 900 + index }));
}

/** Kind and number of the resources that a change of a manifest touches. */
function touchedBy({ kind, spec }: Manifest): Readonly<Record<string, number>> {
  const routes = (spec?.routes ?? []) as readonly unknown[];
  return kind === 'VirtualRouter' ? { UpdateRoute: routes.length } : { [`Update${kind}`]: 1 };
}

const reason = missingManifests === undefined ? '' : ` (${missingManifests})`;

describe.skipIf(missingManifests !== undefined)(`manifests that people run${reason}`, () => {
  describe.each(examples.map((example) => [example.files.join(' and '), example] as const))(
    '%s',
    (_, { files, ground = [], expected }) => {
      const manifests = missingManifests === undefined ? [...ground, ...manifestsOf(...files)] : [];
      const applied = async () => {
        const stage = new MeshStage();
        stage.apply(...manifests);
        await stage.settle();
        return stage;
      };

      it('makes in App Mesh what its text says, each with one call, and tells every object so', async () => {
        const stage = new MeshStage();
        stage.apply(...manifests);
        const calls = await callsDuring(stage, () => stage.settle());
        expect(specsIn(stage.engine)).toEqual(expected);
        expect(Object.values(calls).reduce((sum, count) => sum + count)).toBe(Object.keys(expected).length);
        for (const { kind, metadata } of manifests.filter((manifest) => manifest.kind !== 'Namespace')) {
          expect(stage.activeOf(kind, metadata.name, metadata.namespace)).toMatchObject({
            is: 'True Applied',
          });
          expect(stage.statusOf(kind, metadata.name, metadata.namespace)).toMatchObject({
            observedGeneration: 1,
          });
        }
      });

      it('costs nothing when it is applied again', async () => {
        const stage = await applied();
        stage.apply(...manifests);
        const writes = stage.statusWrites;
        expect(await callsDuring(stage, () => stage.settle())).toEqual({});
        expect(stage.statusWrites).toBe(writes);
      });

      it('is updated in place, object by object', async () => {
        const stage = await applied();
        const arns = new Map(stage.engine.snapshot().map(({ arn, ...name }) => [resourceKey(name), arn]));
        for (const manifest of manifests.filter(({ kind }) => kind in changes)) {
          const spec = changes[manifest.kind]?.(manifest.spec ?? {}) ?? {};
          stage.apply({ ...manifest, spec });
          const calls = await callsDuring(stage, () => stage.settle());
          expect(calls, manifest.metadata.name).toEqual(touchedBy(manifest));
        }
        for (const resource of stage.engine.snapshot()) {
          const key = resourceKey(resource);
          expect(resource, key).toMatchObject({
            arn: arns.get(key),
            version: resource.kind === 'virtualRouter' ? 1 : 2,
          });
        }
        expect(keysIn(stage.engine)).toEqual(Object.keys(expected).sort());
      });

      it('is all gone when it is deleted', async () => {
        const stage = await applied();
        stage.delete(...manifests);
        await stage.settle();
        expect(remainsOf(stage)).toEqual([]);
      });
    },
  );

  it('eks-getting-started shifts from one version of the appserver to the other, by its three routers', async () => {
    const stage = new MeshStage();
    stage.apply(...yelbGround, ...manifestsOf(...yelbFiles));
    await stage.settle();
    const step = (file: string) => {
      stage.apply(...manifestsOf(`eks-getting-started/${file}.yaml`));
      return callsDuring(stage, () => stage.settle());
    };
    expect(await step('appmesh-yelb-appserver-v2')).toEqual({ CreateVirtualNode: 1 });
    expect(await step('appmesh-virtual-router-appserver-v1-v2')).toEqual({ UpdateRoute: 1 });
    expect(resourceIn(stage.engine, yelbRoute).spec).toEqual(
      retries({ 'yelb-appserver-virtual-node': 1, 'yelb-appserver-virtual-node-v2': 1 }),
    );
    expect(await step('appmesh-virtual-router-appserver-v2')).toEqual({ UpdateRoute: 1 });
    expect(specsIn(stage.engine)).toEqual({
      ...yelb,
      'virtualNode/yelb/yelb-appserver-virtual-node-v2': yelbNode(
        'yelb-appserver-v2',
        4567,
        'http',
        behindAppserver,
      ),
      [yelbRoute]: retries({ 'yelb-appserver-virtual-node-v2': 1 }),
    });
  });

  it('every file is among these', () => {
    const named = new Set([
      ...examples.flatMap(({ files }) => files),
      ...['yelb-appserver-v2', 'virtual-router-appserver-v1-v2', 'virtual-router-appserver-v2'].map(
        (name) => `eks-getting-started/appmesh-${name}.yaml`,
      ),
    ]);
    expect([...named].sort()).toEqual(filesOfManifests());
  });
});
