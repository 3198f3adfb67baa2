import { describe, expect, it } from 'vitest';
import { rewritten } from '../../../../shared/mesh/routing/evaluate/rewrite.ts';
import { gatewayRouteOf } from '../../../../shared/mesh/routing/gateway-routes.ts';
import { asked } from './evaluated.ts';

const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };

/** The host and path of a request after the gateway route. */
function sent(match: object, rewrite: object | undefined, path: string, field = 'httpRoute') {
  const action = { target, ...(rewrite && { rewrite }) };
  const route = gatewayRouteOf({ [field]: { match, action } });
  const { host, path: sentPath, ...rest } = rewritten(route, { ...asked, path }, 'cart.shop');
  expect({ ...rest, host: asked.host, path }).toEqual({ ...asked, path });
  return `${host} ${sentPath}`;
}

const kept = { hostname: { defaultTargetHostname: 'DISABLED' } };

describe('what a gateway route makes of a request', () => {
  it.each([
    ['by prefix', { prefix: '/a' }, undefined, '/a/b?c', 'cart.shop /b?c'],
    ['by prefix, the path without more', { prefix: '/a' }, undefined, '/a', 'cart.shop /'],
    ['by prefix, the path with a slash', { prefix: '/a' }, undefined, '/a/', 'cart.shop /'],
    ['by prefix, a longer word', { prefix: '/a' }, undefined, '/abc', 'cart.shop /bc'],
    ['by prefix, the prefix once more at the end', { prefix: '/a' }, undefined, '/ab/a/', 'cart.shop /b/a/'],
    ['by the prefix of all', { prefix: '/' }, undefined, '/a', 'cart.shop /a'],
    ['to a prefix', { prefix: '/a' }, { prefix: { value: '/x/' } }, '/a/b', 'cart.shop /x/b'],
    ['to no prefix that is named', { prefix: '/a' }, { prefix: {} }, '/a/b', 'cart.shop /b'],
    [
      'with the prefix kept',
      { prefix: '/a' },
      { prefix: { defaultPrefix: 'DISABLED' } },
      '/a/b',
      'cart.shop /a/b',
    ],
    [
      'with the default of the prefix',
      { prefix: '/a' },
      { prefix: { defaultPrefix: 'ENABLED' } },
      '/a/b',
      'cart.shop /b',
    ],
    ['to a path', { prefix: '/a' }, { path: { exact: '/x' } }, '/a/b?c', 'cart.shop /x?c'],
    ['by path', { path: { exact: '/a' } }, undefined, '/a?c', 'cart.shop /a?c'],
    ['by path to a path', { path: { exact: '/a' } }, { path: { exact: '/x' } }, '/a', 'cart.shop /x'],
    ['by host name alone', { hostname: { exact: 'a' } }, undefined, '/a', 'cart.shop /a'],
    ['with the host kept', { prefix: '/a' }, kept, '/a/b', 'cart.apps /b'],
    ['with both kept', { path: { exact: '/a' } }, kept, '/a', 'cart.apps /a'],
    [
      'with the default of the host',
      { prefix: '/' },
      { hostname: { defaultTargetHostname: 'ENABLED' } },
      '/a',
      'cart.shop /a',
    ],
    ['with a host without choice', { prefix: '/' }, { hostname: {} }, '/a', 'cart.shop /a'],
  ])('%s', (_, match, rewrite, path, expected) => {
    expect(sent(match, rewrite, path)).toBe(expected);
  });

  it.each([
    [undefined, 'cart.shop /a.B/C'],
    [kept, 'cart.apps /a.B/C'],
  ])('of a gRPC call with the rewrite %j only the host changes', (rewrite, expected) => {
    expect(sent({ serviceName: 'a.B' }, rewrite, '/a.B/C', 'grpcRoute')).toBe(expected);
  });
});
