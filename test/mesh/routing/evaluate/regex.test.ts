import { Script } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
    ['a{1000}', 'a'.repeat(1000), true],
    ['a{0,1000}', 'aa', true],
    ['a{2,}', 'aaa', true],
    ['a{2,}', 'a', false],
    ['\\A/a', '/a', true],
    ['b\\A/a', 'b/a', false],
    ['/a\\z', '/a', true],
    ['/a\\zb', '/ab', false],
    ['^/a$', '/a', true],
    ['', '', true],
    ['', 'a', false],
    ['\\Qa.b', 'a.b', true],
    ['\\Qa.b', 'axb', false],
    ['\\Qa\nb\\E', 'a\nb', true],
    ['\\Q\t\\E', '\t', true],
    ['(?i)', '', true],
    ['(?i)a|b', 'B', true],
    ['(?:(?i)a|b)c', 'Bc', true],
    ['(?:(?i)a|b)c', 'BC', false],
    ['(?s).', '\n', true],
    ['.', '\n', false],
    ['(?U)a+b', 'aab', true],
    ['(?U:a+)b', 'aab', true],
    ['(?iU)a', 'A', true],
    ['(?U)a(?i)b', 'aB', true],
    ['(?:a|b)c', 'bc', true],
    ['(?<id>a)', 'a', true],
    ['\\x4a', 'J', true],
    ['\\x{4A}', 'J', true],
    ['\\x{20ac}', '€', true],
    ['\\x{a}', '\n', true],
    ['[\\x41-\\x{43}]', 'B', true],
    ['[\\x41-\\x{43}]', 'x', false],
    ['[\\x41-\\x{43}]', '4', false],
    ['[\\x{20ac}]', '€', true],
    ['[\\x{20ac}]', '{', false],
    ['[\\s]', ' ', true],
    ['[\\s]', '\u00a0', false],
    ['[\\s]', 's', false],
    ['[^\\s]', '\u00a0', true],
    ['\\S', '\u00a0', true],
    ['[[]', '[', true],
    ['[a[]b', '[b', true],
    ['[\\w]', 'a', true],
    ['[a[:digit:]]+', 'a1', true],
    ['[[:punct:]]+', '!/:@[`{~\\', true],
    ['[[:word:]]', '_', true],
    ['[^a]', '\n', true],
    ['\\a', '\x07', true],
    ['\\.', '.', true],
    ['\\/', '/', true],
    ['\\-\\_', '-_', true],
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
    '(?i)a(?U)b',
    '[[:^alpha:]]',
    '[[:none:]]',
    'a{0,1001}',
    'a{1001,}',
    '[\\S]',
    '[\\b]',
    '[\\B]',
    '[\\pL]',
    '[\\Qa]',
    '\\1',
    '\\x{}',
    '\\x{zz}',
    '\\x{12345}',
    'a\\',
    '()(?i',
    '(?P<a',
    'a))',
    'a)(b',
    '(?x)a',
    '(?i',
    '[',
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
    onTestFinished(() => void vi.restoreAllMocks());
    expect(matchesWhole('/a.*', '/a/b')).toBe(true);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('gives up once the expression had 50 ms of CPU time, of its own and of the system', () => {
    const timeout = Object.assign(new Error(), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
    const run = vi.spyOn(Script.prototype, 'runInContext').mockImplementation(() => {
      throw timeout;
    });
    const used = vi.spyOn(process, 'threadCpuUsage');
    const usages = [
      { user: 5_000, system: 5_000 },
      { user: 29_000, system: 30_000 },
      { user: 30_000, system: 30_000 },
    ];
    for (const usage of usages) used.mockImplementationOnce(() => usage);
    used.mockImplementation(() => {
      throw new Error('it goes on');
    });
    onTestFinished(() => void vi.restoreAllMocks());
    expect(matchesWhole('/a.*', '/a/b')).toBeUndefined();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('gives up at once on what JavaScript refuses', () => {
    const run = vi.spyOn(Script.prototype, 'runInContext').mockImplementationOnce(() => {
      throw new SyntaxError();
    });
    onTestFinished(() => void vi.restoreAllMocks());
    expect(matchesWhole('/a.*', '/a/b')).toBeUndefined();
    expect(run).toHaveBeenCalledTimes(1);
  });
});
