import { type Match, matches } from './app-mesh-match.ts';
import type {
  Found,
  GatewayRoute,
  GatewayRouteSpec,
  GatewaySpec,
  NodeSpec,
  Reference,
  RouterSpec,
  ServiceSpec,
  Target,
} from './app-mesh-specs.ts';
import { podsOf, registered } from './registry.ts';
import { type Choice, type Manifest, pathOf, type Request, shares, withPath } from './request.ts';

/**
 * What App Mesh does with a request, by its documentation. `objects`: its manifests and the Services of Kubernetes that they mean. All manifests are of one mesh, and no reference is an ARN.
 */
export class AppMesh {
  readonly #objects: ReadonlyMap<string, Manifest>;

  constructor(objects: readonly Manifest[]) {
    this.#objects = new Map(objects.map((each) => [keyOf(each.kind, each.metadata), each]));
  }

  /** A request of a pod of the mesh to the name of a virtual service. */
  fromPod(request: Request): Choice {
    const service = this.#all<ServiceSpec>('VirtualService').find(
      (each) => nameOf(each).toLowerCase() === request.host.toLowerCase(),
    );
    return service && this.#serve(service, request);
  }

  /** A request that arrives at a listener of a virtual gateway. */
  fromGateway(gateway: Reference, request: Request): Choice {
    const found = this.#get<GatewaySpec>('VirtualGateway', gateway);
    const listener = found?.spec.listeners.find(({ portMapping }) => portMapping.port === request.port);
    if (listener === undefined) return undefined;
    const protocol = listener.portMapping.protocol;
    const routes = this.#all<GatewayRouteSpec>('GatewayRoute')
      .filter(({ spec, metadata }) => this.#isOf(gateway, spec.virtualGatewayRef, metadata.namespace))
      .flatMap(({ spec, metadata }) => {
        const route = spec[`${protocol}Route` as 'httpRoute'];
        return route ? [{ ...route, priority: spec.priority, place: nameIn(metadata), from: metadata }] : [];
      });
    const route = firstOf(routes, request);
    if (route === undefined) return undefined;
    const { virtualService, port } = route.action.target;
    const service = this.#get<ServiceSpec>(
      'VirtualService',
      virtualService.virtualServiceRef,
      route.from.namespace,
    );
    if (service === undefined) return undefined;
    const rewritten = rewrite(route, request, nameOf(service));
    const only = this.#portsOf(service);
    const choice = this.#serve(service, {
      ...rewritten,
      protocol,
      port: port ?? (only.length === 1 ? only[0] : 0) ?? 0,
    });
    return choice && { ...choice, host: rewritten.host };
  }

  #serve(service: Found<ServiceSpec>, request: Request): Choice {
    const { virtualNode, virtualRouter } = service.spec.provider ?? {};
    const from = service.metadata.namespace;
    if (!this.#portsOf(service).includes(request.port)) return undefined;
    if (virtualNode) return this.#choice([{ ...virtualNode, weight: 1, port: request.port }], from, request);
    if (!virtualRouter) return undefined;
    const router = this.#get<RouterSpec>('VirtualRouter', virtualRouter.virtualRouterRef, from);
    const listener = router?.spec.listeners?.find(({ portMapping }) => portMapping.port === request.port);
    if (router === undefined || listener === undefined) return undefined;
    const routes = (router.spec.routes ?? []).flatMap((each, place) => {
      const route = each[`${listener.portMapping.protocol}Route` as 'httpRoute'];
      return route
        ? [
            {
              ...route,
              match: route.match ?? {},
              priority: each.priority,
              place: `${place}`.padStart(4, '0'),
            },
          ]
        : [];
    });
    const route = firstOf(routes, request);
    return route && this.#choice(route.action.weightedTargets, router.metadata.namespace, request);
  }

  /** The ports that a virtual service is served on: those of its router's, or of its node's, listeners. */
  #portsOf({ spec, metadata }: Found<ServiceSpec>): readonly number[] {
    const { virtualNode, virtualRouter } = spec.provider ?? {};
    const provider =
      this.#get<RouterSpec>('VirtualRouter', virtualRouter?.virtualRouterRef, metadata.namespace) ??
      this.#get<NodeSpec>('VirtualNode', virtualNode?.virtualNodeRef, metadata.namespace);
    return (provider?.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
  }

  #choice(targets: readonly Target[], from: string | undefined, request: Request): Choice {
    const weighted = targets.flatMap(({ virtualNodeRef, weight, port }) => {
      const node = this.#get<NodeSpec>('VirtualNode', virtualNodeRef, from);
      const host = node && this.#backendOf(node);
      const ports = (node?.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
      return host === undefined ? [] : [{ host, weight, port: port ?? ports[0] ?? 0 }];
    });
    return { destinations: shares(weighted), path: request.path, host: request.host };
  }

  /** The pods that are registered in Cloud Map, as far as the node selects them, or that a Service selects; else a name. */
  #backendOf({ metadata, spec }: Found<NodeSpec>): string | undefined {
    const { dns, awsCloudMap } = spec.serviceDiscovery ?? {};
    const services = [...this.#objects.values()].flatMap(registered);
    const service = services.find(({ host }) => host === dns?.hostname);
    if (!awsCloudMap) return service?.backend ?? dns?.hostname;
    const labels = spec.podSelector?.matchLabels;
    return labels
      ? podsOf(metadata.namespace, labels)
      : `${awsCloudMap.serviceName}.${awsCloudMap.namespaceName}`;
  }

  /** Without a reference, the selectors of gateways decide: in a test's mesh that is its only gateway. */
  #isOf(gateway: Reference, reference: Reference | null | undefined, from: string | undefined): boolean {
    if (!reference) return this.#all('VirtualGateway').length === 1;
    return reference.name === gateway.name && (reference.namespace ?? from) === gateway.namespace;
  }

  #all<Spec>(kind: string): readonly Found<Spec>[] {
    return [...this.#objects.values()].filter((each) => each.kind === kind) as readonly Found<Spec>[];
  }

  #get<Spec>(kind: string, reference: Reference | null | undefined, from?: string): Found<Spec> | undefined {
    const namespace = reference?.namespace ?? from;
    if (!reference) return undefined;
    const metadata = { name: reference.name, ...(namespace !== undefined && { namespace }) };
    return this.#objects.get(keyOf(kind, metadata)) as Found<Spec> | undefined;
  }
}

