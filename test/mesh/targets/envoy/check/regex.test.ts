import { describe, expect, it } from 'vitest';
import { regexFault, regexSize } from '../../../../../shared/mesh/targets/envoy/check/regex.ts';

const ranges = { ascii: 2, few: 8, any: 12 };

/** Besides the two instructions of each sequence and choice. */
const sizeOf = (regex: string) => regexSize(regex) - 2;

describe('the size of a regular expression', () => {
  it.each<readonly [regex: string, size: number]>([
    ['', 0],
    ['ab', 2],
    ['a|b', 3],
    ['a|', 2],
    ['é😀\n', 3],
    ['$^}]', 4],
    ['\\Qa.b\\E', 3],
    ['\\Qab', 2],
    ['\\Q\\E', 0],
    ['\\Qa\nb\\Ec', 4],
  ])('is the number of characters and of alternatives: %j', (regex, size) => {
    expect(sizeOf(regex)).toBe(size);
  });

  it.each(['(a)', '(?:a)', '(?i:a)', '(?is-mU:a)', '(?-i:a)', '(?P<n>a)', '(?<n_1>a)'])(
    'is larger by a group: %s',
    (regex) => {
      expect(sizeOf(regex)).toBe(5);
    },
  );

  it.each(['(?i)', '(?i-s)', '(?-s)', '(?)'])('is not larger by flags alone: %s', (regex) => {
    expect(sizeOf(`a${regex}`)).toBe(1);
  });

  it.each<readonly [regex: string, size: number]>([
    ['a*', 1],
    ['a+?', 1],
    ['a??', 1],
    ['a{0}', 1],
    ['a{1}', 1],
    ['a{0,1}', 1],
    ['a{0,}', 1],
    ['a{3}', 3],
    ['a{3,}', 3],
    ['a{3}?', 3],
    ['a{3,5}', 5],
    ['a{12,34}', 34],
    ['(?:ab){3}', 18],
    ['(?:a*)*', 7],
    ['(?:a{10}){100}', 1600],
    ['(?:a{1000}){1}', 1006],
    ['(?:a{1000}){0}', 1006],
    ['a(?i)*', 1],
    ['a*(?i)*', 3],
  ])('has a part as often as it is repeated: %s', (regex, size) => {
    expect(sizeOf(regex)).toBe(size + 2);
  });

  it.each(['a{,3}', 'a{01}', 'a{1', 'a{x}', 'a{', 'a{1000000000}', 'a{1,02}'])(
    'is of characters if a repetition is none: %s',
    (regex) => {
      expect(sizeOf(regex)).toBe(regex.length);
    },
  );

  it.each([
    ...['\\d', '\\s', '\\w'].map((regex) => [regex, ranges.few] as const),
    ...['\\D', '\\S', '\\W', '\\b', '\\B', '\\A', '\\z', '\\C', '.'].map(
      (regex) => [regex, ranges.any] as const,
    ),
    ...['\\pL', '\\PL', '\\p{Greek}', '\\P{Greek}', '\\p{^Greek}'].map(
      (regex) => [regex, ranges.any] as const,
    ),
  ])('is that of the ranges of a class: %s', (regex, size) => {
    expect(sizeOf(regex)).toBe(size);
    expect(sizeOf(`${regex}a`)).toBe(size + 1);
  });

  it.each<readonly [content: string, size: number]>([
    ['a', ranges.ascii],
    ['ab', 2 * ranges.ascii],
    ['a-z', ranges.ascii],
    ['a-zA-Z', 2 * ranges.ascii],
    [']a', 2 * ranges.ascii],
    ['a-', 2 * ranges.ascii],
    ['-a', 2 * ranges.ascii],
    ['a^', 2 * ranges.ascii],
    ['\\x7f', ranges.ascii],
    ['\\x80', ranges.any],
    ['é', ranges.any],
    ['a-é', ranges.any],
    ['😀', ranges.any],
    ['\\d', ranges.few],
    ['\\sa', ranges.few + ranges.ascii],
    ['\\W', ranges.any],
    ['\\pL', ranges.any],
    ['[:alpha:]', ranges.few],
    ['[:^alpha:]', ranges.any],
    ['[:xdigit:]a', ranges.few + ranges.ascii],
  ])('is that of the ranges in brackets: [%s]', (content, size) => {
    expect(sizeOf(`[${content}]`)).toBe(size + 2);
  });

  it.each([
    ['[^a]', ranges.ascii],
    ['[^]a]', 2 * ranges.ascii],
  ])('is larger if the brackets exclude: %s', (regex, size) => {
    expect(sizeOf(regex)).toBe(size + ranges.any);
  });

  it.each([
    ...['\\x41', '\\x{41}', '\\x{10ffff}', '\\x{10FFFF}', '\\101', '\\0', '\\07', '\\012', '\\12'],
    ...['\\n', '\\r', '\\t', '\\a', '\\f', '\\v', '\\.', '\\-', '\\/', '\\_', '\\\\', '\\(', '\\['],
  ])('is one of an escape: %s', (regex) => {
    expect(sizeOf(regex)).toBe(1);
  });

  it('is 0 if the expression is refused', () => {
    expect(regexSize('(')).toBe(0);
  });
});

