import type * as z from 'zod/mini';
import { plainFault } from './plain-fault.ts';
import { type ManifestFault, type SourceOf, unquotedText } from './unquoted.ts';

/** What of a value does not match a schema: each fault with path, what was expected and what was found. */
export function schemaFaults(
  schema: z.ZodMiniType,
  value: unknown,
  sourceOf: SourceOf = () => undefined,
): readonly ManifestFault[] {
  const result = schema.safeParse(value, { error: plainFault, reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, sourceOf));
}

function faultsOf(issue: z.core.$ZodIssue, sourceOf: SourceOf): readonly ManifestFault[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    // A line for each.
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...path, key], message: messages[index] ?? '' }));
  }
  const { input } = issue;
  const isUnquoted =
    issue.code === 'invalid_type' &&
    issue.expected === 'string' &&
    (typeof input === 'number' || typeof input === 'boolean');
  const text = isUnquoted ? unquotedText(input, sourceOf(path)) : withFound(issue.message, input);
  return [{ path, message: text }];
}

/** Some messages of our schemas say only what is expected. */
function withFound(message: string, input: unknown): string {
  const isScalar = typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean';
  if (!isScalar || !message.startsWith('expected') || message.includes('found')) return message;
  return `${message}; found ${JSON.stringify(input)}`;
}

/** `spec.listeners[0].portMapping.port: expected …` */
export function faultText({ path, message }: ManifestFault): string {
  return `${pathText(path)}: ${message}`;
}

/** `spec.listeners[0].portMapping.port` */
export function pathText(path: ManifestFault['path']): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.replace(/^\./, '') || '(the whole)';
}
