import { readClusters } from '../read-clusters.ts';
import { clientsOf } from './aws/clients.ts';
import { DeniedError } from './aws/denied.ts';
import { namesOf, newRunId } from './names.ts';
import { readOptions, type SmokeOptions, UsageError, usage } from './options.ts';
import { policyText } from './policy.ts';
import { clean, run } from './run/run.ts';
import { busOf, type Smoke } from './smoke.ts';

/** Ctrl-C ends the run, which then removes what it made; a second one ends at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  return controller.signal;
}

function smokeOf(options: SmokeOptions): Smoke {
  const { clusters } = readClusters(options.clustersFile);
  const known = clusters.map(({ name }) => name).join(', ');
  const cluster = clusters.find(({ name }) => options.cluster === undefined || name === options.cluster);
  if (cluster === undefined)
    throw new UsageError(
      `--cluster is ${options.cluster}; expected one that ${options.clustersFile} names: ${known}`,
    );
  const clients = clientsOf(options, cluster);
  return {
    ...{ options, cluster, clients, signal: interruptible(), print: console.log },
    names: namesOf(options.stage, newRunId(Date.now(), Math.random)),
    bus: busOf(clients, options, cluster.name),
  };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  if (options.task === 'policy') {
    console.log(policyText(options));
    return 0;
  }
  const smoke = smokeOf(options);
  return options.task === 'clean' ? clean(smoke) : run(smoke);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  if (error instanceof DeniedError)
    console.error('The permissions that you need: npm run smoke -- --stage S --policy');
  process.exitCode = 2;
}
