import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { gatewayRouteOutcome } from '../../../../../shared/mesh/targets/istio/translate/gateway-route.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
  routeOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

type Spec = Readonly<Record<string, unknown>>;

const target = (more: Spec = {}) => ({ virtualService: { virtualServiceRef: { name: 'orders' } }, ...more });
const http = (match: Spec = { prefix: '/' }, to: Spec = target(), rewrite?: Spec) => ({
  httpRoute: { match, action: { target: to, ...(rewrite && { rewrite }) } },
});

/** What the gateway route `r` becomes, before a gateway on port 8088. */
function outcomeOf(spec: Spec, ...others: readonly Manifest[]) {
  const known = new Set(others.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const usual = [
    ...[aNamespace(), aMesh(), aNode('blue'), aService('orders', 'router/router')],
    ...[aRouter('router', [aRoute('all', { blue: 1 })]), aGateway('edge')],
  ].filter(({ kind, metadata }) => !known.has(`${kind} ${metadata.name}`));
  const route = aGatewayRoute('r', 'orders', { httpRoute: undefined, ...spec });
  const directory = directoryOf(...usual, ...others, route);
  const entry = directory.find('GatewayRoute', { namespace: 'apps', name: 'r' });
  if (entry === undefined || !isOfKind(entry, 'GatewayRoute')) throw new Error(JSON.stringify(entry));
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  const { wanted, differences } = gatewayRouteOutcome(entry, place, directory);
  const [found, ...more] = wanted;
  expect(more).toEqual([]);
  return { wanted: found, routes: found?.spec.http as readonly Spec[], differences };
}
const refused = (path: string, message: string, instead: string, object?: object) => ({
  ...(object && { object }),
  ...{ path, effect: 'refused', message, instead },
});
const prefix = (value = '/') => ({ uri: { prefix: value } });
const blue = { host: 'blue.apps.svc.cluster.local', port: { number: 8080 } };
const leading = (name: string | undefined, match: Spec, rewrite: Spec = { authority: 'orders.apps' }) => ({
  ...(name !== undefined && { name }),
  ...{ match: [match], rewrite, route: [{ destination: blue }], timeout: '15s' },
  retries: { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' },
});
const notFound = (match: Spec = prefix()) => ({ match: [match], directResponse: { status: 404 } });

describe('a gateway route', () => {
  it('is a VirtualService after the rules of its nodes', () => {
    const node = aNode('blue', {
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } },
      podSelector: { matchLabels: { app: 'blue' } },
    });
    const { wanted, differences } = outcomeOf(http(), node);
    expect(wanted).toMatchObject({ kind: 'VirtualService', namespace: 'apps', name: 'r-gateway-route' });
    expect(wanted?.dependsOn).toEqual(['ServiceEntry/apps/blue-virtual-node']);
    expect(differences).toEqual([]);
  });

  it('has the routes of the router, each with its name, and answers 404 to the rest', () => {
    const router = aRouter('router', [
      aRoute('a', { blue: 1 }, { match: { prefix: '/a' } }),
      aRoute('b', { blue: 1 }, { match: { prefix: '/b/long' } }),
    ]);
    expect(outcomeOf(http(), router)).toStrictEqual({
      wanted: expect.anything(),
      routes: [leading('b', prefix('/b/long')), leading('a', prefix('/a')), notFound()],
      differences: [],
    });
  });

  it('to a virtual node has one without a name', () => {
    expect(outcomeOf(http(), aService('orders', 'node/blue'))).toStrictEqual({
      wanted: expect.anything(),
      routes: [leading(undefined, prefix())],
      differences: [],
    });
  });

  it('rewrites the host to the name of the service unless that is disabled, and the path', () => {
    const disabled = { hostname: { defaultTargetHostname: 'DISABLED' } };
    const [route] = outcomeOf(http({ path: { exact: '/a' } }, target(), { path: { exact: '/b' } })).routes;
    expect(route?.rewrite).toEqual({ uri: '/b', authority: 'orders.apps' });
    const [kept] = outcomeOf(http({ prefix: '/' }, target(), disabled)).routes;
    expect(kept).not.toHaveProperty('rewrite');
  });

  it('has only the routes of the protocol and the port that it leads to', () => {
    const routes = [
      aRoute('a', { blue: 1 }, { match: { prefix: '/a', port: 80 } }),
      aRoute('b', { blue: 1 }, { match: { prefix: '/b', port: 81 } }),
      ...[routeOn('c', 'http2'), routeOn('d', 'tcp')],
    ];
    const router = aRouter('router', routes, listenersOn('http/80', 'http/81', 'http2/82', 'tcp/83'));
    const namesAt = (port: number) => {
      const { routes: found, differences } = outcomeOf(http({ prefix: '/' }, target({ port })), router);
      return [found.flatMap(({ name }) => name ?? []), differences];
    };
    expect(namesAt(80)).toEqual([['a'], []]);
    expect(namesAt(81)).toEqual([['b'], []]);
    expect(namesAt(82)).toEqual([['c'], []]);
    const at = 'spec.httpRoute.action.target';
    expect(namesAt(83)).toEqual([
      [],
      [refused(at, 'leads to a port of protocol tcp', 'a port of HTTP or gRPC')],
    ]);
    expect(namesAt(84)).toEqual([
      [],
      [refused(`${at}.port`, 'is no port of the virtual service', 'one of its ports')],
    ]);
  });

  it('is tried on the ports of its protocol, if the gateway has others, or on that of its match', () => {
    const gateway = aGateway('edge', listenersOn('http/80', 'http/81', 'grpc/82'));
    const all = outcomeOf(http(), gateway);
    const ports = all.routes.map(({ match }) =>
      (match as readonly { port: number }[]).map(({ port }) => port),
    );
    expect([ports, all.differences]).toEqual([[[80, 81]], []]);
    const one = outcomeOf(http({ prefix: '/', port: 81 }), gateway);
    expect(one.routes).toMatchObject([{ name: 'all', match: [{ ...prefix(), port: 81 }] }]);
    expect(one.differences).toEqual([]);
  });
});

