import { describe, expect, it } from 'vitest';
import { type Compared, comparedOf, firstCovering } from '../../../shared/mesh/routing/covers.ts';
import { httpMatchOf, type RequestMatch } from '../../../shared/mesh/routing/match.ts';

const of = httpMatchOf;
const path = (exact: string, regex?: string) => of({ path: regex === undefined ? { exact } : { regex } });
const prefix = (text: string) => of({ prefix: text });
const host = (hostname: object) => of({ hostname });
const any = of({});
const range = (start: number, end: number) => ({ range: { start, end } });

function covers(a: RequestMatch, b: RequestMatch): boolean {
  const compared = comparedOf(a);
  const found = firstCovering([compared], comparedOf(b));
  expect([undefined, compared]).toContain(found);
  return found !== undefined;
}

describe('a match that takes every request of another one', () => {
  it.each([
    [prefix('/'), path('', '/a.*'), true],
    [prefix('/a'), path('/ab'), true],
    [prefix('/a'), prefix('/ab'), true],
    [prefix('/ab'), prefix('/a'), false],
    [prefix('/a'), path('', '/a.*'), false],
    [path('', '/a'), path('', '/a'), true],
    [path('/a'), path('', '/a'), false],
    [path('/a'), prefix('/a'), false],
    [host({ suffix: '.Example.com' }), host({ exact: 'a.example.com' }), true],
    [host({ suffix: 'example.com' }), host({ suffix: '.example.com' }), true],
    [host({ exact: 'a.com' }), host({ suffix: 'a.com' }), false],
    [host({ exact: 'a.com' }), prefix('/'), false],
    [prefix('/'), host({ exact: 'a.com' }), true],
    [prefix('/a'), any, false],
    [path('', '/a.*'), any, false],
    [any, path('', '/a.*'), true],
    [any, any, true],
    [path('/a'), path('/b'), false],
    [path('/'), path('/b'), false],
    [path('', '/a'), path('', '/b'), false],
    [path('', '/'), prefix('/'), false],
    [host({ exact: 'A.com' }), host({ exact: 'a.COM' }), true],
    [host({ exact: 'a.com' }), host({ exact: 'b.com' }), false],
    [host({ suffix: 'b.com' }), host({ exact: 'a.com' }), false],
    [host({ suffix: 'a.com' }), host({ suffix: 'b.a.COM' }), true],
    [host({ suffix: 'a.com' }), host({}), false],
    [host({ suffix: 'a.com' }), any, false],
    [of({ port: 80 }), of({ port: 80 }), true],
    [of({ port: 80 }), of({ port: 81 }), false],
    [of({ port: 80 }), any, false],
    [any, of({ port: 80 }), true],
    [of({ method: 'GET' }), of({ method: 'GET' }), true],
    [of({ method: 'GET' }), of({ method: 'PUT' }), false],
    [of({ method: 'GET' }), any, false],
    [any, of({ method: 'GET' }), true],
    [of({ scheme: 'http' }), of({ scheme: 'http' }), true],
    [of({ scheme: 'http' }), of({ scheme: 'https' }), false],
    [of({ scheme: 'http' }), any, false],
    [any, of({ scheme: 'http' }), true],
  ])('case %#', (a, b, expected) => {
    expect(covers(a, b)).toBe(expected);
  });

  const header = (name: string, match?: object, invert?: boolean) =>
    of({ headers: [{ name, match, invert }] });
  const query = (name: string, exact?: string) =>
    of({ queryParameters: [{ name, match: exact === undefined ? undefined : { exact } }] });
  const both = of({ headers: [{ name: 'a' }], queryParameters: [{ name: 'a' }] });

  it.each([
    [header('a'), header('A'), true],
    [header('a'), header('b'), false],
    [header('a'), header('a', { exact: '1' }), false],
    [header('a'), header('a', {}), false],
    [header('a', {}, false), header('a', {}), true],
    [header('a', {}, true), header('a', {}), false],
    [header('a', {}, true), header('a', {}, true), true],
    [header('a', { exact: '1' }), header('a', { exact: '1' }), true],
    [header('a', { exact: '1' }), header('a', { exact: '2' }), false],
    [header('a', { exact: '1' }), header('a', { prefix: '1' }), false],
    [header('a', { prefix: '1' }), header('a', { suffix: '1' }), false],
    [header('a', { suffix: '1' }), header('a', { regex: '1' }), false],
    [header('a', range(1, 2)), header('a', range(1, 2)), true],
    [header('a', range(1, 2)), header('a', range(1, 3)), false],
    [header('a', range(1, 3)), header('a', range(2, 3)), false],
    [query('a'), query('a'), true],
    [query('a'), query('A'), false],
    [query('a'), query('a', '1'), false],
    [query('a', '1'), query('a', '1'), true],
    [query('a', '1'), query('a', '2'), false],
    [query('a'), header('a'), false],
    [header('a'), query('a'), false],
    [any, both, true],
    [header('a'), both, true],
    [query('a'), both, true],
    [both, header('a'), false],
    [both, query('a'), false],
    [both, any, false],
  ])('case %# of headers and query parameters', (a, b, expected) => {
    expect(covers(a, b)).toBe(expected);
  });

  it('of several the first', () => {
    const all = ['/b', '/a', '/a'].map((each) => comparedOf(prefix(each)));
    expect(firstCovering(all, comparedOf(path('/ab')))).toBe(all[1]);
  });

  it('is sought among the first hundred of a path, however many a tenant writes', () => {
    let compared = 0;
    const other = (): Compared => ({
      match: prefix('/a'),
      get conditions() {
        compared++;
        return ['another'];
      },
    });
    expect(firstCovering(Array.from({ length: 1_000 }, other), comparedOf(prefix('/a')))).toBeUndefined();
    expect(compared).toBe(100);
  });
});
