import { describe, expect, it } from 'vitest';
import { explainRequest } from '../../shared/explain/explain-request.ts';
import { toMeshRequest } from '../../shared/explain/mesh-request.ts';

const least = { from: 'VirtualNode shop/front', host: 'cart.shop' };

function faultsOf(request: unknown, rest: object = { cluster: 'local' }): readonly string[] {
  const { error } = explainRequest.safeParse({ ...rest, request });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function parsed(request: object) {
  const { request: asked } = explainRequest.parse({ cluster: 'local', request });
  if (asked === undefined) throw new Error('the request is a subject');
  return toMeshRequest(asked);
}

describe('the request that explain is to follow', () => {
  it('a request needs a sender and a host; the rest has the defaults of a client', () => {
    expect(parsed(least)).toEqual({
      from: { kind: 'VirtualNode', namespace: 'shop', name: 'front' },
      host: 'cart.shop',
      port: 80,
      scheme: 'http',
      method: 'GET',
      path: '/',
      headers: {},
    });
    expect(parsed({ ...least, scheme: 'https' }).port).toBe(443);
    expect(parsed({ ...least, host: 'cart.shop:8080' }).port).toBe(8080);
    expect(parsed({ ...least, host: 'cart.shop:8080', port: 80 })).toMatchObject({
      host: 'cart.shop:8080',
      port: 80,
    });
    expect(parsed({ ...least, host: '[::1]:8080' })).toMatchObject({ host: '[::1]:8080', port: 8080 });
    expect(parsed({ ...least, host: '[::1]' }).port).toBe(80);
    expect(parsed({ ...least, headers: { 'X-A': ['1', '2'] } }).headers).toEqual({ 'x-a': ['1', '2'] });
    expect(
      parsed({ ...least, from: 'VirtualGateway shop/in', headers: { 'X-Color': 'Blue' } }),
    ).toMatchObject({
      from: { kind: 'VirtualGateway' },
      headers: { 'x-color': 'Blue' },
    });
    expect(parsed({ ...least, protocol: 'grpc', path: '/a.B/C' })).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
    });
  });

  const sender =
    'expected the sender as "VirtualNode namespace/name", or the gateway that it arrives at as "VirtualGateway namespace/name"';
  const host = 'expected a host name, with :port if the client writes one in the Host header';
  const path =
    'expected a path as a client sends it, with the query, if any: it begins with /, in ASCII without spaces and # (such as %C3%BC for ü), and has no %00';
  it.each<[string, unknown, string[]]>([
    ['no object', 'GET /', ['request: expected {"from", "host", "port", "method", "path", "headers"}']],
    ['nothing', {}, [`request.from: ${sender}`, `request.host: ${host}`]],
    ['an unknown sender', { ...least, from: 'Pod shop/front' }, [`request.from: ${sender}`]],
    ['a sender without a namespace', { ...least, from: 'VirtualNode front' }, [`request.from: ${sender}`]],
    ['a URL as host', { ...least, host: 'http://cart.shop' }, [`request.host: ${host}`]],
    [
      'port 0',
      { ...least, port: 0 },
      ['request.port: expected the port that the client connects to: 1 to 65535'],
    ],
    ['a relative path', { ...least, path: 'a b' }, [`request.path: ${path}`]],
    ['a path with a letter that no URL has', { ...least, path: '/ü' }, [`request.path: ${path}`]],
    ['a path with a zero byte', { ...least, path: '/a%00b?c' }, [`request.path: ${path}`]],
    [
      'a method in small letters',
      { ...least, method: 'get' },
      ['request.method: expected a method in capital letters, such as GET'],
    ],
    [
      'a header that is a number',
      { ...least, headers: { x: 1 } },
      ['request.headers.x: expected a text, or a list of texts'],
    ],
    [
      'headers as a list',
      { ...least, headers: ['x'] },
      [
        'request.headers: expected values by header name: {"x-color": "blue"}; several of a name as a list: {"x-color": ["blue", "red"]}',
      ],
    ],
    [
      'a list of numbers',
      { ...least, headers: { x: [1] } },
      ['request.headers.x: expected a list of 1 to 100 texts, each in one line'],
    ],
    [
      'an empty list',
      { ...least, headers: { x: [] } },
      ['request.headers.x: expected a list of 1 to 100 texts, each in one line'],
    ],
    ['an address without brackets', { ...least, host: '::1' }, [`request.host: ${host}`]],
    [
      'a header twice',
      { ...least, headers: { x: '1', X: '2' } },
      ['request.headers.X: is there twice; the case of a name makes no difference'],
    ],
    [
      'the host as a header',
      { ...least, headers: { Host: 'a' } },
      ['request.headers.Host: is not a header here; expected the field host'],
    ],
    ['an unknown scheme', { ...least, scheme: 'ftp' }, ['request.scheme: expected http or https']],
    [
      'fields that there are not',
      { ...least, hots: 'x' },
      ['request: unknown field hots; expected from, host, port, scheme, method, path, headers, protocol'],
    ],
  ])('the request that explain is to follow is not %s', (_what, request, expected) => {
    expect(faultsOf(request)).toEqual(expected);
  });

  it('a request is no other subject', () => {
    expect(faultsOf(least, { cluster: 'local', pod: 'front-1' })[0]).toMatch(
      /^pod: cannot be used with request; /,
    );
    const object = { kind: 'Mesh', name: 'main' };
    expect(faultsOf(least, { cluster: 'local', object })[0]).toMatch(
      /^request: cannot be used with object; /,
    );
  });
});
