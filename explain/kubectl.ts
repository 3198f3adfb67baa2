import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './errors.ts';
import { contextIn, splitContextOptions } from './kubectl-context.ts';
import type { Context } from './options.ts';
import { run } from './run.ts';

/** The plugin `kubectl explain-mesh`: namespace, cluster and Region are those of kubectl's current context by default. */
const { own, forKubectl } = splitContextOptions(process.argv.slice(2));
process.exitCode = await run('kubectl explain-mesh', own, process.env, readContext);

/** Without kubectl or a current context, as for the playground, nothing but kubectl's own default. */
async function readContext(): Promise<Context> {
  const view = ['config', 'view', '--minify', '--output', 'json', ...forKubectl];
  try {
    const { stdout } = await promisify(execFile)('kubectl', view);
    return contextIn(JSON.parse(stdout));
  } catch (error) {
    if (forKubectl.length === 0) return { namespace: 'default' };
    throw new UsageError(
      `kubectl ${view.join(' ')}: ${String((error as { stderr?: string }).stderr ?? error).trim()}`,
    );
  }
}
