import { NoAnswerError, UsageError } from './errors.ts';
import { invokeFunction } from './invoke-function.ts';
import { helpText, parseReportOptions } from './report-options.ts';

/** Exit statuses: 0 for a page, 1 if there is none, 2 for a mistake in the arguments. */
async function main(): Promise<number> {
  try {
    const options = parseReportOptions(process.argv.slice(2), process.env);
    if (options === undefined) process.stdout.write(helpText);
    else process.stdout.write(textOf(await invokeFunction(options.place, 'report', options.input)));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof NoAnswerError)) throw error;
    const hint = error instanceof UsageError ? 'Try npm run report -- --help.\n' : '';
    process.stderr.write(`${error.message}\n${hint}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function textOf(answer: unknown): string {
  return typeof answer === 'string' ? answer : `${JSON.stringify(answer, null, 2)}\n`;
}

process.exitCode = await main();
