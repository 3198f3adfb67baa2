import { describe, expect, it } from 'vitest';
import type { GatewayRoute } from '../../../../../../shared/mesh/routing/gateway-routes.ts';
import type { PathMatch } from '../../../../../../shared/mesh/routing/match.ts';
import {
  pathsOf,
  pathsThrough,
} from '../../../../../../shared/mesh/targets/istio/translate/match/path-match.ts';

/** `prefix /a`; `-`: none. */
function path(text: string): PathMatch {
  const [kind = '', value = ''] = text.split(' ');
  return text === '-' ? undefined : { kind: kind as 'prefix', value };
}
const uris = (...texts: readonly string[]) => ({
  uris: texts.map((text) => Object.fromEntries([text.split(' ')])),
});
const disabled = { prefix: { defaultPrefix: 'DISABLED' } } as const;
function through(
  gateway: string,
  rewrite: GatewayRoute['rewrite'],
  route: string,
  protocol: GatewayRoute['protocol'] = 'http',
) {
  const match = { path: path(gateway), headers: [], queryParameters: [] };
  const target = { virtualService: {} };
  return pathsThrough({ protocol, path: 'spec.httpRoute', match, target, rewrite }, path(route));
}
const regexAndMore = {
  fault: 'Istio cannot require a regular expression and another path, or rewrite one of them',
};

describe('the path of a route', () => {
  it.each([
    ['-', uris()],
    ['prefix /', uris('prefix /')],
    ['exact /a', uris('exact /a')],
    ['exact /(', uris('exact /(')],
    ['regex /a+', uris('regex /a+')],
    ['regex /(', { fault: 'the regular expression is not valid' }],
    [
      'regex /a(?=b)',
      { fault: 'the regular expression has what RE2 does not know: assertions or back-references' },
    ],
  ])('%s is in Istio %j', (text, expected) => {
    expect(pathsOf(path(text))).toEqual(expected);
  });
});

describe('the paths of a gateway route that leaves them as they are', () => {
  const cases: readonly (readonly [gateway: string, route: string, expected: object | 'never'])[] = [
    ['-', '-', uris('prefix /')],
    ['-', 'prefix /a', uris('prefix /a')],
    ['-', 'exact /a', uris('exact /a')],
    ['-', 'regex /(', { fault: 'the regular expression is not valid' }],
    ['prefix /', 'exact /a', uris('exact /a')],
    ['prefix /a', '-', uris('prefix /a')],
    ['prefix /a', 'prefix /', uris('prefix /a')],
    ['prefix /a', 'prefix /a', uris('prefix /a')],
    ['prefix /a', 'prefix /ab', uris('prefix /ab')],
    ['prefix /ab', 'prefix /a', uris('prefix /ab')],
    ['prefix /a', 'prefix /b', 'never'],
    ['prefix /a', 'exact /a', uris('exact /a')],
    ['prefix /a', 'exact /ab', uris('exact /ab')],
    ['prefix /a', 'exact /b', 'never'],
    ['prefix /a', 'exact /', 'never'],
    ['prefix /a', 'regex /a', regexAndMore],
    ['exact /a', '-', uris('exact /a')],
    ['exact /a', 'prefix /', uris('exact /a')],
    ['exact /a', 'prefix /a', uris('exact /a')],
    ['exact /ab', 'prefix /a', uris('exact /ab')],
    ['exact /a', 'prefix /ab', 'never'],
    ['exact /', 'prefix /a', 'never'],
    ['exact /a', 'exact /a', uris('exact /a')],
    ['exact /a', 'exact /ab', 'never'],
    ['exact /ab', 'exact /a', 'never'],
    ['exact /a', 'regex /a', regexAndMore],
    ['regex /a+', '-', uris('regex /a+')],
    ['regex /a+', 'prefix /', uris('regex /a+')],
    ['regex /a+', 'regex /a+', uris('regex /a+')],
    ['regex /a+', 'regex /b+', regexAndMore],
    ['regex /a', 'prefix /a', regexAndMore],
    ['regex /a', 'exact /a', regexAndMore],
  ];

  it.each(cases)('%s with %s of a route: %j', (gateway, route, expected) => {
    expect(through(gateway, gateway.startsWith('prefix') ? disabled : undefined, route)).toEqual(expected);
  });

  it('are all of gRPC, and those without a path, whatever is to be rewritten', () => {
    expect(through('prefix /shop.Cart/', undefined, 'exact /shop.Cart/Add', 'grpc')).toEqual(
      uris('exact /shop.Cart/Add'),
    );
    expect(through('-', { prefix: { value: '/v2/' } }, 'prefix /a')).toEqual(uris('prefix /a'));
  });

  it('are those of an exact path of which only the host name is rewritten', () => {
    const hostname = { defaultTargetHostname: 'ENABLED' } as const;
    expect(through('exact /a', { hostname }, 'prefix /')).toEqual(uris('exact /a'));
  });

  it('are those of a prefix that is replaced by itself', () => {
    expect(through('prefix /a/', { prefix: { value: '/a/' } }, 'exact /a/b')).toEqual(uris('exact /a/b'));
  });
});

