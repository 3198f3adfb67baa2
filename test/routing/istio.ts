import { type IstioMatch, isCatchAll, isFor, matches, type Place } from './istio-match.ts';
import type { Found, GatewaySpec, HttpRoute, Rewrite, VirtualServiceSpec, Weighted } from './istio-specs.ts';
import { type Registered, registered } from './registry.ts';
import { type Choice, type Manifest, pathOf, type Request, shares, withPath } from './request.ts';

/** What Istio does with a request, by its documentation and, where that says nothing, by pilot's code. */
export class Istio {
  readonly #services: readonly Found<VirtualServiceSpec>[];
  readonly #gateways: readonly Found<GatewaySpec>[];
  readonly #registry: readonly Registered[];

  /** @param objects Istio's, and the Services of Kubernetes that they mean. */
  constructor(objects: readonly Manifest[]) {
    this.#services = ofKind<VirtualServiceSpec>(objects, 'VirtualService');
    this.#gateways = ofKind<GatewaySpec>(
      objects.filter(({ apiVersion }) => apiVersion?.startsWith('networking.istio.io/') !== false),
      'Gateway',
    );
    this.#registry = objects.flatMap(registered);
  }

  /** A request of a pod with a sidecar. */
  fromPod(request: Request, namespace: string): Choice {
    const place: Place = { gateway: 'mesh', port: request.port, namespace };
    const found = this.#registered(request.host, request.port);
    const services = this.#services.filter(
      ({ spec }) =>
        (spec.gateways ?? ['mesh']).includes('mesh') &&
        (spec.hosts ?? []).some((host) => isHost(host, request.host)),
    );
    // A host that is in no registry is served on port 80 only.
    if (found === undefined && (this.#isRegistered(request.host) || request.port !== 80)) return undefined;
    if (services.length > 1)
      throw new Error(`${services.map(nameOf).join(', ')} have the host ${request.host}`);
    const [service] = services;
    if (request.protocol === 'tcp') return this.#tcp(service, request) ?? direct(found, request);
    // A service without a route for this port is as none.
    const matched = service ? this.#matched(service, place) : [];
    return matched.length > 0 ? this.#http(matched, request) : direct(found, request);
  }

  /** A request to a port of the gateway's pods, which have the labels. */
  fromGateway(labels: Readonly<Record<string, string>>, request: Request): Choice {
    const gateways = this.#gateways.filter(
      ({ spec }) =>
        Object.entries(spec.selector ?? {}).every(([key, value]) => labels[key] === value) &&
        spec.servers.some(
          ({ port, hosts }) =>
            port.number === request.port && hosts.some((host) => isHost(hostIn(host), request.host)),
        ),
    );
    const names = new Set(gateways.flatMap(({ metadata }) => [`${metadata.namespace}/${metadata.name}`]));
    const place = { port: request.port, namespace: '' };
    const bound = this.#services.flatMap((service) => {
      const by = (service.spec.gateways ?? []).map((name) =>
        name.includes('/') ? name : `${service.metadata.namespace}/${name}`,
      );
      const gateway = by.find((name) => names.has(name));
      const hosts = (service.spec.hosts ?? []).filter((host) => isHost(host, request.host));
      const matched = gateway === undefined ? [] : this.#matched(service, { ...place, gateway });
      return matched.length === 0 ? [] : hosts.map((host) => ({ service, matched, host }));
    });
    const best = bound.map(({ host }) => host).sort(bySpecificity)[0];
    const chosen = bound
      .filter(({ host }) => host === best)
      .sort((a, b) => (nameOf(a.service) < nameOf(b.service) ? -1 : 1));
    return this.#http(
      chosen.flatMap(({ matched }) => matched),
      request,
    );
  }

  #matched(service: Found<VirtualServiceSpec>, place: Place): readonly Matched[] {
    return untilCatchAll(this.#routesOf(service).flatMap(matchesOf), place);
  }

  #http(matched: readonly Matched[], request: Request): Choice {
    // Pilot moves what takes every request to the end, which matters if there are several services.
    const sorted = [...matched].sort((a, b) => Number(isCatchAll(a.match)) - Number(isCatchAll(b.match)));
    const found = sorted.find(({ match }) => matches(match, request));
    if (found === undefined || found.route.directResponse || found.route.redirect) return undefined;
    const rewritten = rewrite(found.route.rewrite, found.match, request);
    return this.#choice(found.route.route ?? [], rewritten, found.route.namespace);
  }

  /** With the routes of the services that it delegates to in their place. */
  #routesOf({ spec, metadata }: Found<VirtualServiceSpec>): readonly RouteOf[] {
    return (spec.http ?? []).flatMap((route) => {
      const { namespace = metadata.namespace } = metadata;
      if (route.delegate === undefined) return [{ ...route, namespace }];
      const wanted = `${route.delegate.namespace ?? namespace}/${route.delegate.name}`;
      const delegate = this.#services.find((each) => nameOf(each) === wanted);
      const hasConditions = (route.match ?? []).some((match) =>
        Object.keys(match).some((key) => key !== 'statPrefix'),
      );
      if (hasConditions || (delegate?.spec.hosts ?? []).length > 0)
        throw new Error(`${wanted} is not a delegate of all requests`);
      // Without it, Istio leaves the route out.
      return delegate === undefined ? [] : this.#routesOf(delegate);
    });
  }

  /** A service without a route of TCP for this port is as none. */
  #tcp(service: Found<VirtualServiceSpec> | undefined, request: Request): Choice {
    const route = (service?.spec.tcp ?? []).find(
      ({ match }) => !match || match.some(({ port }) => port === undefined || port === request.port),
    );
    return route && this.#choice(route.route, request, service?.metadata.namespace);
  }

  #choice(route: readonly Weighted[], request: Request, namespace: string | undefined): Choice {
    const weighted = route.map(({ destination, weight = route.length === 1 ? 1 : 0 }) => {
      const host = fullName(destination.host, namespace);
      const port = destination.port?.number ?? this.#portOf(host, request.port);
      const found = this.#registered(host, port);
      // A destination that is in no registry is a cluster that does not exist: 503.
      if (found === undefined && weight > 0) throw new Error(`${host}:${port} is not in the registry`);
      return { host: found?.backend ?? host, port, weight };
    });
    return { destinations: shares(weighted), path: request.path, host: request.host };
  }

  /** Without a port in the destination: the only port of its service, else the request's. */
  #portOf(host: string, port: number): number {
    const ports = this.#registry.filter((each) => each.host === host);
    return (ports.length === 1 ? ports[0]?.port : undefined) ?? port;
  }

  #isRegistered(host: string): boolean {
    return this.#registry.some((each) => isHost(each.host, host));
  }

  #registered(host: string, port: number): Registered | undefined {
    return this.#registry.find((each) => isHost(each.host, host) && each.port === port);
  }
}

