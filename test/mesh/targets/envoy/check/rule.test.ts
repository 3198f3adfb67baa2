import { describe, expect, it } from 'vitest';
import {
  anything,
  choice,
  duration,
  fieldsOf,
  flag,
  line,
  list,
  listOf,
  map,
  message,
  name,
  needs,
  notBoth,
  once,
  oneOf,
  type Rule,
  text,
  textOf,
  typed,
  whole,
} from '../../../../../shared/mesh/targets/envoy/check/rule.ts';
import { type Case, faultsOf } from './found.ts';

describe('a value that may be missing or of another type', () => {
  it.each([
    [{ a: 1 }, { a: 1 }],
    [[1], {}],
    [null, {}],
    ['a', {}],
    [undefined, {}],
  ])('%j has the fields %j', (value, fields) => {
    expect(fieldsOf(value)).toEqual(fields);
  });

  it.each([
    [
      [1, 2],
      [1, 2],
    ],
    [{ length: 1 }, []],
    [undefined, []],
  ])('%j has the items %j', (value, items) => {
    expect(listOf(value)).toEqual(items);
  });

  it.each([
    ['a', 'a'],
    [1, ''],
    [undefined, ''],
  ])('%j is the text %j', (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });
});

describe('a message', () => {
  const rule = message({ port: whole(1, 2), name }, (value, place) => {
    if (value.port === 2) place.fault('is the second');
  });

  it.each<Case>([
    [{}, []],
    [{ port: 1, name: 'a' }, []],
    [{ port: undefined }, []],
    [{ port: 0, name: '' }, ['port: must be a whole number from 1 to 2', 'name: must not be empty']],
    [{ port: 2, other: 1 }, ['other: is a field that is not known', ': is the second']],
    [{ other: undefined }, ['other: is a field that is not known']],
    [{ toString: 1 }, ['toString: is a field that is not known']],
    [[], [': must be an object']],
    [null, [': must be an object']],
    ['a', [': must be an object']],
  ])('%j: %j', (value, faults) => {
    expect(faultsOf(rule, value)).toEqual(faults);
  });

  it('has its place before its fields', () => {
    expect(faultsOf(message({ a: message({ b: flag }) }), { a: { b: 1 } }, 'x[0]')).toEqual([
      'x[0].a.b: must be true or false',
    ]);
  });
});

describe('what fields require of each other', () => {
  it.each<readonly [value: object, required: number, one: string | undefined, both: boolean]>([
    [{ a: 1, b: 1 }, 0, '2', true],
    [{ a: 1, b: undefined }, 1, undefined, false],
    [{ b: null }, 1, undefined, false],
    [{ c: 1 }, 2, '0', false],
  ])('%j', (value, required, one, both) => {
    const rules = { a: anything, b: anything, c: anything };
    expect(faultsOf(message(rules, needs('a', 'b')), value)).toEqual(
      ['a: is required', 'b: is required'].filter(
        (fault) => (value as Record<string, unknown>)[fault[0] ?? ''] === undefined,
      ),
    );
    expect(faultsOf(message(rules, needs('a', 'b')), value)).toHaveLength(required);
    expect(faultsOf(message(rules, oneOf('a', 'b')), value)).toEqual(
      one === undefined ? [] : [`: must have one of a, b; it has ${one}`],
    );
    expect(faultsOf(message(rules, notBoth('a', 'b')), value)).toEqual(
      both ? [': must have only one of a, b'] : [],
    );
  });
});

describe('a typed value', () => {
  const rule = typed({ 'envoy.A': message({ on: flag }), 'envoy.B': message({}) });

  it.each<Case>([
    [{ '@type': 'type.googleapis.com/envoy.A', on: true }, []],
    [{ '@type': 'type.googleapis.com/envoy.A', on: 1 }, ['on: must be true or false']],
    [{ '@type': 'type.googleapis.com/envoy.B', on: true }, ['on: is a field that is not known']],
    [{ '@type': 'envoy.A' }, ['@type: has the type envoy.A, which is not known here']],
    [{}, ['@type: has the type undefined, which is not known here']],
    ['a', ['@type: has the type undefined, which is not known here']],
  ])('%j: %j', (value, faults) => {
    expect(faultsOf(rule, value)).toEqual(faults);
  });
});

describe('a rule that is applied once', () => {
  it('reports of a value that is no object what the rule reports', () => {
    expect(faultsOf(once(flag), 1, 'on')).toEqual(['on: must be true or false']);
    expect(faultsOf(once(message({})), null, 'on')).toEqual(['on: must be an object']);
  });
});

