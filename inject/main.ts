import { UsageError } from '../translate/options.ts';
import { inject, RefusedPods } from './files.ts';
import { helpText, parseOptions } from './options.ts';

/** The exit status. */
function run(args: readonly string[]): number {
  const options = parseOptions(args);
  const note = (text: string) => void process.stderr.write(`note: ${text}\n`);
  process.stdout.write(options === undefined ? helpText : inject(options, note));
  return 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof RefusedPods)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
