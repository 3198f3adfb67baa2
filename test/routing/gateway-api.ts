import { matches, rank, withoutSlash } from './gateway-api-match.ts';
import type {
  BackendRef,
  Filter,
  Found,
  GatewaySpec,
  GrantSpec,
  HttpMatch,
  Listener,
  ParentRef,
  RouteSpec,
  Rule,
} from './gateway-api-specs.ts';
import { registered } from './registry.ts';
import { type Choice, type Manifest, pathOf, type Request, shares, withPath } from './request.ts';

type Route = Found<RouteSpec>;
interface Candidate {
  readonly route: Route;
  readonly rule: Rule;
  readonly match: HttpMatch;
  readonly host: string;
}

/** What an implementation of the Gateway API does with a request, by the API's text; regular expressions as in Istio. */
export class GatewayApi {
  readonly #objects: readonly Manifest[];

  constructor(objects: readonly Manifest[]) {
    this.#objects = objects;
  }

  /** A request of a pod of a mesh (GAMMA): routes are attached to the Service whose name is the request's host. */
  fromPod(request: Request, namespace: string): Choice {
    const service = this.#objects.find(
      (each) => each.kind === 'Service' && registered(each).some((one) => isServed(one, request)),
    );
    if (service === undefined) return undefined;
    const attached = this.#routes(request).filter(({ spec, metadata }) =>
      (spec.parentRefs ?? []).some((parent) => isOf(parent, service, metadata.namespace, request.port)),
    );
    // A route in the namespace of the client comes before one in the namespace of the Service.
    const own = attached.filter(({ metadata }) => metadata.namespace === namespace);
    const all = attached.filter(({ metadata }) => metadata.namespace === service.metadata.namespace);
    const routes = own.length > 0 ? own : all;
    const [direct] = registered(service).filter((one) => isServed(one, request));
    if (routes.length === 0)
      return (
        direct && {
          destinations: [{ host: direct.backend, port: direct.port, share: 1 }],
          path: request.path,
          host: request.host,
        }
      );
    return this.#choose(
      routes.map((route) => ({ route, host: '' })),
      request,
    );
  }

  /** A request to a listener of a Gateway. */
  fromGateway(gateway: { readonly name: string; readonly namespace: string }, request: Request): Choice {
    const found = this.#objects.find(
      ({ kind, metadata }) =>
        kind === 'Gateway' && metadata.name === gateway.name && metadata.namespace === gateway.namespace,
    ) as Found<GatewaySpec> | undefined;
    const listeners = (found?.spec.listeners ?? []).filter(
      ({ port, hostname }) => port === request.port && covers(hostname, request.host),
    );
    const listener = [...listeners].sort((a, b) => byHost(a.hostname ?? '', b.hostname ?? ''))[0];
    if (found === undefined || listener === undefined) return undefined;
    const attached = this.#routes(request).filter(({ spec, metadata }) =>
      (spec.parentRefs ?? []).some((parent) => isAttached(parent, found, listener, metadata.namespace)),
    );
    const hosted = attached.flatMap((route) => {
      const hosts = (route.spec.hostnames ?? ['']).filter((host) => covers(host, request.host));
      const [host] = [...hosts].sort(byHost);
      return host === undefined ? [] : [{ route, host }];
    });
    const best = hosted.map(({ host }) => host).sort(byHost)[0];
    const exclusive = this.#choose(
      hosted.filter(({ host }) => host === best),
      request,
    );
    const falling = this.#choose(hosted, request);
    // The API does not say whether a route of a less specific host name is tried; Istio does not try it.
    if (JSON.stringify(exclusive) !== JSON.stringify(falling))
      throw new Error(`implementations differ in what they do with ${request.host}${request.path}`);
    return exclusive;
  }

  /** A request to the VPC Lattice service that a route stands for: its rules are tried in their order. */
  fromLattice(route: string, request: Request): Choice {
    const found = this.#routes(request).find(({ metadata }) => metadata.name === route);
    const rules = (found?.spec.rules ?? []).map((rule) => ({ rule, match: rule.matches?.[0] ?? {} }));
    const chosen = rules.find(({ match }) => matches(match, request));
    return found && chosen && this.#destinations(chosen.rule.backendRefs ?? [], found, request);
  }

  #choose(routes: readonly { readonly route: Route; readonly host: string }[], request: Request): Choice {
    const candidates = routes.flatMap(({ route, host }) =>
      (route.spec.rules ?? []).flatMap((rule) =>
        (rule.matches ?? [{}]).map((match): Candidate => ({ route, rule, match, host })),
      ),
    );
    const found = candidates.filter(({ match }) => matches(match, request)).sort(byPrecedence)[0];
    if (found === undefined) return undefined;
    const filters = found.rule.filters ?? [];
    if (filters.some(({ type }) => type === 'RequestRedirect')) return undefined;
    const rewritten = filters.reduce((each, filter) => rewrite(filter, found.match, each), request);
    return this.#destinations(found.rule.backendRefs ?? [], found.route, rewritten);
  }

  #destinations(refs: readonly BackendRef[], route: Route, request: Request): Choice {
    const served = this.#objects.flatMap(registered);
    const weighted = refs.map((ref) => {
      const { name, namespace = route.metadata.namespace, port = 0, weight = 1 } = ref;
      if (!this.#mayRefer(route, ref)) throw new Error(`no ReferenceGrant for ${namespace}/${name}`);
      const host = `${name}.${namespace}.svc.cluster.local`;
      const found = served.find((one) => one.host === host && one.port === port);
      if (found === undefined) throw new Error(`no Service has ${host}:${port}`);
      return { host: found.backend, port, weight };
    });
    // No backend at all is an error of the server's, to a client the same as no route.
    const destinations = shares(weighted);
    return destinations.length === 0 ? undefined : { destinations, path: request.path, host: request.host };
  }

  #mayRefer(
    { kind: fromKind, metadata: from }: Route,
    { kind: toKind = 'Service', name, namespace }: BackendRef,
  ): boolean {
    if ((namespace ?? from.namespace) === from.namespace) return true;
    const grants = this.#objects.filter(
      ({ kind, metadata }) => kind === 'ReferenceGrant' && metadata.namespace === namespace,
    ) as readonly Found<GrantSpec>[];
    return grants.some(
      ({ spec }) =>
        spec.from.some((each) => each.kind === fromKind && each.namespace === from.namespace) &&
        spec.to.some((each) => each.kind === toKind && (each.name ?? name) === name),
    );
  }

  #routes({ protocol }: Request): readonly Route[] {
    const kinds = protocol === 'tcp' ? ['TCPRoute'] : ['HTTPRoute', 'GRPCRoute'];
    return this.#objects.filter(({ kind }) => kinds.includes(kind)) as readonly Route[];
  }
}