describe('the paths of a gateway route that replaces them as a whole', () => {
  it.each([
    ['exact /a', '-', { ...uris('exact /a'), rewrite: '/new' }],
    ['exact /a', 'prefix /', { ...uris('exact /a'), rewrite: '/new' }],
    ['exact /a', 'prefix /ne', { ...uris('exact /a'), rewrite: '/new' }],
    ['exact /a', 'exact /new', { ...uris('exact /a'), rewrite: '/new' }],
    ['exact /a', 'exact /ne', 'never'],
    ['exact /a', 'prefix /a', 'never'],
    ['exact /a', 'regex /new', regexAndMore],
    ['regex /a+', 'exact /new', { ...uris('regex /a+'), rewrite: '/new' }],
    ['regex /(', 'exact /new', { fault: 'the regular expression is not valid' }],
  ])('%s by /new with %s of a route: %j', (gateway, route, expected) => {
    expect(through(gateway, { path: { exact: '/new' } }, route)).toEqual(expected);
  });
});

describe('the paths of a gateway route that replaces a prefix', () => {
  it.each([
    ['/shop', undefined, '-', { ...uris('prefix /shop/', 'prefix /shop'), rewrite: '/' }],
    ['/shop', undefined, 'prefix /', { ...uris('prefix /shop/', 'prefix /shop'), rewrite: '/' }],
    ['/shop', undefined, 'exact /', { ...uris('exact /shop/', 'exact /shop'), rewrite: '/' }],
    ['/shop', undefined, 'exact /a', { ...uris('exact /shop/a', 'exact /shopa'), rewrite: '/a' }],
    ['/shop', undefined, 'prefix /a', { ...uris('prefix /shop/a', 'prefix /shopa'), rewrite: '/a' }],
    ['/shop', undefined, 'prefix /a/', { ...uris('prefix /shop/a/', 'prefix /shopa/'), rewrite: '/a/' }],
    ['/shop', undefined, 'prefix //a', { ...uris('prefix /shop//a'), rewrite: '//a' }],
    ['/shop/', undefined, 'prefix /', { ...uris('prefix /shop/'), rewrite: '/' }],
    ['/shop/', undefined, 'exact /a', { ...uris('exact /shop/a'), rewrite: '/a' }],
    ['/shop', '/v2/', 'prefix /v', { ...uris('prefix /shop/', 'prefix /shop'), rewrite: '/v2/' }],
    ['/shop', '/v2/', 'prefix /v2/', { ...uris('prefix /shop/', 'prefix /shop'), rewrite: '/v2/' }],
    ['/shop', '/v2/', 'prefix /v2/a', { ...uris('prefix /shop/a', 'prefix /shopa'), rewrite: '/v2/a' }],
    ['/shop', '/v2/', 'prefix /b', 'never'],
    ['/shop', '/v2/', 'exact /v', 'never'],
    ['/shop', '/v2/', 'regex /v2/.*', regexAndMore],
    ['/', '/v2/', 'exact /v2/a', { ...uris('exact /a'), rewrite: '/v2/a' }],
  ])('%s by %s with %s of a route: %j', (prefix, value, route, expected) => {
    const rewrite = value === undefined ? undefined : { prefix: { value } };
    expect(through(`prefix ${prefix}`, rewrite, route)).toEqual(expected);
  });
});
