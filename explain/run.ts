import { printable } from '../shared/model/text/printable.ts';
import { NoAnswerError, UsageError } from './errors.ts';
import { invokeFunction } from './invoke-function.ts';
import { type Context, type ExplainOptions, helpText, parseOptions } from './options.ts';
import type { Environment } from './place-options.ts';

/** Runs `explain` with the arguments of a command and returns its exit status. */
export async function run(
  program: string,
  args: readonly string[],
  env: Environment,
  contextOf: () => Promise<Context> | Context = () => ({}),
): Promise<number> {
  try {
    const options = parseOptions(args, env, await contextOf());
    process.stdout.write(options === undefined ? helpText(program) : `${await answerTo(options)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof NoAnswerError)) throw error;
    const hint = error instanceof UsageError ? `Try ${program} --help.\n` : '';
    process.stderr.write(`${printable(error.message)}\n${hint}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function answerTo({ place, input, json }: ExplainOptions): Promise<string> {
  const answer = await invokeFunction(place, 'explain', input);
  return json || typeof answer !== 'string' ? JSON.stringify(answer, null, 2) : printable(answer);
}
