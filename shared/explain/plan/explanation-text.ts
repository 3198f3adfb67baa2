import { printable, printableLine } from '../../model/text/printable.ts';
import type { PodExplanation } from './explained.ts';
import type { InstanceExplanation } from './instance-explanation.ts';
import { instanceText, serviceText } from './places-text.ts';
import { podText } from './pod-text.ts';
import type { ServiceExplanation } from './service-explanation.ts';
import { permissionLines, readFailureLines } from './text.ts';

/** An explanation as text for people. The last line says what to do. */
export function explanationText(
  explanation: PodExplanation | ServiceExplanation | InstanceExplanation,
): string {
  return wholeText(linesOf(explanation), explanation);
}

/** The facts, then read failures, then the cause and the advice. */
export function wholeText(
  lines: readonly string[],
  {
    readFailures,
    missingPermissions,
    cause,
  }: Pick<PodExplanation, 'readFailures' | 'missingPermissions' | 'cause'>,
): string {
  return [
    ...[...lines, ...readFailureLines(readFailures), ...permissionLines(missingPermissions)].map(
      printableLine,
    ),
    '',
    `Why: ${printableLine(cause.reason)}`,
    `To do: ${printable(cause.advice)}`,
  ].join('\n');
}

function linesOf(explanation: PodExplanation | ServiceExplanation | InstanceExplanation): readonly string[] {
  if (explanation.subject === 'pod') return podText(explanation);
  return explanation.subject === 'service' ? serviceText(explanation) : instanceText(explanation);
}
