import type { z } from 'zod';
import { AwsError } from '../protocol.ts';
import { invalidInput } from './errors.ts';
import { type Input, inputs, type OperationName } from './shapes.ts';

type Issue = z.core.$ZodIssue;

/**
 * Validates a request against the operation's shape. A wrong type is a SerializationException. All other faults are
 * listed in one InvalidInput, with the texts of AWS's request validator:
 * `1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null`.
 */
export function validate<Name extends OperationName>(operation: Name, input: unknown): Input<Name> {
  const result = inputs[operation].safeParse(withoutNulls(input ?? {}), { reportInput: true });
  if (result.success) return result.data as Input<Name>;
  const wrongType = result.error.issues.find(isWrongType);
  if (wrongType !== undefined) throw serializationError(wrongType);
  const faults = result.error.issues.map(describe);
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
  throw invalidInput(`${count}: ${faults.join('; ')}`);
}

/** In JSON 1.1 a null member counts as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutNulls(member)]));
}

function isWrongType(issue: Issue): boolean {
  const isEnumOfOtherType = issue.code === 'invalid_value' && typeof issue.input !== 'string';
  return (issue.code === 'invalid_type' || isEnumOfOtherType) && issue.input !== undefined;
}

function serializationError(issue: Issue): AwsError {
  const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
  return new AwsError(
    'SerializationException',
    `Expected a value of type ${expected} at '${memberPath(issue.path)}' and found ${typeof issue.input}`,
  );
}

function describe(issue: Issue): string {
  const [member, key] = issue.path;
  const isMapEntry = maps.has(String(member)) && typeof key === 'string';
  const text = isMapEntry ? mapConstraint(issue) : constraint(issue);
  const path = memberPath(isMapEntry ? issue.path.slice(0, 1) : issue.path);
  return `Value${shown(issue.input)} at '${path}' failed to satisfy constraint: ${text}`;
}

/** The map members: the validator names all their keys or values together. */
const maps = new Set(['Attributes', 'QueryParameters', 'OptionalParameters']);

function mapConstraint(issue: Issue): string {
  return issue.code === 'invalid_key'
    ? `Map keys must satisfy constraint: [${issue.issues.map(constraint).join(', ')}]`
    : `Map value must satisfy constraint: [${constraint(issue)}]`;
}

function shown(input: unknown): string {
  if (input === undefined) return ' null';
  return typeof input === 'string' || typeof input === 'number' ? ` '${input}'` : '';
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'Member must not be null';
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${(issue.pattern ?? '').replace(/^\/(.*)\/$/, '$1')}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'Member must not be null'
        : `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'custom':
      return `Member must have length ${sizeLimit(issue.params ?? {})}`;
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}

function sizeLimit({ minimum, maximum }: Record<string, unknown>): string {
  return minimum === undefined ? `less than or equal to ${maximum}` : `greater than or equal to ${minimum}`;
}

/** `DnsConfig.DnsRecords[0].TTL` is `dnsConfig.dnsRecords.1.member.tTL` in AWS's validator. */
function memberPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `${part + 1}.member` : decapitalised(part)))
    .join('.');
}

function decapitalised(part: PropertyKey): string {
  const text = String(part);
  return text.charAt(0).toLowerCase() + text.slice(1);
}
