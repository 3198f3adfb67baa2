import { describe, expect, it } from 'vitest';
import { type Compared, comparedOf, firstCovering } from '../../../shared/mesh/routing/covers.ts';
import { httpMatchOf } from '../../../shared/mesh/routing/match.ts';

const path = (exact: string, regex?: string) =>
  comparedOf(httpMatchOf({ path: regex === undefined ? { exact } : { regex } }));
const prefix = (text: string) => comparedOf(httpMatchOf({ prefix: text }));
const host = (hostname: object) => comparedOf(httpMatchOf({ hostname }));

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
  ])('case %#', (a, b, expected) => {
    expect(firstCovering([a], b)).toBe(expected ? a : undefined);
  });

  it('is sought among the first hundred of a path, however many a tenant writes', () => {
    let compared = 0;
    const other = (): Compared => ({
      ...prefix('/a'),
      get conditions() {
        compared++;
        return ['another'];
      },
    });
    expect(firstCovering(Array.from({ length: 1_000 }, other), prefix('/a'))).toBeUndefined();
    expect(compared).toBe(100);
  });
});
