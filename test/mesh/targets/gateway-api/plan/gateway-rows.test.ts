import { describe, expect, it } from 'vitest';
import { aNode, aRouter, aService, listenersOn, routeOn } from '../../../harness/manifests.ts';
import { by, http, planned, type Spec, service } from './gateway-rows.ts';

describe('the ports at which a gateway serves a gateway route', () => {
  const grpc = { serviceName: 'shop.Orders' };
  it.each<readonly [protocol: 'http' | 'http2' | 'grpc', match: Spec, ports: readonly number[]]>([
    ['http', { prefix: '/' }, [8080, 8083]],
    ['http2', { prefix: '/' }, [8081]],
    ['grpc', grpc, [8082]],
    ['http', { prefix: '/', port: 8083 }, [8083]],
    ['http', { prefix: '/', port: 8080 }, [8080]],
    ['grpc', { ...grpc, port: 8082 }, [8082]],
  ])('%s with the match %j are %j', (protocol, match, ports) => {
    const result = planned(by(protocol, { match }));
    expect(result.ports).toEqual(ports);
    expect(result.found).not.toContain(`refused spec.${protocol}Route: gatewayProtocol`);
  });

  it.each([8081, 9999])('are none for a port that is of no listener of its protocol: %i', (port) => {
    const { ports, found } = planned(http({ match: { prefix: '/', port } }));
    expect({ ports, found }).toEqual({ ports: [], found: ['refused spec.httpRoute: gatewayProtocol'] });
  });
});

describe('the host name of a gateway route', () => {
  const long = (length: number) => 'a'.repeat(length);
  it.each<readonly [hostname: Spec | undefined, host: string | undefined]>([
    [undefined, undefined],
    [{ exact: 'Shop.Example.COM' }, 'shop.example.com'],
    [{ suffix: '.Example.COM' }, '*.example.com'],
    [{ exact: 'a' }, 'a'],
    [{ exact: 'a-b.c-d' }, 'a-b.c-d'],
    [{ exact: '1.2.3.d' }, '1.2.3.d'],
    [{ exact: 'd.1' }, 'd.1'],
    [{ exact: long(253) }, long(253)],
    [{ suffix: `.${long(251)}` }, `*.${long(251)}`],
  ])('%j is %s', (hostname, host) => {
    expect(planned(http({ match: { prefix: '/', hostname } }))).toMatchObject({ host, found: [] });
  });

  it.each([
    ...['a_b.example.com', 'example.com.', '.example.com', 'a..b', 'a-', '-a', 'a-.b', 'a.-b', 'a.b-'],
    ...['1.2.3.4', '1', 'a b', '*', 'a.*.b'],
  ])('%s cannot be matched', (exact) => {
    const { found } = planned(http({ match: { prefix: '/', hostname: { exact } } }));
    expect(found).toEqual(['refused spec.httpRoute.match.hostname.exact: host']);
  });

  it.each([
    ['.example.com.', ['host']],
    [`.${long(252)}`, ['host']],
    ['example.com', ['hostnameSuffix', 'host']],
    ['example.', ['hostnameSuffix', 'host']],
  ])('behind which %s stands cannot be matched', (suffix, names) => {
    const { found } = planned(http({ match: { prefix: '/', hostname: { suffix } } }));
    expect(found).toEqual(names.map((name) => `refused spec.httpRoute.match.hostname.suffix: ${name}`));
  });
});

