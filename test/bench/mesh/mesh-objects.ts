import type { Manifest } from '../../mesh/harness/harness.ts';

const apiVersion = 'appmesh.k8s.aws/v1beta2';
const namespace = 'shop';

interface MeshShape {
  readonly mesh?: string;
  /** Of each router. */
  readonly routes?: number;
}

/**
 * A mesh with as many virtual nodes, routers and services as AWS's quotas allow by default: each service is provided by
 * a router with five routes, each route goes to two nodes, and each node calls two services.
 */
export function meshObjects(
  count = 200,
  { mesh = 'bench', routes = 5 }: MeshShape = {},
): readonly Manifest[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { mesh: 'bench' } },
    },
    {
      apiVersion,
      kind: 'Mesh',
      metadata: { name: mesh },
      spec: { namespaceSelector: { matchLabels: { mesh: 'bench' } }, egressFilter: { type: 'DROP_ALL' } },
    },
    ...indices.map((index) => virtualNode(index, count)),
    ...indices.map((index) => virtualRouter(index, count, { routes })),
    ...indices.map((index) =>
      object('VirtualService', `service-${index}`, {
        provider: { virtualRouter: { virtualRouterRef: { name: `router-${index}` } } },
      }),
    ),
  ];
}

/** A virtual router of that mesh whose first route gives its first target another weight. */
export function virtualRouter(
  index: number,
  count: number,
  { weight = 90, routes = 5 }: { readonly weight?: number; readonly routes?: number } = {},
): Manifest {
  const target = (node: number, share: number) => ({
    virtualNodeRef: { name: `node-${node % count}` },
    weight: share,
  });
  return object('VirtualRouter', `router-${index}`, {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    routes: Array.from({ length: routes }, (_, route) => ({
      name: `route-${route}`,
      priority: route,
      httpRoute: {
        match: { prefix: `/${route}` },
        action: { weightedTargets: [target(index, route === 0 ? weight : 90), target(index + 1, 10)] },
        retryPolicy: {
          maxRetries: 3,
          perRetryTimeout: { unit: 'ms', value: 2000 },
          httpRetryEvents: ['server-error', 'gateway-error'],
        },
      },
    })),
  });
}

function virtualNode(index: number, count: number): Manifest {
  const backend = (service: number) => ({
    virtualService: { virtualServiceRef: { name: `service-${service % count}` } },
  });
  return object('VirtualNode', `node-${index}`, {
    podSelector: { matchLabels: { app: `app-${index}` } },
    listeners: [
      {
        portMapping: { port: 8080, protocol: 'http' },
        healthCheck: {
          protocol: 'http',
          path: '/ping',
          healthyThreshold: 2,
          unhealthyThreshold: 2,
          timeoutMillis: 2000,
          intervalMillis: 5000,
        },
      },
    ],
    backends: [backend(index + 1), backend(index + 2)],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: `app-${index}` } },
  });
}

function object(kind: string, name: string, spec: NonNullable<Manifest['spec']>): Manifest {
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