describe('a gateway route that is refused', () => {
  const at = 'spec.httpRoute';
  const service = `${at}.action.target.virtualService`;
  const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/orders';

  it.each<readonly [what: string, spec: Spec, others: readonly Manifest[], differences: readonly object[]]>([
    [
      'to a service of another account',
      http({ prefix: '/' }, { virtualService: { virtualServiceARN: arn } }),
      [],
      [refused(`${service}.virtualServiceARN`, 'names a resource of App Mesh', 'a reference to the object')],
    ],
    [
      'to a service that is invalid',
      http(),
      [aService('orders', undefined, { colour: 'x' })],
      [refused(`${service}.virtualServiceRef`, 'VirtualService "orders" is invalid', 'a valid one')],
    ],
    [
      'to a service that does not exist, which its references report',
      http({ prefix: '/' }, to('none')),
      [],
      [],
    ],
    ['to a service without a provider, which is none', http(), [aService('orders')], []],
    [
      'of a gateway that is invalid',
      http(),
      [aGateway('edge', { listeners: 'none' })],
      [refused(at, 'VirtualGateway "edge" is invalid', 'a valid one')],
    ],
    [
      'of a gateway without its protocol',
      http({ prefix: '/', port: 8088 }),
      [aGateway('edge', listenersOn('grpc/8088'))],
      [refused(at, 'the gateway has no listener of protocol http', 'such a listener')],
    ],
    [
      'at a port that the gateway does not have',
      http({ prefix: '/', port: 81 }),
      [],
      [refused(`${at}.match.port`, 'is no port of such a listener', 'the port of a listener')],
    ],
    [
      'to one of several ports',
      http(),
      [aRouter('router', [aRoute('all', { blue: 1 })], listenersOn('http/80', 'http/81'))],
      [refused(`${at}.action.target.port`, 'the virtual service has several ports', 'one of them')],
    ],
    [
      'to a node that does not listen',
      http(),
      [aService('orders', 'node/mute'), aNode('mute', { listeners: [] })],
      [
        refused(`${at}.action.target.port`, 'is no port of the virtual service', 'one of its ports'),
        refused(
          `${at}.action.target`,
          'VirtualNode "mute" cannot be a destination: no listener',
          'a node with a listener and service discovery',
        ),
      ],
    ],
    [
      'of a path that Istio cannot match',
      http({ path: { regex: '(' } }, to('none')),
      [],
      [refused(`${at}.match.path`, 'the regular expression is not valid', 'a prefix or an exact path')],
    ],
  ])('%s', (_, spec, others, differences) => {
    const found = outcomeOf(spec, ...others);
    expect(found.differences).toEqual(differences);
  });

  it('has the routes that it would want', () => {
    const two = aRouter('router', [aRoute('all', { blue: 1 })], listenersOn('http/80', 'http/81'));
    const invalid = aGateway('edge', { listeners: 'none' });
    for (const [spec, other] of [
      [http(), two],
      [http(), invalid],
      [http({ prefix: '/', port: 81 }), aGateway('edge')],
    ] as const)
      expect(outcomeOf(spec, other).routes[0]).toMatchObject({ name: 'all', route: [{ destination: blue }] });
  });

  it('for a field of its router is so with the name of the router', () => {
    const router = aRouter('router', [aRoute('all', { blue: 1 })], listenersOn('http/80', 'grpc/80'));
    expect(outcomeOf(http({ prefix: '/' }, target({ port: 80 })), router).differences).toEqual([
      refused('spec.listeners[1].portMapping.port', 'is also the port of another listener', 'one listener', {
        kind: 'VirtualRouter',
        namespace: 'apps',
        name: 'router',
      }),
    ]);
  });
});

function to(name: string) {
  return { virtualService: { virtualServiceRef: { name } } };
}
