import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest } from '../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { asked, evaluated, shop } from './evaluated.ts';

const notFound = 'the answer is 404 (response flag NR)';
const router = aRouter('cart', [aRoute('all', { blue: 1 })]);
const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/far';

function answer(manifests: readonly Manifest[], request: Partial<MeshRequest> = {}): string {
  const { outcome, reason } = evaluated(manifests, request);
  return `${outcome}: ${reason}`;
}

describe('the answer to a request that a node sends', () => {
  const none = 'the egress filter of Mesh shop is DROP_ALL';

  it.each<[string, readonly Manifest[], Partial<MeshRequest>, string]>([
    [
      'to a backend on another port than plain HTTP',
      [aRouter('cart', [], listenersOn('http/81', 'grpc/82'))],
      { port: 83 },
      `NoFilterChain: no backend of VirtualNode apps/front listens on port 83 (VirtualService apps/cart, a backend of VirtualNode apps/front, listens on 81, 82, not on 83), and ${none}: the connection is closed (no filter chain)`,
    ],
    [
      'to a backend without a port',
      [aRouter('cart', [], { listeners: undefined })],
      {},
      `NoFilterChain: no backend of VirtualNode apps/front listens on port 8080 (VirtualService apps/cart, a backend of VirtualNode apps/front, listens on no port, not on 8080), and ${none}: the connection is closed (no filter chain)`,
    ],
    [
      'to no backend on the port of plain HTTP',
      [router],
      { port: 80, host: 'none' },
      `NoVirtualHost: no backend of VirtualNode apps/front listens on port 80 (no virtual service of the mesh is named "none"), and ${none}: ${notFound}`,
    ],
    [
      'to AWS, by the egress filter',
      [router],
      { port: 443, scheme: 'https', host: 's3.amazonaws.com' },
      `PassedThrough: ${none}, which lets *.amazonaws.com through`,
    ],
    [
      'to the name of an object that is no virtual service',
      [router, aNode('own', { awsName: 'own.example' })],
      { host: 'own.example' },
      `NoVirtualHost: port 8080 is one of the mesh, and no virtual service of the mesh is named "own.example": ${notFound}`,
    ],
    [
      'to the name of a virtual service of another mesh',
      [
        ...[router, aMesh({ namespaceSelector: { matchLabels: { mesh: 'far' } } }, 'far')],
        ...[aNamespace('far', { mesh: 'far' })],
        { ...aService('pay'), metadata: { name: 'pay', namespace: 'far' } },
      ],
      { host: 'pay.far' },
      `NoVirtualHost: port 8080 is one of the mesh, and no virtual service of the mesh is named "pay.far": ${notFound}`,
    ],
    [
      'to the name of a virtual service that is no backend',
      [router, aService('pay')],
      { host: 'pay.apps' },
      `NoVirtualHost: port 8080 is one of the mesh, and VirtualService apps/pay is not a backend of VirtualNode apps/front: ${notFound}`,
    ],
  ])('%s', (_, manifests, request, expected) => {
    expect(answer(manifests, request)).toBe(expected);
  });

  it('to AWS, through an open egress filter, on a port of the mesh', () => {
    const open = aMesh({ egressFilter: { type: 'ALLOW_ALL' } });
    const all = [
      aNamespace(),
      open,
      aNode('front', backends('cart')),
      aService('cart', 'router/cart'),
      router,
    ];
    const { outcome, reason } = evaluate(directoryOf(...all), { ...asked, host: 's3.amazonaws.com' });
    expect([outcome, reason]).toEqual(['PassedThrough', 'the egress filter of Mesh shop is ALLOW_ALL']);
    const outside = evaluate(directoryOf(...all), { ...asked, host: 'a.example', port: 443 });
    expect(outside.reason).toBe(
      'no virtual service of the mesh is named "a.example"; the egress filter of Mesh shop is ALLOW_ALL, so the connection goes to the address that the host name has',
    );
  });

  it('to an invalid backend, with all its faults', () => {
    const bad = aService('bad', undefined, { x: 1, provider: 2 });
    const other = aService('other');
    const all = [...shop, other, bad, aNode('front', backends('other', 'bad'))];
    const found = evaluate(directoryOf(...all), { ...asked, host: 'bad.apps' });
    expect(found).toMatchObject({
      outcome: 'NotKnown',
      service: { kind: 'VirtualService', namespace: 'apps', name: 'bad' },
      serviceName: 'bad.apps',
      reason: expect.stringMatching(
        /^VirtualService apps\/bad is invalid, so its last valid state stays: [^\n;]+; [^\n;]+$/,
      ),
    });
  });

  it('takes part in no object but the sender, if it is not valid', () => {
    const from = { kind: 'VirtualNode', namespace: 'apps', name: 'bad' } as const;
    const found = evaluated([aNode('bad', { x: 1, listeners: 2 })], { from });
    expect(found).toEqual({
      ...{ request: { ...asked, from }, outcome: 'SourceInvalid', objects: [from] },
      ...{ gatewayRoutes: [], routes: [], targets: [], timeouts: [] },
      reason: expect.stringMatching(
        /^VirtualNode apps\/bad is invalid, so its proxies keep what they had: [^\n;]+; [^\n;]+$/,
      ),
    });
  });

  it('takes part in the targets that a manifest describes', () => {
    const weightedTargets = [
      { virtualNodeRef: { name: 'blue' }, weight: 1 },
      { virtualNodeARN: arn, weight: 1 },
    ];
    const route = { name: 'all', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    const { objects } = evaluated([aRouter('cart', [route])]);
    const [kind, namespace] = ['VirtualNode', 'apps'];
    expect(objects).toEqual([
      { kind, namespace, name: 'front' },
      { kind: 'VirtualService', namespace, name: 'cart' },
      { kind: 'VirtualRouter', namespace, name: 'cart' },
      { kind, namespace, name: 'blue' },
    ]);
  });
});

describe('the answer to a request that arrives at a gateway', () => {
  const at = {
    from: { kind: 'VirtualGateway', namespace: 'apps', name: 'in' },
    ...{ host: 'shop.example', port: 8088, path: '/cart' },
  } as const;
  const toCart = aGatewayRoute('cart', 'cart');

  it('on another port names those of the gateway', () => {
    const two = aGateway('in', listenersOn('http/81', 'grpc/82'));
    expect(answer([two], { ...at, port: 83 })).toBe(
      'NoListener: VirtualGateway apps/in does not listen on port 83 (it has 81, 82): the connection is refused',
    );
  });

  it('says why each gateway route does not take it', () => {
    const bad = aGatewayRoute('bad', 'cart', { priority: -1 });
    const grpc = aGateway('in', listenersOn('grpc/8088'));
    const { gatewayRoutes, reason } = evaluated([grpc, toCart, bad], at);
    expect(reason).toBe(`no gateway route of VirtualGateway apps/in takes the request: ${notFound}`);
    expect(gatewayRoutes).toEqual([
      {
        ...{ name: 'GatewayRoute apps/cart', outcome: 'not matched' },
        reason: 'is for http; port 8088 of VirtualGateway apps/in is grpc',
      },
      {
        ...{ name: 'GatewayRoute apps/bad', outcome: 'not matched' },
        reason: expect.stringMatching(/^is invalid, so its last valid state stays: spec\.priority/),
      },
    ]);
  });

  it('is not known if a gateway route cannot be evaluated', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
    const httpRoute = { match: { path: { regex: '/\\pL*' } }, action: { target } };
    expect(answer([router, aGateway('in'), aGatewayRoute('cart', 'cart', { httpRoute })], at)).toBe(
      'NotEvaluated: GatewayRoute apps/cart: not known whether the path matches "/\\\\pL*": this regular expression cannot be evaluated here',
    );
  });

  it.each([
    ['of several', listenersOn('http/8080', 'http/9090'), undefined, 'NotKnown'],
    ['the one of several that it names', listenersOn('http/8080', 'http/9090'), 9090, 'Routed'],
    ['the only one', listenersOn('http/8080'), undefined, 'Routed'],
    ['the only one by its name', listenersOn('http/8080'), 8080, 'Routed'],
    ['another one', listenersOn('http/8080'), 81, 'NoListener'],
  ])('takes the port of the virtual service: %s', (_, listeners, port, outcome) => {
    const target = { virtualService: { virtualServiceRef: { name: 'cart' } }, ...(port && { port }) };
    const httpRoute = { match: { prefix: '/cart' }, action: { target } };
    const several = aRouter('cart', [aRoute('all', { blue: 1 })], listeners);
    const manifests = [several, aGateway('in'), aGatewayRoute('cart', 'cart', { httpRoute })];
    const found = evaluated(manifests, at);
    expect(found.outcome).toBe(outcome);
    if (outcome === 'Routed')
      expect(found.timeouts[0]).toEqual({
        ...{ of: 'GatewayRoute apps/cart', milliseconds: 15_000, isDefault: true },
      });
  });

  it('is that of the virtual service, if it has no provider', () => {
    const found = evaluated([aService('alone'), aGateway('in'), aGatewayRoute('cart', 'alone')], at);
    expect(found).toMatchObject({
      ...{ outcome: 'NoProvider', serviceName: 'alone.apps', timeouts: [] },
      reason: `VirtualService apps/alone has no provider: ${notFound}`,
    });
  });
});
