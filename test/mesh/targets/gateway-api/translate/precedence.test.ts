import { describe, expect, it } from 'vitest';
import { anyRequest, type Match } from '../../../../../shared/mesh/targets/gateway-api/translate/match.ts';
import type { Path } from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';
import { ordered, type Row } from '../../../../../shared/mesh/targets/gateway-api/translate/precedence.ts';
import type { Value } from '../../../../../shared/mesh/targets/gateway-api/translate/value.ts';

type Headers = Readonly<Record<string, Value>>;

const exact = (value: string): Value => ({ kind: 'exact', value });
const prefix = (value: string): Value => ({ kind: 'prefix', value });

/** `prefix /a` */
function at(text: string, headers: Headers = {}): Match {
  const [kind = '', value = ''] = text.split(/ (.*)/s);
  const path = { kind: kind as Path['kind'], value };
  return { ...anyRequest, path, headers: new Map(Object.entries(headers)) };
}
const row = (match: Match, action: string, object = 'one', rewritesPrefix = false): Row => ({
  ...{ match, action, actionText: action, object, rewritesPrefix },
});
/** Each as `prefix /a x to blue`. */
const textsOf = (rows: readonly Row[]) =>
  rows.map(({ match: { path, headers }, action }) =>
    [path.kind, path.value, ...headers.keys(), 'to', action].join(' '),
  );

describe('rows in the order of App Mesh', () => {
  it.each<readonly [what: string, rows: readonly Row[], expected: readonly string[]]>([
    ['none', [], []],
    [
      'which the Gateway API has, too',
      [row(at('exact /a'), 'blue'), row(at('prefix /'), 'green')],
      ['exact /a to blue', 'prefix / to green'],
    ],
    [
      'of which all requests of a later one are taken by an earlier one',
      [row(at('prefix /'), 'blue'), row(at('exact /a'), 'green')],
      ['prefix / to blue', 'exact /a to blue'],
    ],
    [
      'that do the same',
      [row(at('prefix /', { x: exact('1') }), 'blue'), row(at('exact /a'), 'blue', 'two')],
      ['prefix / x to blue', 'exact /a to blue'],
    ],
    [
      'without a request of both',
      [row(at('segments /a'), 'blue'), row(at('exact /b'), 'green')],
      ['segments /a to blue', 'exact /b to green'],
    ],
    [
      'of equal rank in one object, where their order decides',
      [row(at('prefix /', { x: exact('1') }), 'blue'), row(at('prefix /', { y: exact('1') }), 'green')],
      ['prefix / x to blue', 'prefix / y to green'],
    ],
    [
      'of equal rank in two objects',
      [
        row(at('prefix /', { x: exact('1') }), 'blue'),
        row(at('prefix /', { y: exact('1') }), 'green', 'two'),
      ],
      ['prefix / x to blue', 'prefix / x y to blue', 'prefix / y to green'],
    ],
  ])('%s', (_, rows, expected) => {
    const found = ordered(rows, false);
    expect(textsOf(found.rows)).toEqual(expected);
    expect(found.conflicts).toEqual([]);
  });

  it('get a further row for each of two later ones', () => {
    const found = ordered(
      [
        row(at('prefix /', { x: exact('1') }), 'blue'),
        row(at('exact /a'), 'green'),
        row(at('exact /b'), 'red'),
      ],
      false,
    );
    expect(textsOf(found.rows)).toEqual([
      'prefix / x to blue',
      'exact /a x to blue',
      'exact /b x to blue',
      'exact /a to green',
      'exact /b to red',
    ]);
  });
});

describe('rows that the Gateway API cannot have in the order of App Mesh', () => {
  it('are two of which no match has the common requests', () => {
    const [first, second] = [row(at('regex /a.'), 'blue'), row(at('regex /ab?b'), 'green')];
    expect(ordered([first, second], false)).toEqual({
      ...{ rows: [first, second], conflicts: [{ first, second }] },
    });
  });

  it('are two of which the match of the common requests has the rank of the second', () => {
    const [first, second] = [
      row(at('exact /a', { x: exact('ab') }), 'blue'),
      row(at('exact /a', { x: prefix('a') }), 'green', 'two'),
    ];
    expect(ordered([first, second], false)).toEqual({
      ...{ rows: [first, second], conflicts: [{ first, second }] },
    });
  });

  it('are two of which the first rewrites a prefix of requests that neither whole segments nor a path match', () => {
    const first = row(at('prefix /a'), 'blue', 'one', true);
    const later = (path: string) => row(at(path), 'green', 'two');
    const conflictsWith = (second: Row) => ordered([first, second], false).conflicts;
    expect(conflictsWith(later('prefix /ab'))).toEqual([{ first, second: later('prefix /ab') }]);
    expect(conflictsWith(later('exact /ab'))).toEqual([]);
    expect(conflictsWith(later('segments /ab'))).toEqual([]);
  });

  it('are more than 1000, since each has one for the requests of any others', () => {
    const all = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        row(at('prefix /', { [`x-${index}`]: exact('1') }), `${index}`, `object ${index}`),
      );
    const nine = ordered(all(9), false);
    expect([nine.rows.length, nine.conflicts]).toEqual([2 ** 9 - 1, []]);
    const ten = all(10);
    expect(ordered(ten, false)).toEqual({ rows: ten, conflicts: [{ first: ten[0], second: ten[0] }] });
  });
});
