import { awsNameOf, type Directory } from '../../../shared/mesh/plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../shared/mesh/plan/entry.ts';
import { backendsOf } from '../../../shared/mesh/routing/backends.ts';
import { evaluate } from '../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { EvaluatedTarget } from '../../../shared/mesh/routing/evaluate/evaluation.ts';
import type { MeshRequest } from '../../../shared/mesh/routing/evaluate/request.ts';
import { gatewayRouteOf, orderedGatewayRoutes } from '../../../shared/mesh/routing/gateway-routes.ts';
import type { RequestMatch } from '../../../shared/mesh/routing/match.ts';
import { listenersOf, providerOf, referredTo } from '../../../shared/mesh/routing/provider.ts';
import { orderedRoutes } from '../../../shared/mesh/routing/routes.ts';

/** One that has each header once. */
type SimpleRequest = MeshRequest & { readonly headers: Readonly<Record<string, string>> };

/** A request to try, and where it goes by the mesh objects. */
export interface ShownRequest {
  readonly request: SimpleRequest;
  readonly targets: readonly EvaluatedTarget[];
}

type Sender = EntryOf<'VirtualNode'> | EntryOf<'VirtualGateway'>;

/** The paths that a virtual node's pods answer: `VirtualNode shop/blue` → `/id`. None if they answer any. */
export type PathsOf = (node: string) => readonly string[];

/** A plain GET for each route that a virtual node or gateway can take, in the order of the routes. */
export function requestsOf(directory: Directory, sender: Sender, pathsOf: PathsOf): readonly ShownRequest[] {
  const candidates = isOfKind(sender, 'VirtualNode')
    ? backendsOf(directory, sender).flatMap(({ service }) => ofService(directory, sender, service))
    : isOfKind(sender, 'VirtualGateway')
      ? ofGateway(directory, sender)
      : [];
  const shown = candidates.flatMap((request) =>
    [request, ...longer(directory, request, pathsOf)].flatMap((each) => shownOf(directory, each)),
  );
  const answered = shown.filter(({ request, targets }) => isAnswered(request, targets, pathsOf));
  return [...new Map(answered.map((each) => [JSON.stringify(each.request), each])).values()];
}

function shownOf(directory: Directory, request: SimpleRequest): readonly ShownRequest[] {
  const { outcome, targets } = evaluate(directory, request);
  return outcome === 'Routed' ? [{ request, targets: targets.filter(({ weight }) => weight > 0) }] : [];
}

/** A path that ends with `/` may be one of several, of which the targets answer some. */
function longer(directory: Directory, request: SimpleRequest, pathsOf: PathsOf): readonly SimpleRequest[] {
  if (!request.path.endsWith('/')) return [];
  const targets = shownOf(directory, request).flatMap((shown) => shown.targets);
  const paths = targets.flatMap(({ node }) => pathsOf(node));
  return paths.map((path) => ({ ...request, path: request.path + path.slice(1) }));
}

function isAnswered({ path }: SimpleRequest, targets: ShownRequest['targets'], pathsOf: PathsOf): boolean {
  const paths = targets.flatMap(({ node }) => pathsOf(node));
  return !path.endsWith('/') || paths.length === 0;
}

function ofService(
  directory: Directory,
  sender: Sender,
  service: EntryOf<'VirtualService'>,
): readonly SimpleRequest[] {
  const provider = providerOf(directory, service);
  if (provider === undefined) return [];
  const ports = listenersOf(directory, provider).filter(({ protocol }) => protocol === 'http');
  return ports.flatMap(({ port }) =>
    matchesOf(directory, service).map((match) =>
      requestOf(sender, { host: `${awsNameOf(service)}:${port}`, port }, match),
    ),
  );
}

/** Those of the routes of its router; of a node, any request. */
function matchesOf(directory: Directory, service: EntryOf<'VirtualService'>): readonly RequestMatch[] {
  const provider = providerOf(directory, service);
  if (provider === undefined || !isOfKind(provider, 'VirtualRouter')) return [anything];
  return orderedRoutes(provider.content.spec).map(({ match }) => match);
}

const anything: RequestMatch = { path: undefined, headers: [], queryParameters: [] };

function ofGateway(directory: Directory, gateway: EntryOf<'VirtualGateway'>): readonly SimpleRequest[] {
  const ports = gateway.content.spec.listeners.map(({ portMapping }) => portMapping);
  return ports
    .filter(({ protocol }) => protocol === 'http')
    .flatMap(({ port }) =>
      orderedGatewayRoutes(directory, gateway).flatMap((entry) => {
        if (!isOfKind(entry, 'GatewayRoute')) return [];
        const { match, target } = gatewayRouteOf(entry.content.spec);
        const reference = target.virtualService.virtualServiceRef;
        const service = referredTo(directory, 'VirtualService', entry, reference);
        const inner = service ? matchesOf(directory, service) : [];
        return inner.map((each) => requestOf(gateway, { host: hostOf(match), port }, both(match, each)));
      }),
    );
}

function hostOf({ hostname }: RequestMatch): string {
  if (hostname?.exact) return hostname.exact;
  return hostname?.suffix ? `www${hostname.suffix}` : '';
}

/** The prefix of a gateway route is replaced by `/` before the router sees the path. */
function both(outer: RequestMatch, inner: RequestMatch): RequestMatch {
  const path = `${pathIn(outer).replace(/\/$/, '')}${pathIn(inner)}`;
  return { ...inner, headers: [...outer.headers, ...inner.headers], path: { kind: 'exact', value: path } };
}

function pathIn({ path }: RequestMatch): string {
  return path === undefined || path.kind === 'regex' ? '/' : path.value;
}

function requestOf(
  { id, content: { kind } }: Sender,
  to: Pick<SimpleRequest, 'host' | 'port'>,
  match: RequestMatch,
): SimpleRequest {
  const exact = match.headers.filter(({ match: value, invert }) => value?.exact && !invert);
  const headers = Object.fromEntries(
    exact.map(({ name, match: value }) => [name.toLowerCase(), value?.exact ?? '']),
  );
  const query = match.queryParameters.map(({ name, match: value }) => `${name}=${value?.exact ?? ''}`);
  const path = [pathIn(match), ...(query.length > 0 ? [query.join('&')] : [])].join('?');
  return { from: { ...id, kind }, ...to, scheme: 'http', method: 'GET', path, headers };
}
