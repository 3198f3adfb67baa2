import { setTimeout as sleep } from 'node:timers/promises';
import { nextSteps } from './answers.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { helpText, type PlaygroundOptions, parseOptions, UsageError } from './options.ts';
import { type Playground, startPlayground } from './playground.ts';
import { podSteps, requestToExplain } from './pods/show/pod-steps.ts';
import { report } from './progress.ts';
import { showAll, showWalkthrough } from './show.ts';
import { frontQuestion, walkthroughManifest } from './walkthrough.ts';

/** How long the expected state may take to appear. */
const deadlineMs = 60_000;

/** Exit statuses: 0 on success or Ctrl-C, 1 if the expected state did not appear, 2 for invalid options. */
async function main(): Promise<number> {
  const interrupted = signalled();
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options !== undefined) return await run(options, interrupted);
    process.stdout.write(helpText);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry npm start -- --help.\n`);
    return 2;
  }
}

/** Starts everything, applies the manifests, waits until Cloud Map is in sync, prints the result, and keeps running. */
async function run(options: PlaygroundOptions, interrupted: Promise<null>): Promise<number> {
  const paths = options.manifests.length > 0 ? options.manifests : [walkthroughManifest];
  const manifests =
    options.kubeconfig === undefined ? paths.flatMap((path) => readManifests(path, process.env)) : [];
  const isWalkthrough = options.kubeconfig === undefined && options.manifests.length === 0;
  const playground = await startPlayground(options, report);
  let fault: string | null = null;
  try {
    playground.apply(manifests);
    if (manifests.length > 0) report(`applied ${paths.join(' and ')}: ${kindsText(manifests)}`);
    fault = await showResult(interrupted, playground, isWalkthrough ? showWalkthrough : showAll);
    if (fault === null && !options.exit) fault = await keepRunning(playground, isWalkthrough, interrupted);
    if (fault !== null) process.stderr.write(failureText(fault, playground));
    return fault === null ? 0 : 1;
  } finally {
    await playground.close({ keepLog: fault !== null });
  }
}

/** `2 Namespace, 3 Deployment`. */
function kindsText(manifests: readonly Manifest[]): string {
  const kinds = Map.groupBy(manifests, ({ kind }) => kind);
  return [...kinds].map(([kind, objects]) => `${objects.length} ${kind}`).join(', ');
}

/** Shows the result. Returns the reason if it does not appear within the deadline; null on success or Ctrl-C. */
async function showResult(
  interrupted: Promise<null>,
  playground: Playground,
  show: (playground: Playground, waitingFor: (what: string) => void) => Promise<string | null>,
): Promise<string | null> {
  let waiting = 'the relay has not listed the cluster';
  const shown = show(playground, (what) => {
    waiting = what;
  });
  const late = sleep(deadlineMs, null, { ref: false }).then(
    () => `timed out after ${deadlineMs / 1000} s: ${waiting}`,
  );
  return Promise.race([shown, late, relayFault(playground), interrupted]);
}

async function relayFault({ relayEnded }: Playground): Promise<string> {
  return `the relay process exited: ${await relayEnded}`;
}

/** Returns why it ended; null after Ctrl-C. */
async function keepRunning(
  playground: Playground,
  isWalkthrough: boolean,
  interrupted: Promise<null>,
): Promise<string | null> {
  const { awsUrl: aws, cloudMapUrl: cloudMap, kubectl, table, mesh, pods } = playground;
  const front = isWalkthrough ? await playground.cloudMap.serviceId(frontQuestion) : undefined;
  const steps = pods ? podSteps(pods, kubectl) : [];
  const request = pods && requestToExplain(pods);
  const place = { aws, cloudMap, kubectl, table, mesh, front, podSteps: steps, request };
  process.stdout.write(nextSteps(place, isWalkthrough));
  return Promise.race([relayFault(playground), interrupted]);
}

function failureText(fault: string, { recentErrors, logFile }: Playground): string {
  const lines = recentErrors.latest.map((text) => `  ${text}\n`).join('');
  const latest = lines === '' ? '' : `Latest warnings and errors:\n${lines}`;
  return `Error: ${fault}\n${latest}See the log of the functions and the relay: ${logFile}\n`;
}

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process, as by default. */
function signalled(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null));
  });
}

process.exit(await main());