function keyOf(kind: string, { name, namespace }: Manifest['metadata']): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

function nameIn({ name, namespace }: Manifest['metadata']): string {
  return `${namespace ?? ''}/${name}`;
}

function nameOf({ metadata, spec }: Found<ServiceSpec>): string {
  return spec.awsName || `${metadata.name}.${metadata.namespace}`;
}

interface Ranked {
  readonly match: Match;
  readonly priority?: number | null | undefined;
  readonly place: string;
}

function firstOf<Route extends Ranked>(routes: readonly Route[], request: Request): Route | undefined {
  return routes.filter(({ match }) => matches(match, request)).sort(byRank)[0];
}

/** Documented: the priority, 0 first, then the longest prefix. The rest is what this project states. */
function byRank(a: Ranked, b: Ranked): number {
  const [first, second] = [rank(a), rank(b)];
  const at = first.findIndex((value, index) => value !== second[index]);
  if (at === -1) return a.place < b.place ? -1 : 1;
  return (first[at] ?? 0) - (second[at] ?? 0);
}

function rank({ match, priority }: Ranked): readonly number[] {
  const { prefix, path, method, headers, metadata, queryParameters, serviceName, methodName } = match;
  const { exact, suffix } = match.hostname ?? {};
  const kind = path?.exact || methodName ? 0 : prefix || serviceName ? 1 : path?.regex ? 2 : 3;
  return [
    priority ?? 1001,
    kind,
    kind === 1 ? -(prefix ?? serviceName ?? '').length : 0,
    exact ? 0 : suffix ? 1 : 2,
    -(suffix ?? '').length,
    method ? 0 : 1,
    -(headers?.length ?? 0) - (metadata?.length ?? 0),
    -(queryParameters?.length ?? 0),
  ];
}

/** What a gateway route does to the request before the virtual service's router sees it. */
function rewrite({ match, action }: GatewayRoute, request: Request, serviceName: string): Request {
  const keepsHost = action.rewrite?.hostname?.defaultTargetHostname === 'DISABLED';
  const hosted = keepsHost ? request : { ...request, host: serviceName };
  const { prefix, path } = action.rewrite ?? {};
  if (path) return withPath(hosted, path.exact);
  if (!match.prefix || prefix?.defaultPrefix === 'DISABLED') return hosted;
  return withPath(hosted, replacePrefix(pathOf(request), match.prefix, prefix?.value || '/'));
}

/** App Mesh's gateways had two routes for a prefix P: `P/` and `P`, both with the same rewrite. */
function replacePrefix(path: string, prefix: string, replacement: string): string {
  const matched = path.startsWith(`${prefix}/`) ? prefix.length + 1 : prefix.length;
  return replacement + path.slice(matched);
}
