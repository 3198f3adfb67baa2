import type { Directory, Place } from '../../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { type GatewayRoute, gatewayRouteOf } from '../../../../routing/gateway-routes.ts';
import { listenersOf, providerOf } from '../../../../routing/provider.ts';
import { envoyRoutes } from '../gateway/routes.ts';
import { isCalled, serviceOf, targetOf } from '../gateway/target.ts';
import { emptyProxy } from '../proxy.ts';
import { reportMatch } from '../route/report-match.ts';
import { reportRewrite, reportUnmet } from '../route/report-unmet.ts';
import { reportFaults } from './report-faults.ts';

/** What of a gateway route Envoy cannot express. */
export function reportGatewayRoute(
  entry: EntryOf<'GatewayRoute'>,
  { gateway }: Place,
  directory: Directory,
  report: Report,
): void {
  const route = gatewayRouteOf(entry.content.spec);
  if (gateway && isOfKind(gateway, 'VirtualGateway')) reportPort(route, gateway, report);
  reportMatch(route, report);
  reportPaths(route, report);
  reportTarget(entry, route, directory, report);
  // Of one route that Envoy refuses it would drop the whole table of the gateway.
  if (report.differences.length === 0) reportFaults(tableOf(entry, route, directory), route.path, report);
  if (report.differences.some(({ effect }) => effect === 'refused')) return;
  reportUnmet(route, report);
  reportRewrite(route, report);
}

function tableOf(entry: Entry, route: GatewayRoute, directory: Directory) {
  const target = targetOf(directory, entry, route, () => false);
  const routes = envoyRoutes({ entry, route, target }, 0);
  return {
    ...emptyProxy,
    routes: [{ name: 'gateway', virtual_hosts: [{ name: 'gateway', domains: ['*'], routes }] }],
  };
}

function reportPort(
  { protocol, match, path }: GatewayRoute,
  { content }: EntryOf<'VirtualGateway'>,
  report: Report,
): void {
  const ports = content.spec.listeners
    .map(({ portMapping }) => portMapping)
    .filter((each) => each.protocol === protocol)
    .map(({ port }) => port);
  if (ports.length === 0)
    report.refuse(path, `the gateway has no listener of protocol ${protocol}`, 'such a listener');
  else if (match.port !== undefined && !ports.includes(match.port))
    report.refuse(`${path}.match.port`, `is no port of a listener of ${protocol}`, 'the port of a listener');
}

/** App Mesh kept these for itself. */
const reserved = /^\/aws-app-?mesh/;

function reportPaths({ match, path, rewrite }: GatewayRoute, report: Report): void {
  if (match.path?.kind === 'prefix' && reserved.test(match.path.value))
    report.refuse(`${path}.match.prefix`, 'App Mesh reserves this prefix', 'another one');
  if (rewrite?.prefix && match.path?.kind !== 'prefix')
    report.refuse(
      `${path}.action.rewrite.prefix`,
      'there is no prefix in the match that it could replace',
      'match.prefix: /',
    );
}

function reportTarget(
  entry: EntryOf<'GatewayRoute'>,
  { target, path }: GatewayRoute,
  directory: Directory,
  report: Report,
): void {
  const at = `${path}.action.target`;
  if (target.virtualService.virtualServiceARN)
    report.refuse(
      `${at}.virtualService.virtualServiceARN`,
      'it names a resource of App Mesh',
      'virtualServiceRef: a reference to the object',
    );
  const service = serviceOf(directory, entry, target);
  const provider = service && providerOf(directory, service);
  if (provider === undefined) return;
  const listeners = listenersOf(directory, provider);
  const found = listeners.find(({ port }) => port === target.port);
  const ports = listeners.filter(isCalled).map(({ port }) => port);
  if (target.port && !found)
    report.refuse(`${at}.port`, 'is no port of the virtual service', `one of ${ports.join(', ')}`);
  else if (!target.port && listeners.length > 1)
    report.refuse(`${at}.port`, 'the virtual service has several ports', `one of ${ports.join(', ')}`);
  else if (listeners.length > 0 && !isCalled(found ?? listeners[0] ?? { port: 0, protocol: 'tcp' }))
    report.refuse(at, 'leads to a port of protocol tcp', 'a port of HTTP or gRPC');
}
