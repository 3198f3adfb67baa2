import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { faultText, pathText, schemaFaults } from '../../../shared/model/manifests/schema-faults.ts';
import type { SourceOf } from '../../../shared/model/manifests/unquoted.ts';

const schema = z.strictObject({
  text: z.optional(z.string()),
  /** Its messages say only what is expected. */
  even: z.optional(z.unknown().check(z.refine((value) => value === 2, 'expected an even number'))),
  checked: z.optional(z.unknown().check(z.refine(() => false, 'expected 2; found more'))),
  odd: z.optional(z.unknown().check(z.refine(() => false, 'is not odd'))),
  list: z.optional(z.array(z.number())),
});
const faultsOf = (value: unknown, sourceOf?: SourceOf) =>
  schemaFaults(schema, value, sourceOf).map(faultText);

describe('the faults of a value by its schema', () => {
  it('are none', () => {
    expect(faultsOf({ text: 'a', even: 2, list: [1] })).toEqual([]);
  });

  it.each([
    [1, 'the number 1'],
    [true, 'the boolean true'],
  ])('say how a text is written that YAML reads as %j', (text, found) => {
    expect(faultsOf({ text })).toEqual([`text: expected a text; found ${found}: put it in quotes`]);
    expect(faultsOf({ text }, (path) => (path[0] === 'text' ? 'yes' : undefined))).toEqual([
      `text: expected a text; found yes, which YAML reads as ${found}: put it in quotes: "yes"`,
    ]);
  });

  it('do not say so of a list, or where a number is expected', () => {
    expect(faultsOf({ text: [] })).toEqual(['text: expected a text; found a list']);
    expect(faultsOf({ list: [true] })).toEqual(['list[0]: expected a number; found the boolean true']);
  });

  it.each([['a'], [3], [false]])(
    'have what was found, such as %j, if the message says what is expected',
    (even) => {
      expect(faultsOf({ even })).toEqual([`even: expected an even number; found ${JSON.stringify(even)}`]);
    },
  );

  it('have nothing else if it is no scalar, or the message says it', () => {
    expect(faultsOf({ even: [3] })).toEqual(['even: expected an even number']);
    expect(faultsOf({ checked: 3 })).toEqual(['checked: expected 2; found more']);
    expect(faultsOf({ odd: 3 })).toEqual(['odd: is not odd']);
  });

  it('are each unknown field', () => {
    const [first, second, ...others] = faultsOf({ texts: 1, b: 2 });
    expect([first, second]).toEqual([
      'texts: unknown field; did you mean text?',
      'b: unknown field; expected only text, even, checked, odd, list',
    ]);
    expect(others).toEqual([]);
  });

  it('are at the whole, or at a path', () => {
    expect(pathText([])).toBe('(the whole)');
    expect(pathText([0, 'a', 1, 'b.c'])).toBe('[0].a[1].b.c');
  });
});
