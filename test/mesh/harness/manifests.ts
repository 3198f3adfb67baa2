import type { Manifest } from './harness.ts';

type Spec = Readonly<Record<string, unknown>>;

const selector = { matchLabels: { mesh: 'shop' } };

export function aNamespace(
  name = 'apps',
  labels: Readonly<Record<string, string>> = { mesh: 'shop' },
): Manifest {
  return { kind: 'Namespace', metadata: { name, labels } };
}

export function aMesh(spec: Spec = {}, name = 'shop'): Manifest {
  return { kind: 'Mesh', metadata: { name }, spec: { namespaceSelector: selector, ...spec } };
}

function inNamespace(kind: string, name: string, spec: Spec, namespace = 'apps'): Manifest {
  return { kind, metadata: { name, namespace }, spec };
}

export function aNode(name: string, spec: Spec = {}, namespace?: string): Manifest {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  const serviceDiscovery = { dns: { hostname: `${name}.apps.svc.cluster.local` } };
  return inNamespace('VirtualNode', name, { listeners, serviceDiscovery, ...spec }, namespace);
}

/** `routes`: as the manifest has them; see aRoute. */
export function aRouter(name: string, routes: readonly Spec[] = [], spec: Spec = {}): Manifest {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  return inNamespace('VirtualRouter', name, { listeners, routes, ...spec });
}

/** `weights`: by virtual node. */
export function aRoute(
  name: string,
  weights: Readonly<Record<string, number>>,
  { match = { prefix: '/' }, ...route }: Spec & { readonly match?: Spec } = {},
): Spec {
  const weightedTargets = Object.entries(weights).map(([node, weight]) => ({
    virtualNodeRef: { name: node },
    weight,
  }));
  return { name, ...route, httpRoute: { match, action: { weightedTargets } } };
}

export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp';

/** Of a router, each as `http/8080`. */
export function listenersOn(...listeners: `${Protocol}/${number}`[]): Spec {
  const parts = listeners.map((listener) => listener.split('/'));
  return {
    listeners: parts.map(([protocol, port]) => ({ portMapping: { protocol, port: Number(port) } })),
  };
}

/** A route to the node `blue`; `listener`: the protocol, and the port where it names one. */
export function routeOn(name: string, listener: Protocol | `${Protocol}/${number}`, weight = 1): Spec {
  const [protocol = 'http', port] = listener.split('/');
  const prefix = protocol.startsWith('http') ? { prefix: '/' } : {};
  const match = { ...prefix, ...(port !== undefined && { port: Number(port) }) };
  const weightedTargets = [{ virtualNodeRef: { name: 'blue' }, weight }];
  return { name, [`${protocol}Route`]: { match, action: { weightedTargets } } };
}

/** `provider`: as `router/<name>`, `node/<name>`, or nothing. */
export function aService(name: string, provider?: string, spec: Spec = {}): Manifest {
  const [kind, target = ''] = provider?.split('/') ?? [];
  const virtualRouter = { virtualRouter: { virtualRouterRef: { name: target } } };
  const virtualNode = { virtualNode: { virtualNodeRef: { name: target } } };
  const chosen = kind === undefined ? {} : { provider: kind === 'router' ? virtualRouter : virtualNode };
  return inNamespace('VirtualService', name, { ...chosen, ...spec });
}

export function aGateway(name: string, spec: Spec = {}): Manifest {
  const listeners = [{ portMapping: { port: 8088, protocol: 'http' } }];
  return inNamespace('VirtualGateway', name, { namespaceSelector: selector, listeners, ...spec });
}

export function aGatewayRoute(name: string, service: string, spec: Spec = {}): Manifest {
  const target = { virtualService: { virtualServiceRef: { name: service } } };
  const httpRoute = { match: { prefix: `/${name}` }, action: { target } };
  return inNamespace('GatewayRoute', name, { httpRoute, ...spec });
}

export function aBackendGroup(name: string, services: readonly string[]): Manifest {
  return inNamespace('BackendGroup', name, {
    virtualservices: services.map((service) => ({ name: service })),
  });
}

export function backends(...services: readonly string[]): Spec {
  return { backends: services.map((name) => ({ virtualService: { virtualServiceRef: { name } } })) };
}

/** One of every kind, each referred to by another where a kind can be: two colors behind a gateway. */
export function anExample(): readonly Manifest[] {
  return [
    aNamespace(),
    aMesh({ egressFilter: { type: 'ALLOW_ALL' } }),
    aNode('front', { backendGroups: [{ name: 'behind-front' }] }),
    aNode('blue', {
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'color' } },
    }),
    aNode('green', backends('front')),
    aBackendGroup('behind-front', ['color']),
    aRouter('color', [
      aRoute('mixed', { blue: 1, green: 1 }),
      aRoute('only-blue', { blue: 1 }, { match: { prefix: '/blue' }, priority: 10 }),
    ]),
    aService('color', 'router/color'),
    aService('front', 'node/front', { awsName: 'front.example.com' }),
    aGateway('entry'),
    aGatewayRoute('front', 'front'),
  ];
}

/** What App Mesh holds of it. */
export const exampleKeys: readonly string[] = [
  'gatewayRoute/shop/entry_apps/front_apps',
  'mesh/shop',
  'route/shop/color_apps/mixed',
  'route/shop/color_apps/only-blue',
  'virtualGateway/shop/entry_apps',
  'virtualNode/shop/blue_apps',
  'virtualNode/shop/front_apps',
  'virtualNode/shop/green_apps',
  'virtualRouter/shop/color_apps',
  'virtualService/shop/color.apps',
  'virtualService/shop/front.example.com',
];
