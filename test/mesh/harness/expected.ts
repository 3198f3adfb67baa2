/** What App Mesh should hold, in the terms of its API, for tables of expectations. */
type Json = Readonly<Record<string, unknown>>;

const listener = (port: number, protocol: string, healthCheck?: Json) => ({
  portMapping: { port, protocol },
  ...(healthCheck && { healthCheck }),
});

const checks = { timeoutMillis: 2000, intervalMillis: 5000, healthyThreshold: 2 };
/** As most of the files check: GET /ping, two failures in a row. */
export const ping = { ...checks, protocol: 'http', path: '/ping', unhealthyThreshold: 2 };
export const strict = (protocol: string, path?: string): Json => ({
  ...checks,
  ...{ protocol, port: 8080, unhealthyThreshold: 3 },
  ...(path !== undefined && { path }),
});

const backendsOf = (names: readonly string[] = []) =>
  names.length > 0
    ? { backends: names.map((name) => ({ virtualService: { virtualServiceName: name } })) }
    : {};

interface NodeOptions {
  readonly port?: number;
  readonly protocol?: string;
  readonly healthCheck?: Json;
  readonly backends?: readonly string[];
}

export function dnsNode(hostname: string, options: NodeOptions = {}): Json {
  const { port = 8080, protocol = 'http', healthCheck, backends } = options;
  const listeners = [listener(port, protocol, healthCheck)];
  return { listeners, serviceDiscovery: { dns: { hostname } }, ...backendsOf(backends) };
}

export function cloudMapNode(
  serviceName: string,
  options: NodeOptions & { readonly color?: string } = {},
): Json {
  const { port = 8080, protocol = 'http', healthCheck, backends, color } = options;
  const attributes = color === undefined ? {} : { attributes: [{ key: 'color', value: color }] };
  return {
    listeners: [listener(port, protocol, healthCheck)],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName, ...attributes } },
    ...backendsOf(backends),
  };
}

export const routerSpec = (port = 8080, protocol = 'http'): Json => ({
  listeners: [listener(port, protocol)],
});
export const byRouter = (name: string): Json => ({
  provider: { virtualRouter: { virtualRouterName: name } },
});
export const byNode = (name: string): Json => ({ provider: { virtualNode: { virtualNodeName: name } } });

/** `weights`: by virtual node, as App Mesh knows it. */
export function action(weights: Readonly<Record<string, number>>): Json {
  const targets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
  return { action: { weightedTargets: targets } };
}

export function httpRoute(match: Json, weights: Readonly<Record<string, number>>, more: Json = {}): Json {
  return { httpRoute: { match, ...action(weights), ...more } };
}

export function gatewayRoute(match: Json, virtualServiceName: string, more: Json = {}): Json {
  return { httpRoute: { match, action: { target: { virtualService: { virtualServiceName } }, ...more } } };
}