describe('the order of characters in a range', () => {
  const characters = [
    ...[['\\0'], ['\\a', '\\x07', '\\007'], ['\\t', '\\11', '\\x{9}'], ['\\n', '\\012'], ['\\v'], ['\\f']],
    ...[
      ['\\r', '\r'],
      ['\\.', '.'],
      ['\\/', '/'],
      ['0'],
      ['A', '\\101'],
      ['\\]'],
      ['a'],
      ['é'],
      ['\\x{1F600}', '😀'],
    ],
  ];
  const pairs = characters.slice(1).map((names, index) => [characters[index] ?? [], names] as const);
  const all = pairs.flatMap(([before, after]) => before.flatMap((a) => after.map((b) => [a, b] as const)));

  it.each(all)('%s is before %s', (a, b) => {
    expect(regexFault(`[${a}-${b}]`)).toBeUndefined();
    expect(regexFault(`[${b}-${a}]`)).toBe('bad range of a class');
  });
});

describe('a regular expression that RE2 refuses', () => {
  it.each<readonly [fault: string, regexes: readonly string[]]>([
    ['assertions about what is around are not known', ['(?=a)', '(?!a)', '(?<=a)', '(?<!a)b']],
    ['a repetition of a repetition', ['a**', 'a*?*', 'a{2}{3}', 'a?+', 'a{2}?*']],
    ['missing argument of a repetition', ['*', '+', '?', '{1}', 'a|*', '(*)', '(?i)*']],
    ['missing )', ['(', '(a', '(a|', '((a)']],
    ['unexpected )', [')', 'a)', '(a))']],
    ['missing ]', ['[', '[a', '[^', '[]', '[^]', '[a-', '[]a']],
    ['bad size of the repetition {1001}', ['x{1001}']],
    ['bad size of the repetition {0,1001}', ['x{0,1001}']],
    ['bad size of the repetition {1001,}?', ['x{1001,}?']],
    ['bad size of the repetition {3,2}', ['x{3,2}']],
    ['bad size of the repetition {999999999}', ['x{999999999}']],
    [
      'repetitions of repetitions are too many',
      ['(?:x{500}){3}', '(?:x{10}){101}', '((?:x{10}){10}){11}', '(?:ax{500}b){3}', '(?:a|x{500}){3}'],
    ],
    ['the group n is there twice', ['(?P<n>a)(?P<n>b)', '(?P<n>a)(?<n>b)', '(?P<n>(?P<n>b))']],
    [
      'bad flags of a group',
      ['(?#c)', '(?>a)', '(?P=n)', '(?i', '(?-:a)', '(?i-)', '(?x)', '(?P<n-m>a)', '(?P<>a)', '(?i-s-m)'],
    ],
    ['bad class [:foo:]', ['[[:foo:]]', '[a[:foo:]]']],
    ['bad class [:alphas:]', ['[[:alphas:]]']],
    ['bad class [:xalpha:]', ['[[:xalpha:]]']],
    ['bad class [::]', ['[[::]]']],
    ['bad class \\p{Foo}', ['\\p{Foo}', '[\\p{Foo}]']],
    ['bad class \\pX', ['\\pX', '[\\pX]']],
    ['bad class \\p{}', ['\\p{}']],
    ['bad Unicode class', ['\\p', '\\p{', '\\P{', '\\P']],
    ['bad escape \\1', ['(a)\\1', '[\\1]', '\\18']],
    ['bad escape \\8', ['\\8', '\\89']],
    ['bad escape \\k', ['\\k<n>']],
    ['bad escape \\y', ['\\y', '[\\y]']],
    ['bad escape \\x', ['\\x', '\\xg', '\\x{}', '\\x4', '\\x{4', '\\xg1']],
    ['bad escape \\', ['\\', '[a\\', '\\é']],
    ['no such character', ['\\x{110000}', '[\\x{110000}]']],
  ])('%s: %j', (fault, regexes) => {
    expect(regexes.map(regexFault)).toEqual(regexes.map(() => fault));
  });

  it.each([
    '(?:x{10}){100}',
    '(?:x*){1000}',
    '(?:x{1000}){1}',
    '(?:x{1000})*',
    'x{1000}',
    '((?:x{10}){10}){10}',
  ])('is not one whose repetitions multiply to 1000: %s', (regex) => {
    expect(regexFault(regex) ?? 'its program').toContain('its program');
  });

  it('is one with groups nested too deep, not one with many groups', () => {
    const nested = (depth: number) => '('.repeat(depth) + ')'.repeat(depth);
    expect(regexFault(nested(899))).toBeUndefined();
    expect(regexFault(nested(900))).toBe('groups are nested too deep');
    expect(regexFault('()'.repeat(900))).toBeUndefined();
  });

  it('is one whose program is too large', () => {
    expect(regexFault('a'.repeat(4094))).toBeUndefined();
    expect(regexFault('a'.repeat(4095))).toBe('its program has 4097 instructions; expected at most 4096');
  });
});
