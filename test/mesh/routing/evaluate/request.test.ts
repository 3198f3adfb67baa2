import { describe, expect, it } from 'vitest';
import {
  headerValuesOf,
  hostNameOf,
  hostPortOf,
  normalized,
  pathOf,
  plainPath,
  queryParameterOf,
  withPath,
} from '../../../../shared/mesh/routing/evaluate/request.ts';
import { asked } from './evaluated.ts';

describe('the parts of a request', () => {
  it.each([
    ['Shop.Example', 'shop.example', undefined],
    ['shop.example:80', 'shop.example', 80],
    ['shop.example:', 'shop.example', undefined],
    ['[::1]:8088', '[::1]', 8088],
    ['[::1]', '[::1]', undefined],
    ['shop:80x', 'shop:80x', undefined],
    ['a:1:22', 'a:1', 22],
  ])('the host %j has the name %j and the port %j', (host, name, port) => {
    expect([hostNameOf({ host }), hostPortOf({ host })]).toEqual([name, port]);
  });

  it.each([
    ['/a', '/a', '/x'],
    ['/a?b', '/a', '/x?b'],
    ['/a?b?c', '/a', '/x?b?c'],
    ['?b', '', '/x?b'],
  ])('the path of %j is %j; another path keeps the query: %j', (path, expected, other) => {
    expect(pathOf({ path })).toBe(expected);
    expect(withPath({ ...asked, path }, '/x')).toEqual({ ...asked, path: other });
  });

  it.each([
    ['/?q=1', 'q', '1'],
    ['/?q=1&q=2', 'q', '1'],
    ['/?p=1&q=2', 'q', '2'],
    ['/?q', 'q', ''],
    ['/?q=', 'q', ''],
    ['/?q=a=b==', 'q', 'a=b=='],
    ['/?=1', '', '1'],
    ['/?a&&b', '', ''],
    ['/?', '', undefined],
    ['/', '', undefined],
    ['/q', 'q', undefined],
    ['/?Q=1', 'q', undefined],
    ['/?p', 'q', undefined],
  ])('of %j the query parameter %j is %j', (path, name, expected) => {
    expect(queryParameterOf({ ...asked, path }, name)).toBe(expected);
  });

  it.each([
    [':method', ['GET']],
    [':Scheme', ['http']],
    [':path', ['/a?b']],
    [':authority', ['cart.apps']],
    ['Host', ['cart.apps']],
    ['X-One', ['1']],
    ['x-two', ['1', '2']],
    ['x-three', []],
    ['toString', []],
  ])('the values of the header %s are %j', (name, expected) => {
    const headers = { 'x-one': '1', 'x-two': ['1', '2'], ':path': '/other', host: 'other' };
    expect(headerValuesOf({ ...asked, path: '/a?b', headers }, name)).toEqual(expected);
  });
});

describe('a request as the proxies compare it', () => {
  it.each([
    [{}, 'http', ['http']],
    [{ 'x-forwarded-proto': 'https' }, 'https', ['https']],
    [{ 'x-forwarded-proto': ' HTTPS ' }, 'https', ['HTTPS']],
    [{ 'x-forwarded-proto': 'ftp' }, 'http', ['ftp']],
    [{ 'x-forwarded-proto': ['https', 'http'] }, 'http', ['https,http']],
  ])('with the headers %j it has the scheme %s', (headers, scheme, forwarded) => {
    expect(normalized({ ...asked, headers })).toEqual({
      ...asked,
      scheme,
      headers: { 'x-forwarded-proto': forwarded },
    });
  });

  it('its path is plain, its query as it is, its headers have no spaces around them', () => {
    const headers = { a: [' 1 ', '2'], accept: ['a ', ' b'] };
    expect(normalized({ ...asked, scheme: 'https', path: '/a/../b//c?d//e', headers })).toEqual({
      ...{ ...asked, scheme: 'https', path: '/b/c?d//e' },
      headers: { a: ['1', '2'], accept: ['a,b'], 'x-forwarded-proto': ['https'] },
    });
  });

  it.each([
    ['/a', '/a'],
    ['/', '/'],
    ['/a/./b/../c', '/a/c'],
    ['/a///b//', '/a/b/'],
    ['/%41%7e%2D%5F%2e%30', '/A~-_.0'],
    ['/%2F%20%7C', '/%2F%20%7C'],
    ['/a|b', '/a%7Cb'],
    ['/a|b|c', '/a%7Cb%7Cc'],
    ['/a/..;v=1/b', '/b'],
    ['/a/.;v/b', '/a/b'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['/a..;/b', '/a..;/b'],
    ['/...;/b', '/...;/b'],
  ])('the path %j is plain as %j', (path, expected) => {
    expect(plainPath(path)).toBe(expected);
  });
});
