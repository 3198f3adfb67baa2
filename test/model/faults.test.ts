import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { describeFaults } from '../../shared/model/faults.ts';

const faultsOf = (schema: z.ZodMiniType, value: unknown) => {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error('expected faults');
  return describeFaults(error).split('\n');
};

describe('faults for people', () => {
  it('have a path', () => {
    const schema = z.object({ a: z.array(z.object({ b: z.string('is wrong') })) });
    expect(faultsOf(schema, { a: [{ b: 'x' }, {}] })).toEqual(['a[1].b: is wrong']);
    expect(faultsOf(z.array(z.object({ b: z.string('is wrong') })), [{}])).toEqual(['[0].b: is wrong']);
    expect(faultsOf(z.string('is wrong'), 1)).toEqual(['(the whole): is wrong']);
  });

  it.each([
    [500, 'm'.repeat(500)],
    [501, `${'m'.repeat(499)}…`],
  ])('of %i characters are cut after 500', (length, text) => {
    expect(faultsOf(z.string('m'.repeat(length)), 1)).toEqual([`(the whole): ${text}`]);
    const key = 'm'.repeat(length);
    expect(faultsOf(z.record(z.string(), z.string('is wrong')), { [key]: 1 })).toEqual([`${text}: is wrong`]);
  });

  it.each([
    [500, 'm'.repeat(500)],
    [501, `${'m'.repeat(499)}…`],
  ])('of %i characters are cut after 500', (length, text) => {
    expect(faultsOf(z.string('m'.repeat(length)), 1)).toEqual([`(the whole): ${text}`]);
    expect(faultsOf(z.record(z.string(), z.string('is wrong')), { ['m'.repeat(length - 1)]: 1 })[0]).toBe(
      `${'m'.repeat(499)}${length > 500 ? 'm' : ''}: is wrong`,
    );
  });

  it.each([
    [50, undefined],
    [51, 'and 1 more'],
    [70, 'and 20 more'],
  ])('%i are listed up to 50', (count, more) => {
    const lines = faultsOf(z.array(z.string('is wrong')), Array(count).fill(1));
    expect(lines.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => `[${index}]: is wrong`));
    expect(lines[50]).toBe(more);
  });
});
