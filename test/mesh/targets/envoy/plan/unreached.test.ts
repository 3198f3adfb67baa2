import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../../shared/mesh/routing/evaluate/evaluate.ts';
import { routeCases } from '../../../../envoy/routes/cases.ts';
import { gateway } from '../../../../routing/arbitrary/cases.ts';
import { meshRequest } from '../../../../routing/evaluate/evaluated.ts';
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
import { desiredEnvoys } from '../desired-envoys.ts';
import { statedOf as statedTexts } from '../stated.ts';

type Match = Readonly<Record<string, unknown>>;
const base = [aNamespace(), aMesh(), aNode('blue'), aService('cart', 'node/blue'), aGateway('entry')];

/** `object field: message` of all that is stated. */
function statedOf(directory: ReturnType<typeof directoryOf>): readonly string[] {
  return desiredEnvoys(directory).objects.flatMap(({ entry, differences }) =>
    differences.map(({ path, message }) => `${entry.id.kind} ${entry.id.name} ${path}: ${message}`),
  );
}

const ofRouter = (...routes: Parameters<typeof aRouter>[1] & object) =>
  statedOf(directoryOf(...base, aRouter('router', routes, listenersOn('http/8080', 'tcp/9090'))));
const matching = (name: string, match: Match, others: Match = {}) =>
  aRoute(name, { blue: 1 }, { match, ...others });
const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
const gatewayRoute = (name: string, match: Match, others: Match = {}) =>
  aGatewayRoute(name, 'cart', { httpRoute: { match, action: { target } }, ...others });
const ofGateway = (...routes: readonly Manifest[]) => statedOf(directoryOf(...base, ...routes));
const takes = 'is tried before and takes all that match';

describe('a route that no request gets to', () => {
  it('an equal match of a later route of a router is stated, with the route that gets the requests', () => {
    expect(ofRouter(matching('a', { prefix: '/a' }), matching('b', { prefix: '/a' }))).toEqual([
      `VirtualRouter router spec.routes[1].httpRoute.match: no request gets here: route "a" ${takes}`,
    ]);
  });

  it('is applied all the same, with what to do instead', () => {
    const router = aRouter('router', [matching('a', { prefix: '/a' }), matching('b', { prefix: '/a' })]);
    const { objects } = desiredEnvoys(directoryOf(...base, router));
    expect(objects.flatMap(({ differences }) => statedTexts(differences))).toEqual([
      `differs spec.routes[1].httpRoute.match: no request gets here: route "a" ${takes}; another match, or a priority that is tried first`,
    ]);
  });

  it('of another protocol takes nothing from it', () => {
    const routes = [routeOn('a', 'http2'), routeOn('b', 'http')];
    const listeners = listenersOn('http/8080', 'http2/8081');
    expect(statedOf(directoryOf(...base, aRouter('router', routes, listeners)))).toEqual([]);
  });

  it('a TCP route is stated likewise', () => {
    expect(ofRouter(routeOn('a', 'tcp'), routeOn('b', 'tcp'))).toEqual([
      `VirtualRouter router spec.routes[1].tcpRoute.match: no connection gets here: route "a" ${takes}`,
    ]);
  });

  it('a wider match with an earlier priority hides all others', () => {
    const header = { prefix: '/', headers: [{ name: 'X-A', match: { exact: 'b' } }] };
    const same = {
      ...header,
      headers: [{ name: 'x-a', match: { exact: 'b' }, invert: false }],
      method: 'GET',
    };
    expect(ofRouter(matching('wide', header, { priority: 0 }), matching('narrow', same))).toHaveLength(1);
  });

  it.each<[string, Match, Match]>([
    ['the more specific path', { prefix: '/' }, { prefix: '/a' }],
    ['another method', { prefix: '/', method: 'GET' }, { prefix: '/', method: 'PUT' }],
    ['a port', { prefix: '/', port: 8080 }, { prefix: '/' }],
    ['an inverted header', header('a', true), header('a', false)],
    ['another value', header('a', false), header('b', false)],
    ['a query parameter', { prefix: '/', queryParameters: [{ name: 'a' }] }, { prefix: '/' }],
  ])('%s is another match', (_, first, second) => {
    expect(ofRouter(matching('a', first), matching('b', second))).toEqual([]);
  });

  it('an equal gateway route is stated at the later one, with that which gets the requests', () => {
    const hostname = (exact: string) => ({ prefix: '/a', hostname: { exact } });
    const same = [gatewayRoute('b', hostname('A.example.com')), gatewayRoute('a', hostname('a.example.com'))];
    expect(ofGateway(...same)).toEqual([
      `GatewayRoute b spec.httpRoute.match: no request gets here: GatewayRoute apps/a ${takes}`,
    ]);
    expect(ofGateway(...same.slice(1), gatewayRoute('c', hostname('c.example.com')))).toEqual([]);
  });

  it('a gateway route that is refused takes nothing from others', () => {
    const refused = gatewayRoute('a', { prefix: '/a', port: 1 }, { priority: 0 });
    const stated = ofGateway(
      refused,
      gatewayRoute('b', { prefix: '/a', port: 1 }),
      gatewayRoute('c', { prefix: '/a' }),
    );
    expect(stated.filter((each) => each.includes('no request'))).toEqual([]);
  });

  it('of any routes, none that is stated takes a request, as far as the evaluator knows', () => {
    let taken = 0;
    let stated = 0;
    for (const { manifests, requests } of fc.sample(routeCases, { numRuns: 40, seed: 1 })) {
      const directory = directoryOf(...(manifests as readonly Manifest[]));
      const never = new Set(
        desiredEnvoys(directory).objects.flatMap(({ entry, differences }) =>
          differences
            .filter(({ message }) => message.includes(takes))
            .map(({ path }) => `${entry.id.name} ${path.split('.').slice(0, 2).join('.')}`),
        ),
      );
      stated += never.size;
      for (const { from, request } of requests) {
        const id =
          from === 'pod'
            ? { kind: 'VirtualNode' as const, namespace: 'shop', name: 'client' }
            : { kind: 'VirtualGateway' as const, ...gateway };
        const { provider, routes, gatewayRoutes } = evaluate(directory, meshRequest(id, request));
        const isTaken = ({ outcome }: { readonly outcome: string }) => outcome === 'taken';
        const [first] = gatewayRoutes.filter(isTaken);
        const [second] = routes.filter(isTaken);
        const spec = manifests.find(({ metadata }) => metadata.name === provider?.name)?.spec as
          | { readonly routes?: readonly { readonly name: string }[] }
          | undefined;
        const index = spec?.routes?.findIndex(({ name }) => name === second?.name);
        const places = [`${first?.name.split('/')[1]} spec`, `${provider?.name} spec.routes[${index}]`];
        taken += places.length;
        for (const place of places)
          expect([...never].filter((each) => each === place || each.startsWith(`${place}.`))).toEqual([]);
      }
    }
    expect(stated).toBeGreaterThan(10);
    expect(taken).toBeGreaterThan(300);
  });
});

function header(exact: string, invert: boolean): Match {
  return { prefix: '/', headers: [{ name: 'x', match: { exact }, invert }] };
}
