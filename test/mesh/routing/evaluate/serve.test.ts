import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../../shared/mesh/plan/entry.ts';
import { serve } from '../../../../shared/mesh/routing/evaluate/serve.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aNode, aRoute, aRouter, aService, listenersOn, routeOn } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { asked, shop } from './evaluated.ts';

/** What the virtual service `cart` answers. */
function served(service: Manifest, manifests: readonly Manifest[], request: Partial<typeof asked> = {}) {
  const directory = directoryOf(...shop, service, ...manifests);
  const entry = directory.find('VirtualService', { namespace: 'apps', name: 'cart' });
  if (!entry || !isOfKind(entry, 'VirtualService')) throw new Error(`not valid: ${entry?.fault}`);
  return serve(directory, entry, { ...asked, ...request });
}

const byRouter = aService('cart', 'router/cart');
const byNode = aService('cart', 'node/blue');
const routerId = { kind: 'VirtualRouter', namespace: 'apps', name: 'cart' };
const nodeId = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' };
const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/far';
const retries = {
  attempts: 2,
  perTryMs: undefined,
  conditions: ['reset', 'connect-failure', 'refused-stream', 'unavailable'],
  codes: [503],
  isDefault: true,
};
const notFound = 'the answer is 404 (response flag NR)';
const hop = (of: string, milliseconds: number | null = 15_000, isDefault = true) => ({
  ...{ of, milliseconds, isDefault },
});

describe('a virtual service whose provider is a virtual node', () => {
  it('leads to it with the default policy', () => {
    expect(served(byNode, [], { path: '/a?b' })).toEqual({
      provider: nodeId,
      outcome: 'Routed',
      reason: 'VirtualNode apps/blue is the provider of the virtual service',
      targets: [{ node: 'VirtualNode apps/blue', port: 8080, weight: 1, share: 1 }],
      sent: { host: 'cart.apps', path: '/a?b' },
      timeouts: [hop('the virtual service'), hop('listener 8080 of VirtualNode apps/blue')],
      retries,
    });
  });

  it('of TCP has no timeouts and no retries', () => {
    const tcp = aNode('blue', listenersOn('http/8080', 'tcp/5432'));
    expect(served(byNode, [tcp], { port: 5432 })).toEqual({
      provider: nodeId,
      outcome: 'Routed',
      reason: 'VirtualNode apps/blue is the provider of the virtual service',
      targets: [{ node: 'VirtualNode apps/blue', port: 5432, weight: 1, share: 1 }],
    });
  });

  it('answers on no other port than those of its listeners', () => {
    expect(served(byNode, [], { port: 81 })).toEqual({
      provider: nodeId,
      outcome: 'NoListener',
      reason: 'port 81 of VirtualNode apps/blue has no listener',
    });
  });
});

describe('a virtual service without a provider that is known', () => {
  it.each<[object, string, string]>([
    [{}, 'NoProvider', `VirtualService apps/cart has no provider: ${notFound}`],
    [{ provider: null }, 'NoProvider', `VirtualService apps/cart has no provider: ${notFound}`],
    [
      { provider: { virtualNode: { virtualNodeARN: arn } } },
      'NotKnown',
      `the provider of VirtualService apps/cart is ${arn}, which no manifest describes`,
    ],
    [
      { provider: { virtualRouter: { virtualRouterARN: arn.replace('virtualNode/', 'virtualRouter/') } } },
      'NotKnown',
      `the provider of VirtualService apps/cart is ${arn.replace('virtualNode/', 'virtualRouter/')}, which no manifest describes`,
    ],
    [
      { provider: { virtualNode: { virtualNodeRef: { name: 'none' } } } },
      'NotKnown',
      'the provider of VirtualService apps/cart is missing or invalid, so its last valid routes stay',
    ],
  ])('by %j answers with the outcome %s', (spec, outcome, reason) => {
    expect(served(aService('cart', undefined, { ...spec }), [])).toEqual({ outcome, reason });
  });
});

