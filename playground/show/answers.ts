import type { HttpInstanceSummary } from '@aws-sdk/client-servicediscovery';
import type { Question } from '../cloud-map-view.ts';
import { discoverCommand } from './commands.ts';

/** The command and its output. */
export function answerText(
  endpoint: string,
  question: Question,
  instances: readonly HttpInstanceSummary[],
): string {
  return `$ ${discoverCommand(endpoint, question)}\n${JSON.stringify({ Instances: instances }, null, 4)}\n`;
}