function ofKind<Spec>(objects: readonly Manifest[], kind: string): readonly Found<Spec>[] {
  return objects.filter((each) => each.kind === kind) as readonly Found<Spec>[];
}

function nameOf({ metadata }: Manifest): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** A short name is one of a Service in the object's own namespace. */
function fullName(host: string, namespace: string | undefined): string {
  return host.includes('.') ? host : `${host}.${namespace}.svc.cluster.local`;
}

function isHost(pattern: string, host: string): boolean {
  const [wanted, actual] = [pattern.toLowerCase(), host.toLowerCase()];
  return wanted.startsWith('*') ? actual.endsWith(wanted.slice(1)) : wanted === actual;
}

/** A server's host may begin with a namespace. */
function hostIn(host: string): string {
  return host.slice(host.indexOf('/') + 1);
}

/** Whole names first, then the longest suffix. */
function bySpecificity(a: string, b: string): number {
  return Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length;
}

type RouteOf = HttpRoute & { readonly namespace?: string | undefined };
interface Matched {
  readonly match: IstioMatch;
  readonly route: RouteOf;
}

function matchesOf(route: RouteOf): readonly Matched[] {
  return (route.match ?? [{}]).map((match) => ({ match, route }));
}

/** Of the matches that are for this place, those before the first that takes every request, and that one. */
function untilCatchAll(all: readonly Matched[], place: Place): readonly Matched[] {
  const here = all.filter(({ match }) => isFor(match, place));
  const at = here.findIndex(({ match }) => isCatchAll(match));
  return at === -1 ? here : here.slice(0, at + 1);
}

/** Without a virtual service, the request goes to the host itself. */
function direct(found: Registered | undefined, request: Request): Choice {
  if (found === undefined) return undefined;
  const { backend, port } = found;
  return { destinations: [{ host: backend, port, share: 1 }], path: request.path, host: request.host };
}

function rewrite(to: Rewrite | undefined, match: IstioMatch, request: Request): Request {
  const hosted = to?.authority === undefined ? request : { ...request, host: to.authority };
  const path = pathOf(request);
  if (to?.uriRegexRewrite) {
    const { match: regex, rewrite: by } = to.uriRegexRewrite;
    return withPath(
      hosted,
      path.replace(new RegExp(regex, 'g'), by.replaceAll('$', '$$$$').replace(/\\(\d)/g, '$$$1')),
    );
  }
  if (to?.uri === undefined) return hosted;
  // Envoy replaces what matched: the prefix, or the whole path.
  const matched = match.uri === undefined ? '/' : (match.uri.prefix ?? path);
  return withPath(hosted, to.uri + path.slice(matched.length));
}
