import type { Directory } from '../../../mesh/plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../mesh/plan/entry.ts';
import { backendsOf } from '../../../mesh/routing/backends.ts';
import { gatewayOf, gatewayRouteOf } from '../../../mesh/routing/gateway-routes.ts';
import { providerOf, referredTo } from '../../../mesh/routing/provider.ts';
import { orderedRoutes } from '../../../mesh/routing/routes.ts';
import { objectNameText } from '../../../model/records/mesh-claim.ts';
import type { Edge, RouteRow } from '../report.ts';
import { matchText } from './match-text.ts';

/** What leads where, and the routes as rows. */
export interface Connections {
  readonly edges: readonly Edge[];
  readonly routes: readonly RouteRow[];
}

/** Of the objects of one mesh. Objects that are invalid lead nowhere. */
export function connectionsOf(directory: Directory, entries: readonly Entry[]): Connections {
  const edges: Edge[] = [];
  const routes: RouteRow[] = [];
  for (const entry of entries) {
    const found = connectionsFrom(directory, entry);
    edges.push(...found.edges);
    routes.push(...found.routes);
  }
  return { edges: joined(edges), routes };
}

function connectionsFrom(directory: Directory, entry: Entry): Connections {
  if (isOfKind(entry, 'GatewayRoute')) return fromGatewayRoute(directory, entry);
  if (isOfKind(entry, 'VirtualRouter')) return fromRouter(directory, entry);
  if (isOfKind(entry, 'VirtualService')) {
    const provider = providerOf(directory, entry);
    const edges = provider === undefined ? [] : [edgeOf(entry, provider, 'provider')];
    return { edges, routes: [] };
  }
  if (!isOfKind(entry, 'VirtualNode')) return { edges: [], routes: [] };
  const backends = backendsOf(directory, entry).map(({ service }) => edgeOf(entry, service, 'backend'));
  return { edges: backends, routes: [] };
}

function fromGatewayRoute(directory: Directory, entry: EntryOf<'GatewayRoute'>): Connections {
  const gateway = gatewayOf(directory, entry);
  const { match, target, protocol } = gatewayRouteOf(entry.content.spec);
  const service = referredTo(directory, 'VirtualService', entry, target.virtualService.virtualServiceRef);
  if (gateway === undefined || service === undefined) return { edges: [], routes: [] };
  const row = {
    ...{ at: nameOf(gateway), name: nameOf(entry), protocol, match: matchText(match) },
    targets: [{ name: nameOf(service) }],
  };
  return { edges: [edgeOf(gateway, service, 'gateway route')], routes: [row] };
}

function fromRouter(directory: Directory, entry: EntryOf<'VirtualRouter'>): Connections {
  const edges: Edge[] = [];
  const routes = orderedRoutes(entry.content.spec).map(({ name, protocol, match, targets }): RouteRow => {
    const sum = targets.reduce((all, { weight }) => all + weight, 0);
    const shares = targets.map((target) => {
      const node = referredTo(directory, 'VirtualNode', entry, target.virtualNodeRef);
      const percent = (100 * target.weight) / sum;
      if (node)
        edges.push({ ...edgeOf(entry, node, 'route'), labels: [percentText(percent)], weight: percent });
      return { name: node ? nameOf(node) : unknownTarget(target), percent };
    });
    return { at: nameOf(entry), name, protocol, match: matchText(match), targets: shares };
  });
  return { edges, routes };
}

interface Target {
  readonly virtualNodeARN?: string | null | undefined;
  readonly virtualNodeRef?:
    | { readonly name: string; readonly namespace?: string | null | undefined }
    | null
    | undefined;
}

function unknownTarget({ virtualNodeARN, virtualNodeRef }: Target): string {
  return virtualNodeARN ?? `VirtualNode ${virtualNodeRef?.name ?? '?'} (not found)`;
}

/** Without needless digits: `33.3 %`. */
function percentText(percent: number): string {
  return `${Number(percent.toFixed(1))} %`;
}

export function nameOf({ id }: Entry): string {
  return objectNameText(id);
}

function edgeOf(from: Entry, to: Entry, kind: Edge['kind']): Edge {
  return { from: nameOf(from), to: nameOf(to), kind, labels: [] };
}

/** One edge for all routes between the same two objects. */
function joined(edges: readonly Edge[]): readonly Edge[] {
  const groups = Map.groupBy(edges, ({ from, to, kind }) => JSON.stringify([from, to, kind]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const weights = group.flatMap(({ weight }) => weight ?? []);
    const labels = [...new Set(group.flatMap((edge) => edge.labels))];
    return [{ ...first, labels, ...(weights.length > 0 && { weight: Math.max(...weights) }) }];
  });
}