describe('a virtual service whose provider is a virtual router', () => {
  it('has a route of its own retries and timeout, and its targets each the timeout of their listener', () => {
    const timeout = (value: number) => ({ http: { perRequest: { unit: 's', value } } });
    const listener = (port: number, more: object) => ({ portMapping: { port, protocol: 'http' }, ...more });
    const nodes = [
      aNode('two', { listeners: [listener(80, { timeout: timeout(1) }), listener(81, {})] }),
      aNode('endless', { listeners: [listener(8080, { timeout: timeout(0) })] }),
      aNode('bad', { x: 1 }),
      { ...aNode('mute'), spec: {} },
    ];
    const targets = [
      { virtualNodeRef: { name: 'two' }, port: 81, weight: 1 },
      { virtualNodeRef: { name: 'two', namespace: 'apps' }, port: 80, weight: 2 },
      { virtualNodeRef: { name: 'two' }, port: 80, weight: 2 },
      { virtualNodeRef: { name: 'two' }, weight: 1 },
      { virtualNodeRef: { name: 'endless' }, weight: 2 },
      { virtualNodeRef: { name: 'blue' }, weight: 0 },
      { virtualNodeRef: { name: 'bad' }, port: 80, weight: 1 },
      { virtualNodeRef: { name: 'mute' }, port: 80, weight: 1 },
      { virtualNodeARN: arn, weight: 0 },
      { virtualNodeARN: arn, weight: 0, port: 9 },
    ];
    const httpRoute = {
      match: { prefix: '/' },
      action: { weightedTargets: targets },
      timeout: { perRequest: { unit: 'ms', value: 1 } },
      retryPolicy: {
        ...{ maxRetries: 1, perRetryTimeout: { unit: 's', value: 1 }, httpRetryEvents: ['client-error'] },
      },
    };
    const router = aRouter('cart', [{ name: 'all', httpRoute }]);
    const problem = (text: string) => ({ problem: text });
    const two = 'VirtualNode apps/two';
    expect(served(byRouter, [router, ...nodes], { method: 'PUT', path: '/a?b' })).toEqual({
      provider: routerId,
      routes: [{ name: 'all', outcome: 'taken' }],
      outcome: 'Routed',
      reason: 'route "all" of VirtualRouter apps/cart takes PUT /a',
      targets: [
        { node: two, port: 81, weight: 1, share: 0.1 },
        { node: two, port: 80, weight: 2, share: 0.2 },
        { node: two, port: 80, weight: 2, share: 0.2 },
        {
          ...{ node: two, port: undefined, weight: 1, share: 0.1 },
          ...problem('listens on 80, 81, and the target names no port'),
        },
        { node: 'VirtualNode apps/endless', port: 8080, weight: 2, share: 0.2 },
        { node: 'VirtualNode apps/blue', port: 8080, weight: 0, share: 0 },
        {
          node: 'VirtualNode apps/bad',
          ...{ port: 80, weight: 1, share: 0.1, ...problem('is missing or invalid') },
        },
        { node: 'VirtualNode apps/mute', port: 80, weight: 1, share: 0.1, ...problem('has no listener') },
        { node: arn, port: undefined, weight: 0, share: 0, ...problem('is described by no manifest') },
        { node: arn, port: 9, weight: 0, share: 0, ...problem('is described by no manifest') },
      ],
      sent: { host: 'cart.apps', path: '/a?b' },
      timeouts: [
        hop('route "all" of VirtualRouter apps/cart', 1, false),
        hop('listener 81 of VirtualNode apps/two'),
        hop('listener 80 of VirtualNode apps/two', 1000, false),
        hop('listener 8080 of VirtualNode apps/endless', null, false),
        hop('listener 80 of VirtualNode apps/mute'),
      ],
      retries: { attempts: 1, perTryMs: 1000, conditions: [], codes: [409], isDefault: false },
    });
  });

  it.each(['http', 'http2', 'grpc'] as const)(
    'says that the timeout of a listener of %s is set',
    (protocol) => {
      const node = aNode('blue', {
        listeners: [
          {
            portMapping: { port: 8080, protocol },
            timeout: { [protocol]: { perRequest: { unit: 's', value: 3 } } },
          },
        ],
      });
      const router = aRouter('cart', [routeOn('all', protocol)], listenersOn(`${protocol}/8080`));
      const headers = { 'content-type': 'application/grpc' };
      expect(served(byRouter, [router, node], { headers }).timeouts).toEqual([
        hop('route "all" of VirtualRouter apps/cart'),
        hop('listener 8080 of VirtualNode apps/blue', 3000, false),
      ]);
    },
  );

  it('takes all connections of TCP by a route of TCP', () => {
    const router = aRouter('cart', [routeOn('db', 'tcp', 4)], listenersOn('tcp/5432'));
    expect(served(byRouter, [router], { port: 5432 })).toEqual({
      provider: routerId,
      routes: [{ name: 'db', outcome: 'taken' }],
      outcome: 'Routed',
      reason: 'route "db" of VirtualRouter apps/cart takes all connections',
      targets: [{ node: 'VirtualNode apps/blue', port: 8080, weight: 4, share: 1 }],
    });
  });

  it.each([
    ['http', [], 'NoRoute', `VirtualRouter apps/cart has no route: ${notFound}`],
    [
      'http',
      [aRoute('a', { blue: 1 }, { match: { prefix: '/a' } })],
      ...['NoRoute', `no route of VirtualRouter apps/cart takes the request: ${notFound}`],
    ],
    ['tcp', [], 'NoTcpRoute', 'VirtualRouter apps/cart has no route: the connection is closed'],
    [
      'tcp',
      [aRoute('a', { blue: 1 })],
      ...['NoTcpRoute', 'no route of VirtualRouter apps/cart takes the request: the connection is closed'],
    ],
  ] as const)(
    'on a port of %s with the routes %j has the outcome %s',
    (protocol, routes, outcome, reason) => {
      const router = aRouter('cart', routes, listenersOn(`${protocol}/8080`));
      expect(served(byRouter, [router])).toEqual({
        ...{ provider: routerId, outcome, reason },
        routes: routes.map(({ name }) => ({ name, outcome: 'not matched', reason: expect.any(String) })),
      });
    },
  );

  it('has the routes of the listener of the port that is called, of several', () => {
    const listeners = listenersOn('http/8080', 'tcp/5432');
    const router = aRouter('cart', [aRoute('web', { blue: 1 }), routeOn('db', 'tcp')], listeners);
    const of = (port: number) => served(byRouter, [router], { port });
    expect(of(8080).reason).toBe('route "web" of VirtualRouter apps/cart takes GET /');
    expect(of(5432).reason).toBe('route "db" of VirtualRouter apps/cart takes all connections');
    expect(of(8081)).toEqual({
      ...{ provider: routerId, outcome: 'NoListener' },
      reason: 'port 8081 of VirtualRouter apps/cart has no listener',
    });
    expect(of(5432).routes?.[0]?.reason).toBe('is for http; port 5432 of VirtualRouter apps/cart is tcp');
  });
});
