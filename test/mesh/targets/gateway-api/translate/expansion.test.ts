import { describe, expect, it } from 'vitest';
import {
  expanded,
  isCovered,
  type PathRewrite,
} from '../../../../../shared/mesh/targets/gateway-api/translate/expansion.ts';
import { anyRequest, type Match } from '../../../../../shared/mesh/targets/gateway-api/translate/match.ts';
import { type Path, segmentsOf } from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';

/** `prefix /a` */
function at(text: string): Match {
  const [kind = '', value = ''] = text.split(' ');
  return { ...anyRequest, path: { kind: kind as Path['kind'], value } };
}
const withHeader = (match: Match, kind: 'exact' | 'regex', value: string): Match => ({
  ...match,
  headers: new Map([['x', { kind, value }]]),
});

/** The paths at the gateway, as `exact /a`. */
function pathsOf(gateway: Match, rewrite: PathRewrite, route: Match) {
  return expanded(gateway, rewrite, route)?.map(({ match: { path } }) => `${path.kind} ${path.value}`);
}

describe('a gateway route that leaves the path as it is', () => {
  it.each([
    ['prefix /a', 'exact /a/b', ['exact /a/b']],
    ['prefix /a', 'exact /b', []],
    ['regex /a.', 'exact /ab', undefined],
  ])('with %s takes of a route with %s: %j', (gateway, route, expected) => {
    expect(pathsOf(at(gateway), undefined, at(route))).toEqual(expected);
  });

  it('states no other path', () => {
    expect(expanded(at('prefix /a'), undefined, at('prefix /'))).toEqual([
      { match: at('prefix /a'), path: undefined },
    ]);
  });
});

describe('a gateway route that replaces the whole path', () => {
  it.each([
    ['exact /new', true],
    ['exact /new/', false],
    ['exact /', false],
    ['prefix /', true],
    ['segments /', true],
    ['prefix /new', true],
    ['prefix /ne', true],
    ['prefix /new/', false],
    ['prefix /old', false],
    ['segments /new', true],
    ['segments /ne', false],
  ])('by /new leads to a route with %s: %s', (route, isTaken) => {
    const found = expanded(at('prefix /old'), { kind: 'full', value: '/new' }, at(route));
    expect(found).toEqual(isTaken ? [{ match: at('prefix /old'), path: { replacement: '/new' } }] : []);
  });

  it('by a path below that of a route with whole segments leads to it', () => {
    expect(pathsOf(at('exact /x'), { kind: 'full', value: '/new/1' }, at('segments /new'))).toEqual([
      'exact /x',
    ]);
  });

  it('by a path below that of a route with an exact one does not lead to it', () => {
    expect(pathsOf(at('exact /x'), { kind: 'full', value: '/new/1' }, at('exact /new'))).toEqual([]);
  });

  it('cannot be matched with the regular expression of a route', () => {
    expect(pathsOf(at('exact /x'), { kind: 'full', value: '/new' }, at('regex /n.*'))).toBeUndefined();
  });

  it('has the headers of both, and nothing where they contradict each other', () => {
    const rewrite = { kind: 'full', value: '/new' } as const;
    const [one, two] = [withHeader(at('exact /x'), 'exact', '1'), withHeader(at('exact /new'), 'exact', '2')];
    expect(expanded(one, rewrite, at('exact /new'))).toEqual([{ match: one, path: { replacement: '/new' } }]);
    expect(expanded(one, rewrite, two)).toEqual([]);
    expect(expanded(one, rewrite, { ...two, path: at('regex /n.*').path })).toEqual([]);
    expect(
      expanded(withHeader(at('exact /x'), 'regex', '1'), rewrite, withHeader(at('exact /new'), 'regex', '2')),
    ).toBeUndefined();
  });
});

describe('a gateway route that replaces a prefix', () => {
  const rewritten = (prefix: string, value: string, route: string) =>
    pathsOf({ ...anyRequest, path: segmentsOf(prefix) }, { kind: 'prefix', prefix, value }, at(route));

  // The path that App Mesh makes of /a/x is the value with what follows the prefix and its slash.
  it.each([
    ['/a', '/', 'exact /', ['exact /a', 'exact /a/']],
    ['/a/', '/', 'exact /', ['exact /a/']],
    ['/a', '/', 'exact /x', ['exact /a/x']],
    ['/a', '/', 'exact /x/y', ['exact /a/x/y']],
    ['/a', '/b/', 'exact /b/x', ['exact /a/x']],
    ['/a', '/b/', 'exact /b/', ['exact /a', 'exact /a/']],
    ['/a', '/b/', 'exact /c', []],
    ['/a', '/b/', 'exact /b', []],
    ['/a', '/', 'prefix /', ['segments /a']],
    ['/a/', '/', 'prefix /', ['segments /a']],
    ['/a', '/b/', 'prefix /', ['exact /a', 'segments /a']],
    ['/a/', '/b/', 'prefix /', ['segments /a']],
    ['/a', '/b/', 'segments /', ['exact /a', 'segments /a']],
    ['/a', '/b/', 'prefix /b', ['exact /a', 'segments /a']],
    ['/a', '/b/', 'prefix /b/', ['exact /a', 'segments /a']],
    ['/a', '/b/', 'prefix /b/c', ['segments /a/c']],
    ['/a', '/b/', 'prefix /b/c/', ['segments /a/c']],
    ['/a', '/b/', 'prefix /c', []],
    ['/a', '/', 'prefix /c', ['segments /a/c']],
    ['/a', '/', 'regex /c.*', undefined],
  ])('%s by %s takes of a route with %s: %j', (prefix, value, route, expected) => {
    expect(rewritten(prefix, value, route)).toEqual(expected);
  });

  it('states what is replaced by what, with the conditions of both', () => {
    const rewrite = { kind: 'prefix', prefix: '/a/', value: '/b/' } as const;
    const gateway = { ...anyRequest, path: segmentsOf('/a/'), method: 'GET' };
    const route = withHeader(at('exact /b/x'), 'exact', '1');
    expect(expanded(gateway, rewrite, route)).toEqual([
      {
        match: { ...withHeader(at('exact /a/x'), 'exact', '1'), method: 'GET' },
        path: { prefix: '/a', replacement: '/b/' },
      },
    ]);
  });

  it('takes nothing that one of the two excludes, even if the rest cannot be matched', () => {
    const rewrite = { kind: 'prefix', prefix: '/a', value: '/b/' } as const;
    const gateway = withHeader({ ...anyRequest, path: segmentsOf('/a') }, 'regex', '1');
    const route = (text: string) => withHeader(at(text), 'regex', '2');
    expect(expanded(gateway, rewrite, route('exact /c'))).toEqual([]);
    expect(expanded(gateway, rewrite, route('exact /b/x'))).toBeUndefined();
  });
});

describe('the routes behind a gateway route', () => {
  it('cover it if one takes all that it matches', () => {
    const row = (match: Match) => ({ match });
    const gateway = at('segments /a');
    expect(isCovered(gateway, [row(at('exact /a')), row(gateway)])).toBe(true);
    expect(isCovered(gateway, [row(gateway), row(at('exact /a'))])).toBe(true);
    expect(isCovered(gateway, [row(at('exact /a'))])).toBe(false);
    expect(isCovered(gateway, [])).toBe(false);
  });
});
