import { setTimeout as sleep } from 'node:timers/promises';
import { type Applied, applyManifests } from './manifests/apply.ts';
import { refusals } from './manifests/dry-run.ts';
import { type Manifest, ManifestError, type ReadManifest } from './manifests/manifest.ts';
import { readManifests } from './manifests/read-manifests.ts';
import { variablesNote } from './manifests/substitute.ts';
import { reportConditions } from './mesh/condition-progress.ts';
import { helpText, type PlaygroundOptions, parseOptions } from './options.ts';
import { type Playground, startPlayground } from './playground.ts';
import { report } from './progress.ts';
import { type Given, showNextSteps } from './show/show-next-steps.ts';
import { showWalkthrough } from './show/show-walkthrough.ts';
import { walkthroughManifest } from './show/walkthrough.ts';
import { UsageError } from './usage-error.ts';
import { showVerdict } from './verdict/show-verdict.ts';

/** How long the expected state of the walkthrough may take to appear. */
const deadlineMs = 60_000;

/** Exit statuses: 0 on success or Ctrl-C, 1 if the expected state did not appear, 2 for invalid options. */
async function main(): Promise<number> {
  const interrupted = signalled();
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(helpText);
    return options === undefined ? 0 : await run(options, interrupted);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry npm start -- --help.\n`);
    return 2;
  }
}

/** Why the result is not as expected. `log`: whether the log of the functions and the relay says more. */
interface Fault {
  readonly text: string;
  readonly log: boolean;
}

/** Starts everything, applies the manifests, waits until nothing changes any more, prints the result, and keeps running. */
async function run(options: PlaygroundOptions, interrupted: Promise<null>): Promise<number> {
  let manifests: readonly ReadManifest[];
  try {
    manifests = manifestsOf(options);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    process.stderr.write(await unreadableText(error, options.mesh));
    return 1;
  }
  const playground = await startPlayground(options, report);
  const noted = (fault: Fault | null) => {
    if (fault !== null) process.stderr.write(faultText(fault, playground));
    return fault;
  };
  let fault: Fault | null = null;
  try {
    const applied = applyAll(options, playground, manifests);
    const isExpected = isWalkthrough(options);
    fault = noted(
      isExpected
        ? await showExpected(interrupted, playground)
        : await showJudged(interrupted, playground, applied?.refused ?? [], options.exit),
    );
    const keepsRunning = !options.exit && (fault === null || !isExpected);
    if (keepsRunning) {
      const given = applied && { options, read: manifests, applied: applied.applied };
      fault = noted(await keepRunning(playground, given, isExpected, interrupted));
    }
    return fault === null ? 0 : 1;
  } finally {
    await playground.close({ keepLog: fault?.log ?? false });
  }
}

/** Every fault of every file: what cannot be read, and what the API server would refuse of the rest. */
async function unreadableText({ message, readable }: ManifestError, mesh: PlaygroundOptions['mesh']) {
  const refused = await refusals(readable, mesh ?? ['app-mesh']);
  const others = refused.length === 0 ? '' : `\nRefused by the API server:\n${refused.join('\n')}\n`;
  return `${message}\n${others}\nNothing was applied, since a file cannot be read.\n`;
}

function isWalkthrough({ kubeconfig, manifests }: PlaygroundOptions): boolean {
  return kubeconfig === undefined && manifests.length === 0;
}

/** Undefined for a real cluster. */
function applyAll(
  options: PlaygroundOptions,
  { cluster }: Playground,
  manifests: readonly ReadManifest[],
): Applied | undefined {
  const applied = cluster && applyManifests(cluster, manifests);
  if (applied !== undefined) reportApplied(applied, options);
  return applied;
}

/** None for a real cluster, which is only watched. */
function manifestsOf({ kubeconfig, manifests: paths, substitution = [] }: PlaygroundOptions) {
  if (kubeconfig !== undefined) return [];
  const given = paths.length > 0 ? paths : [walkthroughManifest];
  const manifests = readManifests(given, { substitution, environment: process.env });
  const note = variablesNote(manifests);
  if (note !== undefined) report(note);
  return manifests;
}

function reportApplied({ applied, notes, refused }: Applied, { manifests }: PlaygroundOptions): void {
  for (const note of notes) report(note);
  // What is wrong in each is printed at the end.
  for (const text of refused) report(text.split('\n')[0] ?? '');
  const paths = manifests.length > 0 ? manifests : [walkthroughManifest];
  report(`applied ${paths.join(' and ')}: ${kindsText(applied) || 'nothing'}`);
}

/** `2 Namespace, 3 Deployment`. */
function kindsText(manifests: readonly Manifest[]): string {
  const kinds = Map.groupBy(manifests, ({ kind }) => kind);
  return [...kinds].map(([kind, objects]) => `${objects.length} ${kind}`).join(', ');
}

/** Shows what is in sync and what is not. Returns a fault if anything is not; null also on Ctrl-C. */
async function showJudged(
  interrupted: Promise<null>,
  playground: Playground,
  refused: readonly string[],
  isEnding: boolean,
): Promise<Fault | null> {
  return Promise.race([showVerdict(playground, refused, isEnding), relayFault(playground), interrupted]);
}

/** Shows the walkthrough. Returns the reason if it does not appear within the deadline; null on success or Ctrl-C. */
async function showExpected(interrupted: Promise<null>, playground: Playground): Promise<Fault | null> {
  let waiting = 'the relay has not listed the cluster';
  const shown = showWalkthrough(playground, (what) => {
    waiting = what;
  });
  const late = sleep(deadlineMs, null, { ref: false }).then(() => ({
    text: `timed out after ${deadlineMs / 1000} s: ${waiting}`,
    log: true,
  }));
  return Promise.race([shown, late, relayFault(playground), interrupted]);
}

async function relayFault({ relayEnded }: Playground): Promise<Fault> {
  return { text: `the relay process exited: ${await relayEnded}`, log: true };
}

/** Returns why it ended; null after Ctrl-C. */
async function keepRunning(
  playground: Playground,
  given: Given | undefined,
  isExample: boolean,
  interrupted: Promise<null>,
): Promise<Fault | null> {
  if (playground.cluster) reportConditions(playground.cluster.store, report);
  await showNextSteps(playground, given, isExample);
  return Promise.race([relayFault(playground), interrupted]);
}

function faultText({ text, log }: Fault, { recentErrors, logFile }: Playground): string {
  if (!log) return `${text}\n`;
  const lines = recentErrors.latest.map((line) => `  ${line}\n`).join('');
  const latest = lines === '' ? '' : `Latest warnings and errors:\n${lines}`;
  return `Error: ${text}\n${latest}See the log of the functions and the relay: ${logFile}\n`;
}

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process, as by default. */
function signalled(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null));
  });
}

process.exit(await main());