function isServed(one: { readonly host: string; readonly port: number }, request: Request): boolean {
  return one.host === request.host.toLowerCase() && one.port === request.port;
}

function isOf(parent: ParentRef, service: Manifest, from: string | undefined, port: number): boolean {
  return (
    parent.kind === 'Service' &&
    parent.name === service.metadata.name &&
    (parent.namespace ?? from) === service.metadata.namespace &&
    (parent.port ?? port) === port
  );
}

function isAttached(
  parent: ParentRef,
  gateway: Manifest,
  listener: Listener,
  from: string | undefined,
): boolean {
  const allowed = listener.allowedRoutes?.namespaces?.from ?? 'Same';
  return (
    (parent.kind ?? 'Gateway') === 'Gateway' &&
    parent.name === gateway.metadata.name &&
    (parent.namespace ?? from) === gateway.metadata.namespace &&
    (parent.port ?? listener.port) === listener.port &&
    (parent.sectionName ?? listener.name) === listener.name &&
    (allowed !== 'Same' || from === gateway.metadata.namespace)
  );
}

function covers(pattern: string | undefined, name: string): boolean {
  const host = name.toLowerCase();
  if (!pattern) return true;
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** Without a wildcard first, then the longest. */
function byHost(a: string, b: string): number {
  const isWild = (host: string) => Number(host === '' || host.startsWith('*'));
  return isWild(a) - isWild(b) || b.length - a.length;
}

function byPrecedence(a: Candidate, b: Candidate): number {
  const [first, second] = [rank(a.match), rank(b.match)];
  const differences = first.map((value, at) => value - (second[at] ?? 0));
  const nameOf = ({ route }: Candidate) => `${route.metadata.namespace}/${route.metadata.name}`;
  const byName = nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0;
  return byHost(a.host, b.host) || differences.find((difference) => difference !== 0) || byName;
}

function rewrite({ urlRewrite }: Filter, match: HttpMatch, request: Request): Request {
  if (urlRewrite === undefined) return request;
  const { hostname, path } = urlRewrite;
  const hosted = hostname === undefined ? request : { ...request, host: hostname };
  if (path?.type === 'ReplaceFullPath') return withPath(hosted, path.replaceFullPath ?? '/');
  if (path === undefined) return hosted;
  const rest = pathOf(request).slice(withoutSlash(match.path?.value ?? '/').length);
  return withPath(hosted, withoutSlash(path.replacePrefixMatch ?? '') + rest || '/');
}
