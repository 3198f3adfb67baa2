import type { z } from 'zod';
import { badRequest } from './errors.ts';
import type { OperationName } from './resources/kinds.ts';
import { inputs } from './shapes/inputs.ts';

type Issue = z.core.$ZodIssue;

/**
 * Validates a request against the operation's shape and rules. Returns it with its members in the shape's order. Throws
 * BadRequestException that lists all faults by member: `spec.listeners[0].portMapping.port: must be at most 65535`.
 */
export function validate(operation: OperationName, input: unknown): Readonly<Record<string, unknown>> {
  const result = inputs[operation].safeParse(withoutNulls(input), { reportInput: true });
  if (result.success) return result.data as Record<string, unknown>;
  throw badRequest(result.error.issues.map(describe).join('; '));
}

/** In JSON a null member counts as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutNulls(member)]));
}

function describe(issue: Issue): string {
  return `${memberPath(issue.path) || 'request'}: ${constraint(issue)}`;
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'must not be null' : `must be of type ${issue.expected}`;
    case 'invalid_format':
      return `must match ${issue.pattern}`;
    case 'invalid_value':
      return issue.input === undefined ? 'must not be null' : `must be one of ${issue.values.join(', ')}`;
    case 'too_big':
      return `must ${measure(issue.origin)} at most ${issue.maximum}`;
    case 'too_small':
      return `must ${measure(issue.origin)} at least ${issue.minimum}`;
    case 'unrecognized_keys':
      return `unknown member ${issue.keys.join(', ')}`;
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'be' : 'have a length of';
}

/** `spec.listeners[0].portMapping.port` */
function memberPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
