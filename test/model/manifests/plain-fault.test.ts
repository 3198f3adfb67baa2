import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { foundText, plainFault } from '../../../shared/model/manifests/plain-fault.ts';

const faultOf = (issue: object) => plainFault(issue as Parameters<typeof plainFault>[0]);
const typeFault = (expected: string, input: unknown) => faultOf({ code: 'invalid_type', expected, input });
const valueFault = (values: readonly unknown[], input: unknown) =>
  faultOf({ code: 'invalid_value', values, input });

describe('a value of another type', () => {
  it.each<readonly [expected: string, input: unknown, text: string]>([
    ['string', 80, 'expected a text; found the number 80: put it in quotes'],
    ['string', true, 'expected a text; found the boolean true: put it in quotes'],
    ['string', [], 'expected a text; found a list'],
    ['string', {}, 'expected a text; found a map of fields'],
    ['string', null, 'expected a text; found nothing after the field'],
    ['string', undefined, 'expected a text; found none'],
    ['number', '80', 'expected a number; found the text "80": write it without quotes'],
    ['number', 'a80', 'expected a number; found the text "a80"'],
    ['number', '80a', 'expected a number; found the text "80a"'],
    ['number', '', 'expected a number; found the text ""'],
    ['number', 'true', 'expected a number; found the text "true"'],
    ['number', true, 'expected a number; found the boolean true'],
    ['number', [80], 'expected a number; found a list'],
    ['int', '8', 'expected a whole number; found the text "8": write it without quotes'],
    ['int', 8.5, 'expected a whole number; found the number 8.5'],
    ['boolean', 'true', 'expected true or false; found the text "true": write it without quotes'],
    ['boolean', 'false', 'expected true or false; found the text "false": write it without quotes'],
    ['boolean', 'yes', 'expected true or false; found the text "yes"'],
    ['boolean', '1', 'expected true or false; found the text "1"'],
    ['boolean', 1, 'expected true or false; found the number 1'],
    ['object', 'true', 'expected a map of fields; found the text "true"'],
    ['record', '80', 'expected a map; found the text "80"'],
    ['array', 80, 'expected a list; found the number 80'],
    ['date', 'x', 'expected date; found the text "x"'],
  ])('expected %s, found %j', (expected, input, text) => {
    expect(typeFault(expected, input)).toBe(text);
  });
});

describe('a value that is not one of the allowed ones', () => {
  it.each<readonly [values: readonly unknown[], input: unknown, text: string]>([
    [['a'], 'b', 'expected a; found the text "b"'],
    [['a', 'b'], 'c', 'expected one of a, b; found the text "c"'],
    [['HTTP'], 'http', 'expected HTTP; found the text "http": write HTTP'],
    [['http', 'tcp'], 'TCP', 'expected one of http, tcp; found the text "TCP": write tcp'],
    [[1, 2], '1', 'expected one of 1, 2; found the text "1": write 1'],
    [['a'], undefined, 'expected a; found none'],
  ])('expected one of %j, found %j', (values, input, text) => {
    expect(valueFault(values, input)).toBe(text);
  });

  it('suggests another spelling, not the same text', () => {
    expect(valueFault(['http', 'HTTP'], 'http')).toBe(
      'expected one of http, HTTP; found the text "http": write HTTP',
    );
    expect(valueFault(['http'], 'http')).toBe('expected http; found the text "http"');
  });
});

describe('an unknown field', () => {
  const schema = z.object({ ports: z.any(), portMapping: z.any(), port: z.any() });

  it.each<readonly [inst: unknown, keys: readonly string[], text: string]>([
    [schema, ['Port'], 'unknown field; did you mean port?'],
    [schema, ['portsOfCart'], 'unknown field; did you mean port?'],
    [schema, ['portM'], 'unknown field; did you mean port?'],
    [schema, ['por'], 'unknown field; did you mean port?'],
    [schema, ['mapping'], 'unknown field; expected only ports, portMapping, port'],
    [
      schema,
      ['apping', 'PORTS'],
      'unknown field; expected only ports, portMapping, port\nunknown field; did you mean port?',
    ],
    [z.object({}), ['a'], 'unknown field; expected none'],
    [undefined, ['a'], 'unknown field; expected none'],
    [{ _zod: {} }, ['a'], 'unknown field; expected none'],
    [{ _zod: { def: {} } }, ['a'], 'unknown field; expected none'],
  ])('of a schema %#: %j', (inst, keys, text) => {
    expect(faultOf({ code: 'unrecognized_keys', keys, inst })).toBe(text);
  });
});

describe('a size out of bounds', () => {
  it.each<readonly [issue: object, text: string]>([
    [
      { code: 'too_small', minimum: 1, origin: 'string', input: '' },
      'expected at least 1 character; found 0',
    ],
    [
      { code: 'too_small', minimum: 2, origin: 'string', input: 'a' },
      'expected at least 2 characters; found 1',
    ],
    [{ code: 'too_small', minimum: 1, origin: 'array', input: [] }, 'expected at least 1 item; found 0'],
    [{ code: 'too_big', maximum: 2, origin: 'array', input: [1, 2, 3] }, 'expected at most 2 items; found 3'],
    [
      { code: 'too_big', maximum: 1, origin: 'string', input: '😀a' },
      'expected at most 1 character; found 2',
    ],
    [{ code: 'too_big', maximum: 1n, origin: 'array', input: [1, 2] }, 'expected at most 1 item; found 2'],
    [
      { code: 'too_big', maximum: 65_535, origin: 'number', input: 65_536 },
      'expected at most 65535; found 65536',
    ],
  ])('%#', (issue, text) => {
    expect(faultOf(issue)).toBe(text);
  });
});

describe('a choice by a field', () => {
  it.each<readonly [issue: object, text: string | undefined]>([
    [
      { options: ['http', 'tcp'], discriminator: 'protocol', input: { protocol: 'TCP' } },
      'expected one of http, tcp; found the text "TCP": write tcp',
    ],
    [
      { options: ['http', 'tcp'], discriminator: 'protocol', input: undefined },
      'expected one of http, tcp; found none',
    ],
    [{ options: ['http'], input: {} }, undefined],
    [{ options: ['http'], discriminator: 1, input: {} }, undefined],
    [{ options: 'http', discriminator: 'protocol', input: {} }, undefined],
    [{ discriminator: 'protocol', input: {} }, undefined],
  ])('%#', (issue, text) => {
    expect(faultOf({ code: 'invalid_union', ...issue })).toBe(text);
  });

  it('is the only one with a message of this file', () => {
    expect(faultOf({ code: 'custom', input: 1 })).toBeUndefined();
  });
});

describe('a long text', () => {
  it.each([
    [60, `the text "${'a'.repeat(60)}"`],
    [61, `the text "${'a'.repeat(59)}…"`],
  ])('of %i characters is quoted with at most 60', (length, text) => {
    expect(foundText('a'.repeat(length))).toBe(text);
  });
});