describe('the path that a virtual service gets from a gateway route', () => {
  const off = { defaultTargetHostname: 'DISABLED' };
  const prefixOf = (rewrite: Spec) => ({ hostname: off, prefix: rewrite });
  it.each<readonly [match: Spec, rewrite: Spec, at: string, path: Spec | undefined]>([
    [{ prefix: '/' }, { hostname: off }, 'prefix /', undefined],
    [{ prefix: '/' }, prefixOf({ value: '/' }), 'prefix /', undefined],
    [{ prefix: '/a/' }, { hostname: off }, 'segments /a', { prefix: '/a', replacement: '/' }],
    [
      { prefix: '/a/' },
      prefixOf({ defaultPrefix: 'ENABLED' }),
      'segments /a',
      { prefix: '/a', replacement: '/' },
    ],
    [{ prefix: '/a/' }, prefixOf({ defaultPrefix: 'DISABLED' }), 'prefix /a/', undefined],
    [{ prefix: '/a/' }, prefixOf({ value: '/b/' }), 'segments /a', { prefix: '/a', replacement: '/b/' }],
    [{ path: { exact: '/a' } }, { hostname: off }, 'exact /a', undefined],
    [{ path: { exact: '/a' } }, { hostname: off, path: { exact: '/b' } }, 'exact /a', { replacement: '/b' }],
    [
      { path: { regex: '/a.' } },
      { hostname: off, path: { exact: '/b' } },
      'regex /a.',
      { replacement: '/b' },
    ],
    [
      { hostname: { exact: 'a' } },
      { hostname: off, path: { exact: '/b' } },
      'prefix /',
      { replacement: '/b' },
    ],
    [{ hostname: { exact: 'a' } }, { hostname: off }, 'prefix /', undefined],
  ])('for the match %j with the rewrite %j: at %s %j', (match, rewrite, at, path) => {
    const result = planned(http({ match, rewrite }));
    expect(result.rows).toMatchObject([{ at, path, to: 'blue:8080' }]);
    expect(result.rows).toHaveLength(1);
    const isSegments = at.startsWith('segments');
    expect(result.found).toEqual(isSegments ? ['differs spec.httpRoute.match.prefix: prefix'] : []);
  });

  it('cannot be another than / for the prefix /', () => {
    const { found, rows } = planned(http({ rewrite: prefixOf({ value: '/b/' }) }));
    expect(found).toEqual(['refused spec.httpRoute.action.rewrite.prefix.value: rootRewrite']);
    expect(rows).toMatchObject([{ at: 'prefix /', path: undefined }]);
  });

  it('is that of the call for gRPC', () => {
    const orders = [
      aService('color', 'router/color'),
      aRouter('color', [routeOn('all', 'grpc')], listenersOn('grpc/9000')),
    ];
    const { rows, found } = planned(by('grpc'), orders);
    expect(rows).toMatchObject([{ at: 'prefix /shop.Orders/', path: undefined, to: 'blue:8080' }]);
    expect(found).toEqual([]);
  });
});

describe('the host name that a virtual service gets from a gateway route', () => {
  const called = (awsName: string) => [aService('color', 'node/blue', { awsName })];
  it.each<readonly [rewrite: Spec | undefined, host: string | undefined]>([
    [undefined, 'color.example.com'],
    [{ prefix: { value: '/' } }, 'color.example.com'],
    [{ hostname: { defaultTargetHostname: 'ENABLED' } }, 'color.example.com'],
    [{ hostname: { defaultTargetHostname: 'DISABLED' } }, undefined],
  ])('with the rewrite %j is %s', (rewrite, host) => {
    const spec = {
      httpRoute: { match: { prefix: '/' }, action: { target: { virtualService: service }, rewrite } },
    };
    const { rows, found } = planned(spec, called('Color.Example.com'));
    expect({ rows, found }).toMatchObject({ rows: [{ host, to: 'blue:8080' }], found: [] });
  });

  const at = (protocol: string) => `spec.${protocol}Route.action.rewrite.hostname.defaultTargetHostname`;
  it('is refused if it is no DNS name, and kept by a route that does not rewrite it', () => {
    const rewrite = { prefix: { value: '/' } };
    expect(planned(http({ rewrite }), called('color_1')).found).toEqual([
      `refused ${at('http')}: rewriteHost`,
    ]);
    expect(planned(http(), called('color_1')).found).toEqual([]);
  });

  it('is that of the call for gRPC, whatever its name', () => {
    const node = aNode('blue', listenersOn('grpc/9000'));
    const rewrite = { hostname: { defaultTargetHostname: 'ENABLED' } };
    const { rows, found } = planned(by('grpc', { rewrite }), [node, ...called('color_1')]);
    expect(rows).toMatchObject([{ host: undefined, to: 'blue:9000' }]);
    expect(found).toEqual([`differs ${at('grpc')}: grpcRewriteHost`]);
  });
});
