import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { type Listened, listenersOf } from '../../../../routing/provider.ts';
import { orderedRoutes, type RouterRoute } from '../../../../routing/routes.ts';
import { regexSize } from '../../check/regex.ts';
import { reportFaults } from '../ingress/report-faults.ts';
import { proxyPorts } from '../layout.ts';
import { emptyProxy } from '../proxy.ts';
import { httpRouteOf } from '../route/http-route.ts';
import { reportMatch } from '../route/report-match.ts';
import { reportTargets } from '../route/report-targets.ts';
import { reportUnmet } from '../route/report-unmet.ts';

export function reportRouter(
  router: EntryOf<'VirtualRouter'>,
  _place: Place,
  directory: Directory,
  report: Report,
): void {
  reportRepeated(router, report);
  reportOwnPort(router, report);
  reportSize(router, report);
  reportRegexes(router, report);
  const listeners = listenersOf(directory, router);
  for (const route of orderedRoutes(router.content.spec)) {
    reportPort(route, listeners, report);
    reportMatch(route, report);
    reportTargets(directory, router, route, report);
    reportRoute(router, route, report);
    reportUnmet(route, report);
  }
}

/** The route as it is in the proxies of clients, which must not be refused for it. */
function reportRoute({ id }: EntryOf<'VirtualRouter'>, route: RouterRoute, report: Report): void {
  if (route.protocol === 'tcp' || report.differences.some(({ path }) => path.startsWith(route.path))) return;
  const routes = [
    httpRouteOf({ route, destinations: [{ id, node: undefined, port: 1, weight: 1 }] }, undefined),
  ];
  const table = { name: 'table', virtual_hosts: [{ name: 'host', domains: ['host'], routes }] };
  reportFaults({ ...emptyProxy, routes: [table] }, route.path, report);
}

function reportRepeated({ content }: EntryOf<'VirtualRouter'>, report: Report): void {
  const ports = (content.spec.listeners ?? []).map(({ portMapping }) => portMapping.port);
  const index = ports.findIndex((port, at) => ports.indexOf(port) < at);
  if (index > 0)
    report.refuse(
      `spec.listeners[${index}].portMapping.port`,
      'is also the port of an earlier listener',
      'one listener for each port',
    );
}

/** In each proxy, whose owner did not write the router: a few large ones would fill its ConfigMap. */
const maxRouteBytes = 100_000;

function reportSize({ id, content }: EntryOf<'VirtualRouter'>, report: Report): void {
  const bytes = orderedRoutes(content.spec).reduce((sum, route) => {
    const destinations = route.targets.map(({ weight }) => ({ id, node: undefined, port: 1, weight }));
    return sum + Buffer.byteLength(JSON.stringify(httpRouteOf({ route, destinations }, undefined)));
  }, 0);
  if (bytes > maxRouteBytes)
    report.refuse(
      'spec.routes',
      `they take ${bytes} bytes in the proxy of each caller; expected at most ${maxRouteBytes}`,
      'fewer routes, or several routers with a virtual service each',
    );
}

/** Instructions of the programs of all regular expressions: about 1 MB in each proxy. */
const maxInstructions = 65_536;

function reportRegexes({ content }: EntryOf<'VirtualRouter'>, report: Report): void {
  const all = orderedRoutes(content.spec).flatMap(({ match: { path, headers } }) => [
    ...(path?.kind === 'regex' ? [path.value] : []),
    ...headers.flatMap(({ match }) => match?.regex ?? []),
  ]);
  const size = all.reduce((sum, regex) => sum + regexSize(regex), 0);
  if (size > maxInstructions)
    report.refuse(
      'spec.routes',
      `their regular expressions have programs of ${size} instructions; expected at most ${maxInstructions}`,
      'fewer or simpler regular expressions',
    );
}

function reportOwnPort({ content }: EntryOf<'VirtualRouter'>, report: Report): void {
  for (const [index, { portMapping }] of (content.spec.listeners ?? []).entries())
    if (portMapping.port === proxyPorts.egress)
      report.refuse(
        `spec.listeners[${index}].portMapping.port`,
        'Envoy itself uses this port',
        'another port',
      );
}

function reportPort({ protocol, match, path }: RouterRoute, listeners: readonly Listened[], report: Report) {
  const ports = listeners.filter((each) => each.protocol === protocol).map(({ port }) => port);
  if (ports.length === 0)
    report.refuse(path, `the router has no listener of protocol ${protocol}`, 'such a listener');
  else if (match.port !== undefined && !ports.includes(match.port))
    report.refuse(
      `${path}.match.port`,
      `the router has no listener of protocol ${protocol} on port ${match.port}`,
      'the port of such a listener',
    );
}
