import type * as z from 'zod/mini';
import { shortened } from '../text/shortened.ts';

type RawIssue = z.core.$ZodRawIssue;

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of fields',
  record: 'a map',
  array: 'a list',
};

/** A message for people who write manifests: what was expected, and what was found. Undefined where zod's own says it all. */
export function plainFault(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}; found ${foundText(issue.input)}${quotesHint(issue)}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}; found ${foundText(issue.input)}${caseHint(issue.values, issue.input)}`;
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, fieldsOf(issue.inst))).join('\n');
    case 'too_small':
      return `expected at least ${issue.minimum}${unit(issue.origin, issue.minimum)}; found ${sizeText(issue)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unit(issue.origin, issue.maximum)}; found ${sizeText(issue)}`;
    case 'invalid_union':
      return noVariant(issue);
    default:
      return undefined;
  }
}

/** Where a field decides which other fields there are. Other unions have messages of their own. */
function noVariant(issue: RawIssue): string | undefined {
  if (!('options' in issue) || !Array.isArray(issue.options) || typeof issue.discriminator !== 'string')
    return undefined;
  const found = Object(issue.input)[issue.discriminator];
  return `expected ${oneOf(issue.options)}; found ${foundText(found)}${caseHint(issue.options, found)}`;
}

function quotesHint({ expected, input }: RawIssue): string {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return ': put it in quotes';
  const isNumber = (expected === 'number' || expected === 'int') && /^\d+$/.test(String(input));
  const isBoolean = expected === 'boolean' && (input === 'true' || input === 'false');
  return typeof input === 'string' && (isNumber || isBoolean) ? ': write it without quotes' : '';
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

function caseHint(values: readonly unknown[], input: unknown): string {
  const lower = String(input).toLowerCase();
  const meant = values.find((value) => String(value).toLowerCase() === lower && value !== input);
  return meant === undefined ? '' : `: write ${meant}`;
}

const maxText = 60;

/** `none`, `the number 1`, `the text "https"`, `a list`. */
export function foundText(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null) return 'nothing after the field';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map of fields';
  if (typeof value !== 'string') return `the ${typeof value} ${value}`;
  return `the text ${JSON.stringify(shortened(value, maxText))}`;
}

function unknownField(name: string, known: readonly string[]): string {
  const [meant] = known.filter((each) => isAlike(each, name)).sort((a, b) => a.length - b.length);
  if (meant !== undefined) return `unknown field; did you mean ${meant}?`;
  return `unknown field; expected ${known.length === 0 ? 'none' : `only ${known.join(', ')}`}`;
}

/** In upper and lower case, or singular and plural. */
function isAlike(known: string, name: string): boolean {
  const [a, b] = [known.toLowerCase(), name.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}

function fieldsOf(schema: unknown): readonly string[] {
  const { _zod } = Object(schema) as { readonly _zod?: { readonly def?: { readonly shape?: object } } };
  return Object.keys(_zod?.def?.shape ?? {});
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

function unit(origin: string, count: number | bigint): string {
  const name = units[origin];
  return name === undefined ? '' : ` ${name}${Number(count) === 1 ? '' : 's'}`;
}

function sizeText({ input }: RawIssue): string {
  if (Array.isArray(input)) return String(input.length);
  return typeof input === 'string' ? `${[...input].length}` : String(input);
}
