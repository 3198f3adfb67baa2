import { Script } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { matchesWhole } from '../../../../shared/mesh/routing/evaluate/regex.ts';

describe('regular expressions of RE2', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/ab', false],
    ['a|b', 'b', true],
    ['(?P<id>[0-9]+)', '12', true],
    ['(?i)/Items', '/ITEMS', true],
    ['/a(?i)b|c', 'C', true],
    ['(/a(?i)b)c', '/aBc', true],
    ['(/a(?i)b)c', '/aBC', false],
    ['(?i:a)b', 'Ab', true],
    ['(?i:a)b', 'AB', false],
    ['(?U)a+', 'aaa', true],
    ['\\A/a\\z', '/a', true],
    ['\\Qa.b\\E.', 'a.bc', true],
    ['\\Qa.b\\E', 'axb', false],
    ['[[:alpha:]]+', 'abc', true],
    ['[[:alpha:]]+', 'ab1', false],
    ['[]a]+', ']a', true],
    ['[^]a]+', 'b', true],
    ['[\\d.-]+', '1.2-3', true],
    ['\\x41\\x{42}', 'AB', true],
    ['a\\s', 'a\u00a0', false],
    ['a\\-b', 'a-b', true],
    ['a{2}', 'aa', true],
    ['a{,2}', 'a{,2}', true],
  ])('%j against %j gives %j', (regex, text, expected) => {
    expect(matchesWhole(regex, text)).toBe(expected);
  });

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    'a**',
    '(a',
    'a)',
    '[a',
    'a{1001}',
    '\\pL',
    '(?-i)a',
    '(?i)a(?s)b',
  ])('%j has no meaning in RE2, or none that is known here', (regex) => {
    expect(matchesWhole(regex, 'a')).toBeUndefined();
  });

  it('gives up on one that JavaScript would take for ever to match', () => {
    expect(matchesWhole('(.*)*a{20}b', 'a'.repeat(60))).toBeUndefined();
  });

  it('does not give up on a busy machine, where the clock runs out before the expression had a CPU', () => {
    const timeout = Object.assign(new Error(), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
    const run = vi.spyOn(Script.prototype, 'runInContext').mockImplementationOnce(() => {
      throw timeout;
    });
    expect(matchesWhole('/a.*', '/a/b')).toBe(true);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
