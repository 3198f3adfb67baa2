import { describe, expect, it } from 'vitest';
import { aRoute, aRouter, aService, listenersOn, routeOn } from '../../../harness/manifests.ts';
import { by, http, planned, type Spec } from './gateway-rows.ts';

type Listeners = readonly `${'http' | 'http2' | 'grpc' | 'tcp'}/${number}`[];

describe('the listener of a virtual service that a gateway route leads to', () => {
  const of = (...all: Listeners) => [
    aService('color', 'router/color'),
    aRouter(
      'color',
      all.map((each) => routeOn(each.replace('/', '-'), each)),
      listenersOn(...all),
    ),
  ];
  const refusals = (found: readonly string[]) => found.filter((each) => each.startsWith('refused'));

  it.each<
    readonly [
      listeners: Listeners,
      protocol: 'http' | 'http2' | 'grpc',
      port: number | undefined,
      label: string,
    ]
  >([
    [['http/1'], 'http', undefined, 'http/1'],
    [['http2/1'], 'http', undefined, 'http2/1'],
    [['grpc/1'], 'http', undefined, 'grpc/1'],
    [['grpc/1'], 'grpc', undefined, 'grpc/1'],
    [['http/1'], 'http2', 1, 'http/1'],
    [['http/1', 'http2/2'], 'http2', undefined, 'http2/2'],
    [['http/1', 'http2/2'], 'http', undefined, 'http/1'],
    [['http/1', 'http2/2'], 'http', 2, 'http2/2'],
    [['http/1', 'http/2'], 'http', 2, 'http/2'],
    [['http/1', 'grpc/2'], 'grpc', undefined, 'grpc/2'],
  ])('of %j for %s and port %s is %s', (all, protocol, port, label) => {
    const { rows, found } = planned(by(protocol, { ...(port !== undefined && { port }) }), of(...all));
    expect(rows[0]?.label).toBe(`GatewayRoute apps/way (route "${label.replace('/', '-')}")`);
    expect(refusals(found)).toEqual([]);
  });

  it.each<
    readonly [
      listeners: Listeners,
      protocol: 'http' | 'http2' | 'grpc',
      port: number | undefined,
      limit: string,
    ]
  >([
    [['http/1'], 'http', 2, '.port: port'],
    [['http/1', 'http/2'], 'http', undefined, '.port: port'],
    [['http/1', 'grpc/2'], 'http2', undefined, '.port: port'],
    [['tcp/1'], 'http', undefined, ': protocol'],
    [['tcp/1', 'http/2'], 'http', 1, ': protocol'],
    [['http/1'], 'grpc', undefined, ': protocol'],
    [['http2/1'], 'grpc', 1, ': protocol'],
  ])('of %j for %s and port %s cannot be chosen%s', (all, protocol, port, limit) => {
    const { found } = planned(by(protocol, { ...(port !== undefined && { port }) }), of(...all));
    expect(refusals(found)).toEqual([`refused spec.${protocol}Route.action.target${limit}`]);
  });
});

describe('the requests of a gateway route that its virtual service has', () => {
  const routes = (...all: readonly Spec[]) => [aService('color', 'router/color'), aRouter('color', all)];
  const route = (name: string, match: Spec) => aRoute(name, { blue: 1 }, { match });
  const way = 'GatewayRoute apps/way';

  it('are one row for each of its routes, and one without a backend for what none takes', () => {
    const both = routes(route('one', { prefix: '/a/1' }), route('two', { path: { exact: '/a/2' } }));
    const rewrite = {
      prefix: { defaultPrefix: 'DISABLED' },
      hostname: { defaultTargetHostname: 'DISABLED' },
    };
    expect(planned(http({ match: { prefix: '/a' }, rewrite }), both)).toMatchObject({
      rows: [
        { at: 'exact /a/2', label: `${way} (route "two")`, to: 'blue:8080', object: way },
        { at: 'prefix /a/1', label: `${way} (route "one")`, to: 'blue:8080', object: way },
        { at: 'prefix /a', label: way, to: undefined, object: way },
      ],
      found: [],
    });
  });

  it('are answered with an error without a provider', () => {
    expect(planned(http(), [aService('color')]).rows).toMatchObject([
      { at: 'prefix /', to: undefined, label: way },
    ]);
  });

  it.each<readonly [match: Spec, rewrite: Spec | undefined, route: Spec, limit: string]>([
    [{ path: { regex: '/a.' } }, undefined, { path: { regex: '/.b' } }, 'both'],
    [{ path: { exact: '/a' } }, { path: { exact: '/b' } }, { path: { regex: '/.' } }, 'rewrittenRegex'],
    [{ prefix: '/a/' }, { prefix: { value: '/' } }, { path: { regex: '/.' } }, 'rewrittenRegex'],
  ])('by %j and %j cannot be matched with those of %j: %s', (match, rewrite, other, limit) => {
    const off = { defaultTargetHostname: 'DISABLED' };
    const { found, rows } = planned(
      http({ match, rewrite: { hostname: off, ...rewrite } }),
      routes(route('one', other)),
    );
    expect(found).toContain(`refused spec.httpRoute.match: ${limit}`);
    expect(rows).toMatchObject([{ to: undefined, label: way }]);
    expect(rows).toHaveLength(1);
  });

  it('cannot be matched by headers of both if these are regular expressions, with a rewrite or without', () => {
    const headers = (regex: string) => [{ name: 'x', match: { regex } }];
    const target = routes(route('one', { prefix: '/', headers: headers('a') }));
    for (const rewrite of [undefined, { path: { exact: '/b' } }])
      expect(
        planned(
          http({ match: { path: { exact: '/a' }, headers: headers('b') }, ...(rewrite && { rewrite }) }),
          target,
        ).found,
      ).toContain('refused spec.httpRoute.match: both');
  });

  it('cannot be matched if one of the rewritten paths has characters that no PathPrefix has', () => {
    const rewrite = { hostname: { defaultTargetHostname: 'DISABLED' } };
    const both = routes(route('one', { prefix: '/x y' }), route('two', { prefix: '/z' }));
    expect(planned(http({ match: { prefix: '/a/' }, rewrite }), both).found).toEqual([
      'differs spec.httpRoute.match.prefix: prefix',
      'refused spec.httpRoute.match.prefix: path',
    ]);
    const exact = routes(route('one', { path: { exact: '/x y' } }));
    expect(planned(http({ match: { prefix: '/a/' }, rewrite }), exact).found).toEqual([
      'differs spec.httpRoute.match.prefix: prefix',
    ]);
  });
});

describe('a gateway route without rows', () => {
  it('is one to a virtual service that does not exist, or of another account', () => {
    const path = 'spec.httpRoute.action.target.virtualService.virtualService';
    expect(planned(http(), [])).toMatchObject({ rows: [], found: [] });
    const virtualService = {
      virtualServiceARN: 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/color',
    };
    expect(planned(http({ virtualService }))).toMatchObject({ rows: [], found: [`refused ${path}ARN: arn`] });
  });

  it('is one whose conditions contradict each other', () => {
    const headers = ['a', 'b'].map((exact) => ({ name: 'x', match: { exact } }));
    expect(planned(http({ match: { prefix: '/', headers } }))).toMatchObject({ rows: [], found: [] });
  });
});
