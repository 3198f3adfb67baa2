import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/mesh/routing/evaluate/evaluate.ts';
import {
  aBackendGroup,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { asked, evaluated, shop } from './evaluated.ts';

describe('what a route does with a request', () => {
  it('the targets share the requests by weight, at the port of the target or the first of the node', () => {
    const weightedTargets = [
      { virtualNodeRef: { name: 'blue' }, weight: 3 },
      { virtualNodeRef: { name: 'red' }, weight: 1, port: 9090 },
      { virtualNodeRef: { name: 'green' }, weight: 0 },
    ];
    const route = { name: 'all', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    expect(evaluated([aRouter('cart', [route])]).targets).toEqual([
      { node: 'VirtualNode apps/blue', port: 8080, weight: 3, share: 0.75 },
      {
        ...{ node: 'VirtualNode apps/red', port: 9090, weight: 1, share: 0.25 },
        problem: 'has no listener on port 9090; it listens on 8080',
      },
      {
        node: 'VirtualNode apps/green',
        port: undefined,
        weight: 0,
        share: 0,
        problem: 'is missing or invalid',
      },
    ]);
  });

  it('timeouts are those of the route and of the listeners of its targets, 15 s by default; retries are those of the route', () => {
    const timeout = { http: { perRequest: { unit: 's', value: 20 } } };
    const slow = aNode('slow', { listeners: [{ portMapping: { port: 8080, protocol: 'http' }, timeout }] });
    const route = aRoute('all', { blue: 1, slow: 1, red: 0 });
    const { httpRoute } = route as { httpRoute: object };
    const retryPolicy = {
      ...{ maxRetries: 4, perRetryTimeout: { unit: 'ms', value: 500 }, httpRetryEvents: ['gateway-error'] },
    };
    const own = { ...httpRoute, timeout: { perRequest: { unit: 's', value: 0 } }, retryPolicy };
    expect(evaluated([slow, aRouter('cart', [route])])).toMatchObject({
      timeouts: [
        { of: 'route "all" of VirtualRouter apps/cart', milliseconds: 15_000, isDefault: true },
        { of: 'listener 8080 of VirtualNode apps/blue', milliseconds: 15_000, isDefault: true },
        { of: 'listener 8080 of VirtualNode apps/slow', milliseconds: 20_000, isDefault: false },
      ],
      retries: { attempts: 2, codes: [503], isDefault: true },
    });
    expect(evaluated([slow, aRouter('cart', [{ ...route, httpRoute: own }])])).toMatchObject({
      timeouts: [{ milliseconds: null, isDefault: false }, {}, {}],
      retries: { attempts: 4, perTryMs: 500, codes: [502, 503, 504], isDefault: false },
    });
  });

  it('a virtual service with a virtual node as provider leads to it, with the default policy', () => {
    const direct = [aService('pay', 'node/blue'), aNode('front', backends('pay'))];
    expect(evaluate(directoryOf(...shop, ...direct), { ...asked, host: 'PAY.apps:8080' })).toMatchObject({
      outcome: 'Routed',
      service: { name: 'pay' },
      routes: [],
      targets: [{ node: 'VirtualNode apps/blue', port: 8080, share: 1 }],
      retries: { isDefault: true },
      sent: { host: 'PAY.apps:8080', path: '/' },
    });
  });

  it('a gRPC route takes what has the content type of gRPC', () => {
    const router = aRouter('cart', [routeOn('call', 'grpc')], listenersOn('grpc/9090'));
    const call = (type?: string) =>
      evaluated([router], { port: 9090, path: '/a.B/C', headers: type ? { 'content-type': type } : {} })
        .outcome;
    expect([
      call('application/grpc'),
      call('application/grpc+proto'),
      call('application/grpc-web'),
      call(),
    ]).toEqual([...['Routed', 'Routed', 'NoRoute', 'NoRoute']]);
  });

  it('a target without a port is that of the only listener of its node', () => {
    const two = aNode('two', listenersOn('http/8080', 'http/9090'));
    expect(evaluated([two, aRouter('cart', [aRoute('all', { two: 1 })])]).targets).toMatchObject([
      { port: undefined, problem: 'listens on 8080, 9090, and the target names no port' },
    ]);
  });

  describe('of two backends on a port, one of TCP', () => {
    const tcp = aRouter('db', [routeOn('db', 'tcp')], listenersOn('tcp/8080'));
    const web = aRouter('web', [routeOn('web', 'http')], listenersOn('http/8080'));
    const services = [aService('db', 'router/db'), aService('web', 'router/web')];
    const group = {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'BackendGroup',
      metadata: { name: 'group', namespace: 'apps' },
    };
    const chosen = (listed: readonly string[], grouped: readonly string[], host: string) => {
      const virtualservices = grouped.map((name) => ({ name }));
      const spec = { ...backends(...listed), backendGroups: [{ name: 'group' }] };
      const all = [...shop, tcp, web, ...services, { ...group, spec: { virtualservices } }];
      return evaluate(directoryOf(...all, aNode('front', spec)), { ...asked, host });
    };

    it('none takes the port from the other', () => {
      expect(chosen(['db', 'web'], [], 'web.apps')).toMatchObject({ outcome: 'NotKnown' });
      expect(chosen([], ['db', 'web'], 'web.apps')).toMatchObject({
        outcome: 'NotKnown',
        reason: expect.stringContaining(
          'VirtualService apps/db, VirtualService apps/web all listen on port 8080',
        ),
      });
      expect(chosen(['db', 'web'], [], 'db.apps')).toMatchObject({
        reason: expect.stringContaining('a new one closes the connection, whatever the egress filter'),
      });
    });

    it('a listed one has it before one of a group', () => {
      expect(chosen(['db'], ['web'], 'web.apps')).toMatchObject({
        outcome: 'Routed',
        service: { name: 'db' },
      });
      expect(chosen(['web'], ['db'], 'web.apps')).toMatchObject({
        outcome: 'Routed',
        service: { name: 'web' },
      });
      expect(chosen(['web'], ['db'], 'db.apps').outcome).toBe('NoVirtualHost');
    });
  });

  it('a TCP route takes all connections to its port, whatever the host name', () => {
    const router = aRouter('cart', [routeOn('db', 'tcp')], listenersOn('tcp/5432'));
    expect(evaluated([router], { port: 5432, host: 'any' })).toMatchObject({
      outcome: 'Routed',
      service: { name: 'cart' },
      targets: [{ node: 'VirtualNode apps/blue' }],
      timeouts: [],
    });
  });
});

describe('the backends of a virtual node', () => {
  it.each([
    ['a backend group', { backendGroups: [{ name: 'all' }] }],
    ['all virtual services of its namespace', { backendGroups: [{ name: '*' }] }],
    ['a backend group with all virtual services', { backendGroups: [{ name: 'whole' }] }],
  ])('a virtual node may call the virtual services of %s', (_, spec) => {
    const manifests = [
      ...[aBackendGroup('all', ['cart']), aBackendGroup('whole', ['*'])],
      ...[aNode('client', spec), aRouter('cart', [aRoute('all', { blue: 1 })])],
    ];
    const from = { kind: 'VirtualNode', namespace: 'apps', name: 'client' } as const;
    expect(evaluated(manifests, { from }).outcome).toBe('Routed');
  });
});
