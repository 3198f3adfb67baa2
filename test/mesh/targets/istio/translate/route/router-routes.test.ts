import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../../shared/mesh/plan/report.ts';
import { listenersOf } from '../../../../../../shared/mesh/routing/provider.ts';
import {
  refuseRepeated,
  routedBy,
  sidecarRoutes,
} from '../../../../../../shared/mesh/targets/istio/translate/route/router-routes.ts';
import {
  aNode,
  aRoute,
  aRouter,
  listenersOn,
  type Protocol,
  routeOn,
} from '../../../../harness/manifests.ts';
import { directoryOf } from '../../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

function routed(routes: readonly Spec[], listeners: Spec = listenersOn('http/8080')) {
  const directory = directoryOf(aRouter('color', routes, listeners), aNode('blue'));
  const [router] = directory.entries;
  if (router === undefined || !isOfKind(router, 'VirtualRouter')) throw new Error(JSON.stringify(router));
  const report = new Report();
  const found = routedBy(directory, router as EntryOf<'VirtualRouter'>, report);
  const differences = [...report.differences];
  const { http, tcp } = sidecarRoutes(found, listenersOf(directory, router), report);
  return {
    routes: found.map(({ route, ports }) => `${route.name} ${ports.join()}`),
    differences,
    later: report.differences.slice(differences.length),
    http: http.map(({ name, match }) => ({ name, match })),
    tcp,
  };
}
const refused = (path: string, message: string, instead: string) => ({
  ...{ path, effect: 'refused', message, instead },
});
const prefix = (port: number, value = '/') => ({ uri: { prefix: value }, port });

describe('the routes of a router', () => {
  it('are tried in the order of App Mesh, on the ports of their protocol', () => {
    const later = aRoute('later', { blue: 1 });
    const earlier = aRoute('earlier', { blue: 1 }, { match: { prefix: '/long' } });
    const { routes, differences } = routed(
      [later, earlier, routeOn('c', 'http2')],
      listenersOn('http/80', 'http2/81', 'http/82'),
    );
    expect(routes).toEqual(['earlier 80,82', 'later 80,82', 'c 81']);
    expect(differences).toEqual([]);
  });

  it('are without those that lead nowhere, of which nothing else is reported', () => {
    const nowhere = aRoute('a', { none: 1 }, { match: { prefix: '/', port: 9 } });
    expect(routed([nowhere, aRoute('b', { blue: 1 })])).toMatchObject({
      routes: ['b 8080'],
      differences: [],
    });
  });

  it.each<readonly [route: Spec, listeners: Spec, object]>([
    [
      routeOn('a', 'http2'),
      listenersOn('http/80'),
      refused('spec.routes[0].http2Route', 'the router has no listener of protocol http2', 'such a listener'),
    ],
    [
      routeOn('a', 'http2/80'),
      listenersOn('http/80'),
      refused('spec.routes[0].http2Route', 'the router has no listener of protocol http2', 'such a listener'),
    ],
    [
      routeOn('a', 'http/81'),
      listenersOn('http/80', 'http2/81'),
      refused(
        'spec.routes[0].httpRoute.match.port',
        'is no port of such a listener',
        'the port of a listener',
      ),
    ],
  ])('%j of the listeners %j are refused: %j', (route, listeners, difference) => {
    expect(routed([route], listeners).differences).toEqual([difference]);
  });

  it('are on the port that they name alone', () => {
    const { routes, differences } = routed([routeOn('a', 'http/82')], listenersOn('http/80', 'http/82'));
    expect([routes, differences]).toEqual([['a 82'], []]);
  });

  it.each<readonly [protocol: Protocol, instead: string]>([
    ['http', 'timeout.perRequest'],
    ['grpc', 'timeout.perRequest'],
    ['tcp', 'timeout.tcp.idle of the listeners of the target'],
  ])('of %s have no idle timeout; instead: %s', (protocol, instead) => {
    const route = routeOn('a', protocol);
    const idle = { unit: 's', value: 1 };
    const timed = { ...(route[`${protocol}Route`] as Spec), timeout: { idle } };
    const listeners = listenersOn(`${protocol}/80`);
    expect(routed([{ ...route, [`${protocol}Route`]: timed }], listeners).differences).toEqual([
      {
        path: `spec.routes[0].${protocol}Route.timeout.idle`,
        effect: 'differs',
        message: 'Istio has no idle timeout for a route',
        instead,
      },
    ]);
    expect(routed([route], listeners).differences).toEqual([]);
  });
});

describe('the routes for the sidecars', () => {
  const notFound = (...ports: readonly number[]) => ({
    name: undefined,
    match: ports.map((port) => ({ port })),
  });

  it('end with the ports of HTTP on which no route is', () => {
    const { http, tcp } = routed(
      [routeOn('a', 'http'), routeOn('t', 'tcp')],
      listenersOn('http/80', 'http2/81', 'grpc/82', 'tcp/90', 'tcp/91'),
    );
    expect(http).toEqual([{ name: 'a', match: [prefix(80)] }, notFound(81, 82)]);
    const destination = { host: 'blue.apps.svc.cluster.local', port: { number: 8080 } };
    expect(tcp).toEqual([{ match: [{ port: 90 }, { port: 91 }], route: [{ destination }] }]);
  });

  it('are those of the routes alone if all ports have one', () => {
    expect(routed([routeOn('a', 'http')])).toMatchObject({
      http: [{ name: 'a', match: [prefix(8080)] }],
      tcp: [],
    });
    expect(routed([])).toMatchObject({ http: [notFound(8080)], tcp: [] });
  });

  it('are without a second route for the same requests, and without one that no request matches', () => {
    const twice = [
      { name: 'x', match: { exact: '1' } },
      { name: 'x', match: { exact: '2' } },
    ];
    const never = aRoute('never', { blue: 1 }, { match: { prefix: '/long', headers: twice } });
    const { http, later } = routed([never, routeOn('a', 'http'), routeOn('b', 'http')]);
    expect(http).toEqual([{ name: 'a', match: [prefix(8080)] }]);
    expect(later).toEqual([]);
  });

  it('report the field of a match that Istio cannot have', () => {
    const route = aRoute('a', { blue: 1 }, { match: { path: { regex: '(' } } });
    expect(routed([route]).later).toEqual([
      refused(
        'spec.routes[0].httpRoute.match.path',
        'the regular expression is not valid',
        'a prefix or an exact path',
      ),
    ]);
  });
});

describe('two listeners on one port', () => {
  const at = (...ports: readonly number[]) => {
    const report = new Report();
    const listeners = ports.map((port) => ({ portMapping: { port, protocol: 'http' as const } }));
    refuseRepeated(listeners, report);
    return report.differences;
  };
  it('are refused at the second', () => {
    const repeated = (index: number) => [
      refused(
        `spec.listeners[${index}].portMapping.port`,
        'is also the port of another listener',
        'one listener',
      ),
    ];
    expect(at(80, 80)).toEqual(repeated(1));
    expect(at(80, 81, 81, 80)).toEqual(repeated(2));
    expect(at(80, 81)).toEqual([]);
    expect(at()).toEqual([]);
  });
});
