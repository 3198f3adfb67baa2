import type { MissingPermission } from '../../model/permission.ts';
import type { ReadFailure } from './explained.ts';

/** A heading with its lines, indented, after an empty line; nothing where there are no lines. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}

/** `✓ name`, or `✗ name: why not`. */
export function check(name: string, reason: string | null): string {
  return reason === null ? `✓ ${name}` : `✗ ${name}: ${reason}`;
}

/** A text of several lines, joined into one. */
export function inOneLine(text: string): string {
  return text.replaceAll('\n', '; ');
}

/** The largest unit that gives at least one: `3 s`, `12 min`, `5 h`, `2 d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

export function readFailureLines(readFailures: readonly ReadFailure[]): readonly string[] {
  return section(
    'Read failures',
    readFailures.map(({ what, message }) => `- ${what}: ${message}`),
  );
}

export function permissionLines(missing: readonly MissingPermission[]): readonly string[] {
  return section(
    'Missing permissions',
    missing.map((permission) => `- ${permissionText(permission)}`),
  );
}

export function permissionText({ action, resource, principal, answer }: MissingPermission): string {
  const what = action ?? `the call that was denied with "${answer}"`;
  return `${what}${resource === undefined ? '' : ` on ${resource}`}${principal === undefined ? '' : ` for ${principal}`}`;
}

/** By which the log lines about a message are found. */
export function messageIds({
  messageId,
  correlationId,
}: {
  readonly messageId: string;
  readonly correlationId?: string | undefined;
}): string {
  return `message ${messageId}${correlationId === undefined ? '' : `, correlation id ${correlationId}`}`;
}
