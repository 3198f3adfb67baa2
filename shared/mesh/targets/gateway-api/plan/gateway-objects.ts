import { createHash } from 'node:crypto';
import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { Directory } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import { perObject } from '../../../plan/per-directory.ts';
import { gatewayOf, orderedGatewayRoutes } from '../../../routing/gateway-routes.ts';
import { gatewaySection, gatewaySpec, routeKind } from '../translate/gateway.ts';
import { Findings } from './findings.ts';
import type { GatewayClass } from './gateway-class.ts';
import { type PlannedRoute, plannedRoute } from './gateway-rows.ts';
import { limits } from './limits.ts';
import { labelOf, resourceNamed } from './object-name.ts';
import { type PlannedObject, withGrants } from './planned.ts';
import { orderLimit, rulesOf, type Table, tableOf } from './route-tables.ts';

/** The Gateway of a virtual gateway. */
export function gatewayObjects(
  gateway: EntryOf<'VirtualGateway'>,
  { name }: GatewayClass,
): readonly PlannedObject[] {
  return [
    { resource: gatewayResource(gateway), spec: gatewaySpec(name, gateway.content.spec), refersTo: [] },
  ];
}

function gatewayResource({ id: { namespace, name } }: Entry): ObjectResource {
  return resourceNamed('Gateway', namespace, labelOf(name, 50));
}

/** All rows of a gateway at one port for one host name, in which the rows of each gateway route are. */
interface HostTable extends Table {
  readonly port: number;
  readonly host: string | undefined;
}

interface GatewayPlan {
  readonly routes: ReadonlyMap<Entry, PlannedRoute>;
  readonly tables: readonly HostTable[];
}

/** Plans gateway routes. The plan of one is part of that of all routes of its gateway, which is made once for a directory. */
export function gatewayRoutePlanner({ kind }: GatewayClass) {
  const once = perObject<Entry, GatewayPlan>();
  return (directory: Directory, entry: EntryOf<'GatewayRoute'>) => {
    const gateway = gatewayOf(directory, entry);
    if (gateway === undefined) return { objects: [], findings: invalidGateway(entry) };
    const { routes, tables } = once(directory, gateway, () => newPlan(directory, gateway, kind));
    const route = routes.get(entry) ?? plannedRoute(directory, entry, gateway, kind);
    return { objects: objectsOf(route, gateway, tables), findings: route.findings };
  };
}

function invalidGateway(entry: EntryOf<'GatewayRoute'>): Findings {
  const findings = new Findings(entry);
  findings.reportOf(entry).refuse('spec.virtualGatewayRef', limits.invalid);
  return findings;
}

function newPlan(
  directory: Directory,
  gateway: EntryOf<'VirtualGateway'>,
  kind: GatewayClass['kind'],
): GatewayPlan {
  const routes = orderedGatewayRoutes(directory, gateway).flatMap((entry) =>
    isOfKind(entry, 'GatewayRoute') ? [plannedRoute(directory, entry, gateway, kind)] : [],
  );
  return { routes: new Map(routes.map((route) => [route.entry, route])), tables: tablesOf(routes, kind) };
}

/** Without the routes that are refused. One that comes second in a conflict is refused, too. */
function tablesOf(all: readonly PlannedRoute[], kind: GatewayClass['kind']): readonly HostTable[] {
  const routes = all.filter(({ findings }) => !findings.isRefused);
  const ports = [...new Set(routes.flatMap((route) => route.ports))];
  const tables = ports.flatMap((port) => {
    const those = routes.filter((route) => route.ports.includes(port));
    return [...new Set(those.map(({ host }) => host))].map((host) => tableFor(those, { port, host }, kind));
  });
  const conflicts = tables.flatMap((table) => table.conflicts);
  if (conflicts.length === 0) return tables;
  for (const conflict of conflicts) {
    const { entry, findings } =
      routes.find(({ entry: { id } }) => objectNameText(id) === conflict.second.object) ?? {};
    if (entry && findings) findings.reportOf(entry).refuse('spec.priority', orderLimit(conflict));
  }
  return tablesOf(routes, kind);
}

/**
 * All routes whose host names include this one: an implementation may try only the routes of the most specific host name.
 */
function tableFor(
  routes: readonly PlannedRoute[],
  place: { readonly port: number; readonly host: string | undefined },
  kind: GatewayClass['kind'],
): HostTable {
  const those = routes.filter(({ host }) => includes(host, place.host));
  const rows = those.flatMap((route) => route.rows);
  return { ...place, ...tableOf(rows, those[0]?.protocol ?? 'http', kind) };
}

function includes(outer: string | undefined, inner: string | undefined): boolean {
  if (outer === undefined || outer === inner) return true;
  return outer.startsWith('*') && inner?.endsWith(outer.slice(1)) === true;
}

function objectsOf(
  { entry, findings, protocol, host: ownHost }: PlannedRoute,
  gateway: Entry,
  tables: readonly HostTable[],
): readonly PlannedObject[] {
  const object = objectNameText(entry.id);
  const { namespace, name } = entry.id;
  return tables.flatMap(({ port, host, ...table }) => {
    const rows = table.rows.filter((row) => row.object === object);
    if (rows.length === 0) return [];
    const rules = rulesOf(rows, table, protocol, namespace);
    if (rules === undefined) findings.reportOf(entry).refuse('spec', limits.rules);
    const full = ['gateway-route', name, port, ...(host === ownHost ? [] : [digestOf(host)])].join('-');
    const parent = gatewayResource(gateway);
    const parentRef = {
      ...{ group: parent.group, kind: parent.kind, namespace: parent.namespace, name: parent.name },
      sectionName: gatewaySection(port),
    };
    const spec = {
      parentRefs: [parentRef],
      ...(host !== undefined && { hostnames: [host] }),
      rules: rules ?? [],
    };
    const resource = resourceNamed(routeKind(protocol), namespace, labelOf(full, 253));
    return withGrants(
      { resource, spec },
      rows.map(({ action }) => action),
      [objectResourceKey(parent)],
    );
  });
}

function digestOf(host: string | undefined): string {
  return createHash('sha256')
    .update(host ?? '')
    .digest('hex')
    .slice(0, 8);
}
