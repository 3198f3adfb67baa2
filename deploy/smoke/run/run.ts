import { DeniedError } from '../aws/denied.ts';
import { seeFacts } from '../facts/facts.ts';
import { leftoverAfterMs } from '../names.ts';
import { type Seen, type Smoke, stackOf } from '../smoke.ts';
import { removeLeftovers, removeRun } from './clean.ts';
import { seeDeployment, seeNoNewDeadLetters } from './deployment.ts';
import { makeNamespace, runSteps, SweptError } from './steps.ts';

/** The whole test; returns the exit status. Removes what it made, however it ends. */
export async function run(smoke: Smoke): Promise<number> {
  const { options, cluster, names, print } = smoke;
  print(
    `Smoke test ${names.id} of stage ${options.stage} in ${options.region}, in the name of cluster ${cluster.name}`,
  );
  const seen: Seen = {};
  // If the stage cannot even be read, nothing was made, and the test has not run.
  const letters = await seeDeployment(smoke);
  let fault: unknown;
  try {
    await removeLeftovers(smoke, leftoverAfterMs);
    await makeNamespace(smoke, seen);
    await withNamespace(smoke, seen);
    await seeNoNewDeadLetters(smoke, letters);
  } catch (error) {
    fault = error;
  }
  const failures = await remove(smoke, seen);
  if (fault instanceof DeniedError) throw fault;
  const isPassed = fault === undefined && failures.length === 0;
  print(isPassed ? `${stackOf(options)} works` : `${stackOf(options)} FAILED the test${reasonOf(fault)}`);
  return isPassed ? 0 : 1;
}

function reasonOf(fault: unknown): string {
  return fault === undefined ? '' : `: ${(fault as Error).message}`;
}

async function withNamespace(smoke: Smoke, seen: Seen): Promise<void> {
  const { namespace } = seen;
  if (namespace === undefined) return;
  const all = Object.assign(seen, { namespace });
  try {
    await runSteps(smoke, all);
  } catch (error) {
    if (!(error instanceof SweptError)) throw error;
    smoke.print('  once more: the sweep came in between');
    await runSteps(smoke, all);
  }
  await seeFacts(smoke, all);
}

async function remove(smoke: Smoke, { namespace }: Seen): Promise<readonly string[]> {
  const failures = await removeRun(smoke, { id: smoke.names.id, cluster: smoke.cluster.name, namespace });
  smoke.print(
    failures.length === 0
      ? '  removed all that it made'
      : '  NOT removed; a later run, or --clean, tries again:',
  );
  for (const failure of failures) smoke.print(`    ${failure}`);
  return failures;
}

/** Only removes what earlier runs left; returns the exit status. */
export async function clean(smoke: Smoke): Promise<number> {
  const failures = await removeLeftovers(smoke, 0);
  for (const failure of failures) smoke.print(`  NOT removed: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}
