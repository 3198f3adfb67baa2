import { describe, expect, it } from 'vitest';
import {
  anyPath,
  commonPath,
  isAnyPath,
  isPlainPath,
  type Path,
  pathMatch,
  quoted,
  segmentsOf,
} from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';

/** `prefix /a` */
function path(text: string): Path {
  const [kind = '', value = ''] = text.split(/ (.*)/s);
  return { kind: kind as Path['kind'], value };
}

describe('the paths that two matches have in common', () => {
  it.each([
    ['exact /a', 'exact /a', 'exact /a'],
    ['exact /a', 'exact /b', null],
    ['exact /a', 'exact /a/b', null],
    ['prefix /', 'regex /a+', 'regex /a+'],
    ['segments /', 'exact /a', 'exact /a'],
    ['exact /', 'exact /a', null],
    ['prefix /a', 'exact /a', 'exact /a'],
    ['prefix /a', 'exact /ab', 'exact /ab'],
    ['prefix /a', 'exact /b', null],
    ['prefix /a', 'prefix /ab', 'prefix /ab'],
    ['prefix /a', 'prefix /b', null],
    ['prefix /a', 'segments /a', 'segments /a'],
    ['prefix /a', 'segments /a/b', 'segments /a/b'],
    ['prefix /a/', 'segments /a', 'prefix /a/'],
    ['segments /a', 'exact /a', 'exact /a'],
    ['segments /a', 'exact /a/b', 'exact /a/b'],
    ['segments /a', 'exact /ab', null],
    ['segments /a', 'segments /a/b', 'segments /a/b'],
    ['segments /a', 'segments /ab', null],
    ['segments /a', 'prefix /a/b', 'prefix /a/b'],
    ['segments /a', 'prefix /ab', null],
    ['regex /a+', 'regex /a+', 'regex /a+'],
    ['regex /a/[0-9]+', 'regex /b/[0-9]+', null],
    ['regex /a/[0-9]+', 'regex /a/.*', undefined],
    ['regex /a/b/[0-9]+', 'regex /a/.*', undefined],
    ['regex /a/[0-9]+', 'exact /a/1', undefined],
    ['regex /a/[0-9]+', 'exact /b', null],
    ['regex /a/[0-9]+', 'exact /a/', undefined],
    ['regex /a/[0-9]+', 'prefix /a', 'regex /a/[0-9]+'],
    ['regex /a/[0-9]+', 'prefix /a/', 'regex /a/[0-9]+'],
    ['regex /a/[0-9]+', 'prefix /a/1', undefined],
    ['regex /a/[0-9]+', 'segments /a', 'regex /a/[0-9]+'],
    ['regex /ab[0-9]+', 'segments /a', null],
    ['regex /a[0-9]+', 'segments /a', undefined],
    ['regex /a[/]b', 'segments /a', undefined],
  ])('%s and %s: %s', (a, b, common) => {
    const expected = typeof common === 'string' ? path(common) : common;
    expect(commonPath(path(a), path(b))).toEqual(expected);
    expect(commonPath(path(b), path(a))).toEqual(expected);
  });
});

describe('the start that all texts of a regular expression share', () => {
  // A prefix that is not the start of each text is in doubt; one that cannot be is excluded.
  it.each([
    ['/a|/b', '/b', undefined],
    ['^/ab', '/a', 'whole'],
    ['/ab*', '/ab', undefined],
    ['/ab?', '/ab', undefined],
    ['/ab{0}', '/ab', undefined],
    ['/ab+', '/ab', undefined],
    ['/ab*', '/a', 'whole'],
    ['/a\\.b', '/a.b', 'whole'],
    ['/a\\.b', '/axb', null],
    ['/a\\^b', '/a^b', 'whole'],
    ['/a\\.*', '/a.', undefined],
    ['/a\\.*', '/a', 'whole'],
    ['/a\\d', '/a', 'whole'],
    ['/a\\d', '/ad', undefined],
    ['/a.b', '/a', 'whole'],
    ['/a.b', '/axb', undefined],
    ['/a(b)', '/ab', undefined],
    ['/a[b]', '/ab', undefined],
    ['/a$', '/a', 'whole'],
  ])('%s and the prefix %s: %s', (regex, prefix, common) => {
    const whole = path(`regex ${regex}`);
    expect(commonPath(whole, path(`prefix ${prefix}`))).toEqual(common === 'whole' ? whole : common);
  });
});

describe('a path', () => {
  it.each([
    ['prefix /', true],
    ['segments /', true],
    ['exact /', false],
    ['regex /', false],
    ['prefix /a', false],
    ['segments /a', false],
  ])('%s is any path: %s', (text, expected) => {
    expect(isAnyPath(path(text))).toBe(expected);
  });

  it('of any request is the prefix /', () => {
    expect(anyPath).toEqual(path('prefix /'));
  });

  it.each([
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a'],
    ['/a//', '/a'],
    ['/a/b/', '/a/b'],
    ['//', '/'],
  ])('the prefix %s in whole segments is %s', (prefix, value) => {
    expect(segmentsOf(prefix)).toEqual({ kind: 'segments', value });
  });

  it.each([
    ['/a.b', '/a\\.b'],
    ['\\.+*?()[]{}|^$', '\\\\\\.\\+\\*\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$'],
    ['/a-b/c', '/a-b/c'],
    ['', ''],
  ])('%j as a regular expression is %j', (text, expected) => {
    expect(quoted(text)).toBe(expected);
    expect(new RegExp(`^${quoted(text)}$`).test(text)).toBe(true);
  });

  it.each([
    ["/Az09._~!$&'()*+,;=:@-", true],
    ['/%4f', true],
    ['/%4F/x', true],
    ['', false],
    ['/a b', false],
    ['/a\n', false],
    ['/%4', false],
    ['/%g0', false],
    ['/a?b', false],
    ['/a#b', false],
    ['/é', false],
    ['//a', false],
    ['/a//', false],
    ['/./a', false],
    ['/a/.', false],
    ['/a/..', false],
    ['/../a', false],
    ['/.a', true],
    ['/..a', true],
    ['/a.', true],
    ['/a%2fb', false],
    ['/a%2Fb', false],
  ])('%j is accepted by the schema of an HTTPRoute: %s', (value, expected) => {
    expect(isPlainPath(value)).toBe(expected);
  });

  it.each([
    ['regex /a+', false, 'RegularExpression', '/a+'],
    ['segments /a', false, 'PathPrefix', '/a'],
    ['segments /a', true, 'PathPrefix', '/a'],
    ['exact /a.b', true, 'Exact', '/a.b'],
    ['exact /a//b.', false, 'RegularExpression', '/a//b\\.'],
    ['prefix /', false, 'PathPrefix', '/'],
    ['prefix /', true, 'RegularExpression', '/.*'],
    ['prefix /a.b', false, 'RegularExpression', '/a\\.b.*'],
  ])('%s (as a regular expression: %s) becomes %s %s', (text, asRegex, type, value) => {
    expect(pathMatch(path(text), asRegex)).toEqual({ type, value });
  });
});
