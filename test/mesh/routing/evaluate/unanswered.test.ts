import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService, backends } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { asked, cart, evaluated, shop } from './evaluated.ts';

describe('why nothing of the mesh answers', () => {
  const router = aRouter('cart', [aRoute('all', { blue: 1 })]);

  it.each<[string, readonly Manifest[], Partial<MeshRequest>, string, RegExp]>([
    [
      'the virtual service is not a backend',
      [router, aService('pay', 'router/cart')],
      { host: 'pay.apps' },
      'NoVirtualHost',
      /port 8080 is one of the mesh, and VirtualService apps\/pay is not a backend of VirtualNode apps\/front: the answer is 404/,
    ],
    [
      'no virtual service has the name',
      [router],
      { host: 'cart.shop' },
      'NoVirtualHost',
      /no virtual service of the mesh is named "cart.shop"/,
    ],
    [
      'the Host header names another port',
      [router],
      { host: 'cart.apps:80' },
      'NoVirtualHost',
      /the Host header names port 80/,
    ],
    [
      'the backend does not listen on the port',
      [router],
      { port: 81 },
      'NoFilterChain',
      /no backend of VirtualNode apps\/front listens on port 81 \(VirtualService apps\/cart, a backend of VirtualNode apps\/front, listens on 8080, not on 81\), and the egress filter of Mesh shop is DROP_ALL: the connection is closed/,
    ],
    [
      'the router has no route',
      [aRouter('cart')],
      {},
      'NoRoute',
      /VirtualRouter apps\/cart has no route: the answer is 404/,
    ],
    [
      'no route takes the request',
      [aRouter('cart', [aRoute('all', { blue: 1 }, { match: { prefix: '/a' } })])],
      {},
      'NoRoute',
      /no route of VirtualRouter apps\/cart takes the request/,
    ],
    [
      'the sender is not there',
      [router],
      { from: { kind: 'VirtualNode', namespace: 'apps', name: 'none' } },
      'SourceNotFound',
      /VirtualNode apps\/none not found/,
    ],
    [
      'the sender is invalid',
      [router, aNode('bad', { logging: { accessLog: 1 } })],
      { from: { kind: 'VirtualNode', namespace: 'apps', name: 'bad' } },
      'SourceInvalid',
      /spec.logging.accessLog/,
    ],
    [
      'the sender is in no mesh',
      [router, aNamespace('far', {}), aNode('alone', {}, 'far')],
      { from: { kind: 'VirtualNode', namespace: 'far', name: 'alone' } },
      'NotMember',
      /VirtualNode far\/alone belongs to no mesh/,
    ],
    [
      'the router is missing',
      [aNode('other')],
      {},
      'NotKnown',
      /the provider of VirtualService apps\/cart is missing or invalid, so its last valid routes stay/,
    ],
    [
      'the router is invalid',
      [aRouter('cart', [aRoute('all', { blue: 1 }, { match: { prefix: 'a' } })])],
      {},
      'NotKnown',
      /the provider of VirtualService apps\/cart is missing or invalid/,
    ],
    [
      'the virtual service is invalid',
      [
        router,
        aService('bad', 'router/cart', { awsName: 'bad.apps', x: 1 }),
        aNode('caller', backends('bad')),
      ],
      { from: { kind: 'VirtualNode', namespace: 'apps', name: 'caller' }, host: 'bad.apps' },
      'NotKnown',
      /VirtualService apps\/bad is invalid, so its last valid state stays: /,
    ],
  ])('nothing answers where %s', (_, manifests, request, outcome, reason) => {
    const found = evaluated(manifests, request);
    expect(found.outcome).toBe(outcome);
    expect(found.reason).toMatch(reason);
    expect(found.targets).toEqual([]);
  });

  it('it is not known which route takes a request if the expression of an earlier one cannot be evaluated', () => {
    const regex = (priority: number) =>
      aRoute('letters', { blue: 1 }, { match: { path: { regex: '/\\pL*' } }, priority });
    const of = (priority: number) =>
      evaluated([aRouter('cart', [regex(priority), aRoute('all', { red: 1 }, { priority: 5 })])], {});
    expect(of(1)).toMatchObject({
      outcome: 'NotEvaluated',
      reason: expect.stringMatching(
        /^VirtualRouter apps\/cart, route letters: not known whether the path matches/,
      ),
      routes: [
        { name: 'letters', outcome: 'not known', reason: expect.stringMatching(/^not known whether/) },
        { name: 'all', outcome: 'not reached', reason: 'matches, too; letters is tried before it' },
      ],
      targets: [],
    });
    expect(of(6)).toMatchObject({
      outcome: 'Routed',
      routes: [
        { name: 'all', outcome: 'taken' },
        { name: 'letters', outcome: 'not known' },
      ],
    });
  });

  it('a virtual service without provider listens on no port', () => {
    const found = evaluate(directoryOf(...shop, aNode('front', backends('cart')), aService('cart')), asked);
    expect(found).toMatchObject({ outcome: 'NoFilterChain' });
  });

  it('the egress filter lets everything through on other ports, or *.amazonaws.com alone', () => {
    const toAws = { host: 's3.eu-west-1.amazonaws.com' };
    const outcomes = [
      { ...toAws, port: 443, scheme: 'https' as const },
      { ...toAws, port: 443 },
      { ...toAws, port: 80 },
      toAws,
      { host: 's3.amazonaws.com.example', port: 80 },
      { host: 's3.amazonaws.com.example', port: 443, scheme: 'https' as const },
    ].map((request) => evaluated([router], request).outcome);
    expect(outcomes).toEqual([
      ...['PassedThrough', 'NoFilterChain', 'PassedThrough', 'PassedThrough'],
      ...['NoVirtualHost', 'NoFilterChain'],
    ]);
    const open = directoryOf(
      ...[aNamespace(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } }), aNode('blue')],
      ...[aNode('front', backends('cart')), cart, router],
    );
    expect(evaluate(open, { ...asked, host: 'example.com', port: 443 })).toMatchObject({
      outcome: 'PassedThrough',
      reason: expect.stringContaining('ALLOW_ALL'),
    });
    expect(evaluate(open, { ...asked, host: 'example.com' }).outcome).toBe('NoVirtualHost');
  });
});
