import { objectNameText } from '../../../model/records/mesh-claim.ts';
import type { Directory } from '../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../plan/entry.ts';
import { listenersOf, providerOf } from '../provider.ts';
import { orderedRoutes, type RouterRoute } from '../routes.ts';
import { listenerTimeoutMs, requestTimeoutMs, retriesOf } from '../timing.ts';
import { consider } from './consider.ts';
import type { EvaluatedTimeout, Evaluation } from './evaluation.ts';
import { type MeshRequest, pathOf } from './request.ts';
import { evaluatedTargets, type Targeted, targetPort } from './targets.ts';

/** What the answer of a virtual service adds to an evaluation. */
export type Served = Pick<Evaluation, 'outcome' | 'reason'> &
  Partial<Pick<Evaluation, 'provider' | 'routes' | 'targets' | 'sent' | 'timeouts' | 'retries'>>;

/** What a virtual service does with a request to one of its ports. */
export function serve(
  directory: Directory,
  service: EntryOf<'VirtualService'>,
  request: MeshRequest,
): Served {
  const provider = providerOf(directory, service);
  const name = objectNameText(service.id);
  if (provider === undefined) return withoutProvider(service, name);
  const listener = listenersOf(directory, provider).find(({ port }) => port === request.port);
  const text = `port ${request.port} of ${objectNameText(provider.id)}`;
  if (listener === undefined)
    return { provider: provider.id, outcome: 'NoListener', reason: `${text} has no listener` };
  if (isOfKind(provider, 'VirtualNode')) return byNode(provider, listener.protocol, request);
  const routes = orderedRoutes(provider.content.spec);
  const listening = { protocol: listener.protocol, listener: text };
  const { taken, undecided, considered } = consider(routes, request, listening);
  const found = { provider: provider.id, routes: considered };
  if (undecided)
    return {
      ...found,
      outcome: 'NotEvaluated',
      reason: `${objectNameText(provider.id)}, route ${undecided}`,
    };
  if (taken === undefined)
    return {
      ...found,
      outcome: listener.protocol === 'tcp' ? 'NoTcpRoute' : 'NoRoute',
      reason:
        routes.length === 0
          ? `${objectNameText(provider.id)} has no route: ${closed(listener.protocol)}`
          : `no route of ${objectNameText(provider.id)} takes the request: ${closed(listener.protocol)}`,
    };
  return { ...found, ...byRoute(directory, provider, taken, request) };
}

/** What a client sees. */
export const notFound = 'the answer is 404 (response flag NR)';

function closed(protocol: string): string {
  return protocol === 'tcp' ? 'the connection is closed' : notFound;
}

function withoutProvider({ content: { spec } }: EntryOf<'VirtualService'>, name: string): Served {
  const { virtualNode, virtualRouter } = spec.provider ?? {};
  const arn = virtualNode?.virtualNodeARN ?? virtualRouter?.virtualRouterARN;
  if (arn)
    return { outcome: 'NotKnown', reason: `the provider of ${name} is ${arn}, which no manifest describes` };
  if (spec.provider)
    return {
      outcome: 'NotKnown',
      reason: `the provider of ${name} is missing or invalid, so its last valid routes stay`,
    };
  return { outcome: 'NoProvider', reason: `${name} has no provider: ${notFound}` };
}

function byNode(node: EntryOf<'VirtualNode'>, protocol: string, request: MeshRequest): Served {
  const target = { node, name: objectNameText(node.id), weight: 1, port: request.port };
  const hop = { of: 'the virtual service', milliseconds: requestTimeoutMs(undefined), isDefault: true };
  return {
    provider: node.id,
    outcome: 'Routed',
    reason: `${target.name} is the provider of the virtual service`,
    targets: evaluatedTargets([target]),
    ...(protocol !== 'tcp' && {
      sent: { host: request.host, path: request.path },
      timeouts: [hop, ...timeoutsOf([target])],
      retries: { ...retriesOf(undefined), isDefault: true },
    }),
  };
}

function byRoute(
  directory: Directory,
  router: EntryOf<'VirtualRouter'>,
  route: RouterRoute,
  request: MeshRequest,
): Served {
  const targets = targetsOf(directory, router, route);
  const of = `route "${route.name}" of ${objectNameText(router.id)}`;
  const isTcp = route.protocol === 'tcp';
  return {
    outcome: 'Routed',
    reason: isTcp ? `${of} takes all connections` : `${of} takes ${request.method} ${pathOf(request)}`,
    targets: evaluatedTargets(targets),
    ...(!isTcp && {
      sent: { host: request.host, path: request.path },
      timeouts: [routeTimeout(of, route), ...timeoutsOf(targets)],
      retries: { ...retriesOf(route.retryPolicy), isDefault: !route.retryPolicy },
    }),
  };
}

function targetsOf(
  directory: Directory,
  router: EntryOf<'VirtualRouter'>,
  route: RouterRoute,
): readonly Targeted[] {
  return route.targets.map(({ virtualNodeRef: reference, virtualNodeARN, weight, port }) => {
    if (!reference) return { name: virtualNodeARN ?? '', weight, port: port ?? undefined, node: undefined };
    const id = {
      kind: 'VirtualNode' as const,
      name: reference.name,
      namespace: reference.namespace ?? router.id.namespace,
    };
    const entry = directory.find('VirtualNode', id);
    const node = entry && isOfKind(entry, 'VirtualNode') ? entry : undefined;
    return { name: objectNameText(id), weight, port: targetPort(node, port), node };
  });
}

function routeTimeout(of: string, { timeout }: RouterRoute): EvaluatedTimeout {
  const perRequest = timeout && 'perRequest' in timeout ? timeout.perRequest : undefined;
  return { of, milliseconds: finite(requestTimeoutMs(perRequest)), isDefault: !perRequest };
}

function finite(milliseconds: number): number | null {
  return Number.isFinite(milliseconds) ? milliseconds : null;
}

/** Of the listeners of the targets. */
function timeoutsOf(targets: readonly Targeted[]): readonly EvaluatedTimeout[] {
  const all = targets.flatMap(({ node, port, name, weight }): readonly EvaluatedTimeout[] => {
    if (node === undefined || port === undefined || weight === 0) return [];
    const { timeout } =
      node.content.spec.listeners?.find(({ portMapping }) => portMapping.port === port) ?? {};
    const isDefault = !(timeout?.http ?? timeout?.http2 ?? timeout?.grpc)?.perRequest;
    return [
      {
        of: `listener ${port} of ${name}`,
        milliseconds: finite(listenerTimeoutMs(node.content.spec, port)),
        isDefault,
      },
    ];
  });
  return [...new Map(all.map((each) => [each.of, each])).values()];
}
