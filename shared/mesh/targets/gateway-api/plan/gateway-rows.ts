import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import { awsNameOf, type Directory } from '../../../plan/directory.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import { type GatewayRoute, gatewayRouteOf } from '../../../routing/gateway-routes.ts';
import { expanded, isCovered, type PathRewrite } from '../translate/expansion.ts';
import type { Match } from '../translate/match.ts';
import { isPlainPath, segmentsOf } from '../translate/path.ts';
import { matchOf } from '../translate/route-match.ts';
import { referred } from './backends.ts';
import { Findings } from './findings.ts';
import type { GatewayClass } from './gateway-class.ts';
import { limits } from './limits.ts';
import type { Report } from './report.ts';
import { type RouteRow, rowOf } from './route-tables.ts';
import { providerIn, type Served, servedBy } from './service-routes.ts';

/** A gateway route with what it does, before it is placed among the others. */
export interface PlannedRoute {
  readonly entry: EntryOf<'GatewayRoute'>;
  readonly findings: Findings;
  readonly protocol: GatewayRoute['protocol'];
  /** The ports of the gateway's listeners that serve it. */
  readonly ports: readonly number[];
  /** As in an HTTPRoute; undefined for all host names. */
  readonly host: string | undefined;
  readonly rows: readonly RouteRow[];
}

type Kind = GatewayClass['kind'];

export function plannedRoute(
  directory: Directory,
  entry: EntryOf<'GatewayRoute'>,
  gateway: EntryOf<'VirtualGateway'>,
  kind: Kind,
): PlannedRoute {
  const findings = new Findings(entry);
  const report = findings.reportOf(entry);
  const route = gatewayRouteOf(entry.content.spec);
  const ports = gateway.content.spec.listeners
    .map(({ portMapping }) => portMapping)
    .filter(({ port, protocol }) => protocol === route.protocol && (route.match.port ?? port) === port)
    .map(({ port }) => port);
  if (ports.length === 0) report.refuse(route.path, limits.gatewayProtocol);
  const host = hostOf(route, report);
  const rows = rowsOf({ directory, entry, findings, kind }, route);
  return { entry, findings, protocol: route.protocol, ports: [...new Set(ports)], host, rows };
}

function hostOf({ path, match: { hostname } }: GatewayRoute, report: Report): string | undefined {
  const { exact, suffix } = hostname ?? {};
  const at = `${path}.match.hostname`;
  if (suffix && !suffix.startsWith('.')) report.refuse(`${at}.suffix`, limits.hostnameSuffix);
  const host = exact ? exact.toLowerCase() : suffix ? `*${suffix.toLowerCase()}` : undefined;
  if (host !== undefined && !isHost(host)) report.refuse(`${at}.${exact ? 'exact' : 'suffix'}`, limits.host);
  return host;
}

function isHost(host: string): boolean {
  const isName = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host);
  return isName && host.length <= 253 && !/^[\d.]+$/.test(host);
}

interface Planning {
  readonly directory: Directory;
  readonly entry: EntryOf<'GatewayRoute'>;
  readonly findings: Findings;
  readonly kind: Kind;
}

function rowsOf(planning: Planning, route: GatewayRoute): readonly RouteRow[] {
  const { entry, findings, kind } = planning;
  const report = findings.reportOf(entry);
  const service = serviceOf(planning, route);
  const match = matchOf(route.match, { ...route, kind, report });
  const rewrite = pathRewriteOf(route, report);
  const segments = rewrite?.kind === 'prefix' ? segmentsOf(rewrite.prefix) : undefined;
  if (segments) report.differ(`${route.path}.match.prefix`, limits.prefix);
  if (service === undefined || match === null) return [];
  const host = hostRewriteOf(route, awsNameOf(service), report);
  const context = { match: segments ? { ...match, path: segments } : match, rewrite, host };
  const rows = expandedRows(planning, route, context, servedRoutes(planning, route, service));
  if (!rows.every(({ match: { path } }) => path.kind !== 'segments' || isPlainPath(path.value)))
    report.refuse(`${route.path}.match.prefix`, limits.path);
  return rows;
}

function serviceOf(search: Planning, { path, target }: GatewayRoute): EntryOf<'VirtualService'> | undefined {
  const { virtualServiceRef: reference, virtualServiceARN: arn } = target.virtualService;
  const field = `${path}.action.target.virtualService.virtualService`;
  return referred(search, 'VirtualService', search.entry, { reference, arn, path: field });
}

/** The routes at the port of the virtual service; none without a provider. */
function servedRoutes(
  search: Planning,
  route: GatewayRoute,
  service: EntryOf<'VirtualService'>,
): Served['routes'] {
  const { entry, findings, kind } = search;
  const provider = providerIn(search, service);
  if (provider === undefined) return [];
  const all = servedBy(search, service, provider, kind);
  const { port } = route.target;
  const same = all.filter(({ listener }) =>
    port ? listener.port === port : listener.protocol === route.protocol,
  );
  const [chosen, ...others] = port || all.length > 1 ? same : all;
  const path = `${route.path}.action.target`;
  if (chosen === undefined || others.length > 0) findings.reportOf(entry).refuse(`${path}.port`, limits.port);
  else if (
    chosen.listener.protocol === 'tcp' ||
    (route.protocol === 'grpc' && chosen.listener.protocol !== 'grpc')
  )
    findings.reportOf(entry).refuse(path, limits.protocol);
  return chosen?.routes ?? [];
}

function expandedRows(
  { entry, findings }: Planning,
  { path }: GatewayRoute,
  { match, rewrite, host }: { match: Match; rewrite: PathRewrite; host: string | undefined },
  routes: Served['routes'],
): readonly RouteRow[] {
  const object = objectNameText(entry.id);
  const rows = routes.flatMap((route) => {
    const found = expanded(match, rewrite, route.match);
    const limit = rewrite && route.match.path.kind === 'regex' ? limits.rewrittenRegex : limits.both;
    if (found === undefined) findings.reportOf(entry).refuse(`${path}.match`, limit);
    return (found ?? []).map((each) =>
      rowOf(each.match, { ...route.action, host, path: each.path }, object, `${object} (${route.label})`),
    );
  });
  // What no route takes must not go on to the next gateway route.
  return isCovered(match, rows) ? rows : [...rows, rowOf(match, { backends: [] }, object, object)];
}

function pathRewriteOf({ path, protocol, match, rewrite }: GatewayRoute, report: Report): PathRewrite {
  if (protocol === 'grpc') return undefined;
  if (rewrite?.path) return { kind: 'full', value: rewrite.path.exact };
  if (match.path?.kind !== 'prefix' || rewrite?.prefix?.defaultPrefix === 'DISABLED') return undefined;
  const { value: prefix } = match.path;
  const value = rewrite?.prefix?.value || '/';
  if (prefix === '/' && value !== '/')
    report.refuse(`${path}.action.rewrite.prefix.value`, limits.rootRewrite);
  return prefix === '/' ? undefined : { kind: 'prefix', prefix, value };
}

function hostRewriteOf(
  { path, protocol, rewrite }: GatewayRoute,
  name: string,
  report: Report,
): string | undefined {
  if (rewrite?.hostname?.defaultTargetHostname === 'DISABLED') return undefined;
  const at = `${path}.action.rewrite.hostname.defaultTargetHostname`;
  if (protocol === 'grpc') report.differ(at, limits.grpcRewriteHost);
  else if (!isHost(name.toLowerCase())) report.refuse(at, limits.rewriteHost);
  return protocol === 'grpc' ? undefined : name.toLowerCase();
}