describe('lists and maps', () => {
  it.each<readonly [rule: Rule, value: unknown, faults: readonly string[]]>([
    [list(flag), [], []],
    [list(flag), [true, 1], ['a[1]: must be true or false']],
    [list(flag), { 0: true }, ['a: must be a list']],
    [list(flag, { min: 1 }), [], ['a: must have at least 1 item']],
    [list(flag, { min: 1 }), [true], []],
    [list(flag, { max: 1 }), [true], []],
    [list(flag, { max: 1 }), [true, 1], ['a: must have at most 1 items', 'a[1]: must be true or false']],
    [map(flag), {}, []],
    [map(flag), { x: true, y: 1 }, ['a.y: must be true or false']],
    [map(flag), [true], ['a: must be an object']],
  ])('%#: %j', (rule, value, faults) => {
    expect(faultsOf(rule, value, 'a')).toEqual(faults);
  });
});

describe('texts', () => {
  const notText = [': must be a text'];

  it.each<readonly [rule: Rule, value: unknown, faults: readonly string[]]>([
    [text(), '', []],
    [text(), 'a\n'.repeat(1000), []],
    [text(), 1, notText],
    [text(), undefined, notText],
    [name, 'a', []],
    [name, '', [': must not be empty']],
    [text({ maxBytes: 4 }), 'abcd', []],
    [text({ maxBytes: 4 }), 'abcde', [': must have at most 4 bytes']],
    [text({ maxBytes: 4 }), 'éé', []],
    [text({ maxBytes: 4 }), 'ééé', [': must have at most 4 bytes']],
    [text({ maxBytes: 3 }), '€', []],
    [text({ maxBytes: 2 }), '€', [': must have at most 2 bytes']],
    [text({ pattern: /^a+$/ }), 'aa', []],
    [text({ pattern: /^a+$/ }), 'ab', [': must match ^a+$']],
    [text({ pattern: line }), 'a b', []],
    ...['a\n', '\ra', 'a\0b'].map(
      (value) => [text({ pattern: line }), value, [`: must match ${line.source}`]] as const,
    ),
  ])('%#: %j', (rule, value, faults) => {
    expect(faultsOf(rule, value)).toEqual(faults);
  });
});

describe('numbers, flags and choices', () => {
  const any = [': must be a whole number from 0 to 4294967295'];

  it.each<readonly [rule: Rule, value: unknown, faults: readonly string[]]>([
    [whole(), 0, []],
    [whole(), 4_294_967_295, []],
    [whole(), 4_294_967_296, any],
    [whole(), -1, any],
    [whole(), 1.5, any],
    [whole(), '1', any],
    [whole(1, 2), 1, []],
    [whole(1, 2), 2, []],
    [whole(1, 2), 0, [': must be a whole number from 1 to 2']],
    [whole(1, 2), 3, [': must be a whole number from 1 to 2']],
    [flag, true, []],
    [flag, false, []],
    [flag, 'true', [': must be true or false']],
    [choice('A', 'B'), 'B', []],
    [choice('A', 'B'), 'C', [': must be one of A, B']],
    [choice('A', 'B'), ['A'], [': must be one of A, B']],
    [anything, undefined, []],
  ])('%#: %j', (rule, value, faults) => {
    expect(faultsOf(rule, value)).toEqual(faults);
  });
});

describe('durations', () => {
  const form = [': must be a duration in seconds, as "1.5s"'];
  const least = [': must be at least 0 s and at most 2147483647 s'];
  const more = [': must be more than 0 s and at most 2147483647 s'];

  it.each<readonly [bounds: object, value: unknown, faults: readonly string[]]>([
    [{}, '0s', []],
    [{}, '1.5s', []],
    [{}, '0.123456789s', []],
    [{}, '2147483647s', []],
    [{}, '2147483647.1s', least],
    [{}, '-1s', least],
    [{ above: 0 }, '0s', more],
    [{ above: 0 }, '0.001s', []],
    [{ above: 0 }, '2147483648s', more],
    [{ min: 0.001 }, '0.0009s', [': must be at least 0.001 s and at most 2147483647 s']],
    [{ min: 0.001 }, '0.001s', []],
    ...['1', '1m', 's', '1.s', '.5s', '0.1234567890s', '1s ', ' 1s', '1e3s', '--1s'].map(
      (value) => [{}, value, form] as const,
    ),
    [{}, 1, form],
    [{}, ['1s'], form],
  ])('%j: %j', (bounds, value, faults) => {
    expect(faultsOf(duration(bounds), value)).toEqual(faults);
  });
});
