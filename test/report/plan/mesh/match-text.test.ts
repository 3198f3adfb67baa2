import { describe, expect, it } from 'vitest';
import type { RequestMatch } from '../../../../shared/mesh/routing/match.ts';
import { matchText } from '../../../../shared/report/plan/mesh/match-text.ts';

const textOf = (match: Partial<RequestMatch>) =>
  matchText({ path: undefined, headers: [], queryParameters: [], ...match });
const header = (match: RequestMatch['headers'][number]['match'], invert?: boolean) =>
  textOf({ headers: [{ name: 'x', ...(match && { match }), ...(invert !== undefined && { invert }) }] });

describe('the text of a match', () => {
  it('is every request without a condition, or with a path that all have', () => {
    expect(textOf({})).toBe('every request');
    expect(textOf({ path: { kind: 'prefix', value: '/' } })).toBe('every request');
  });

  it('has paths by their kind', () => {
    expect(textOf({ path: { kind: 'exact', value: '/a' } })).toBe('path /a');
    expect(textOf({ path: { kind: 'prefix', value: '/a' } })).toBe('path /a*');
    expect(textOf({ path: { kind: 'regex', value: '/a+' } })).toBe('path like /a+');
  });

  it('has headers by their kind', () => {
    expect(header(undefined)).toBe('header x');
    expect(header(undefined, true)).toBe('header x not');
    expect(header({ exact: '1' }, false)).toBe('header x = 1');
    expect(header({ exact: '1' }, true)).toBe('header x not = 1');
    expect(header({ prefix: 'a' })).toBe('header x = a*');
    expect(header({ suffix: 'z' })).toBe('header x = *z');
    expect(header({ regex: 'a|b' })).toBe('header x like a|b');
    expect(header({ range: { start: 3, end: 7 } })).toBe('header x from 3 to 6');
  });

  it('has all conditions in one order', () => {
    expect(
      textOf({
        path: { kind: 'exact', value: '/a' },
        ...{ method: 'GET', scheme: 'https', hostname: { exact: 'shop.example' }, port: 8080 },
        headers: [{ name: 'x' }, { name: 'y' }],
        queryParameters: [{ name: 'q', match: { exact: '1' } }, { name: 'r' }],
      }),
    ).toBe(
      'path /a, method GET, scheme https, host shop.example, header x, header y, query q = 1, query r, port 8080',
    );
    expect(textOf({ hostname: { suffix: '.example' } })).toBe('host *.example');
  });
});
