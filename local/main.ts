import { setTimeout as sleep } from 'node:timers/promises';
import { answerText, nextSteps } from './answers.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { helpText, type PlaygroundOptions, parseOptions, UsageError } from './options.ts';
import { type Playground, startPlayground } from './playground.ts';
import { report } from './progress.ts';
import { faultOf, walkthroughManifest, walkthroughQuestions } from './walkthrough.ts';

/** How long everything may take to come true. */
const deadlineMs = 60_000;
const pollMs = 50;
/** So long must nothing happen before all counts as done. */
const quietMs = 1_000;

/** Exit statuses: 0 when all came true (or after Ctrl-C), 1 when not, 2 for a mistake in the options. */
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

/**
 * Starts everything, applies the manifests, waits until Cloud Map says what it should, prints that, and stays up.
 */
async function run(options: PlaygroundOptions, interrupted: Promise<'interrupted'>): Promise<number> {
  const paths = options.manifests.length > 0 ? options.manifests : [walkthroughManifest];
  const manifests =
    options.kubeconfig === undefined ? paths.flatMap((path) => readManifests(path, process.env)) : [];
  const isWalkthrough = options.kubeconfig === undefined && options.manifests.length === 0;
  const playground = await startPlayground(options, report);
  let failed = true;
  try {
    playground.apply(manifests);
    if (manifests.length > 0) report(`applied ${paths.join(' and ')}: ${kindsText(manifests)}`);
    const shown = await Promise.race([
      isWalkthrough ? showWalkthrough(playground) : showAll(playground),
      relayFault(playground),
      interrupted,
    ]);
    failed = shown !== 'shown' && shown !== 'interrupted';
    if (failed) process.stderr.write(`${shown}\nThe log: ${playground.logFile}\n`);
    if (shown === 'shown' && !options.exit) failed = await stayUp(playground, isWalkthrough, interrupted);
    return failed ? 1 : 0;
  } finally {
    await playground.close({ keepLog: failed });
  }
}

/** `2 Namespace, 3 Deployment`. */
function kindsText(manifests: readonly Manifest[]): string {
  const kinds = Map.groupBy(manifests, ({ kind }) => kind);
  return [...kinds].map(([kind, objects]) => `${objects.length} ${kind}`).join(', ');
}

/** Prints the walkthrough's answers when they are right; answers the reason when the deadline passes before. */
async function showWalkthrough(playground: Playground): Promise<string> {
  await playground.relayReady;
  report('the relay is ready: it has listed the cluster and watches it');
  const texts: string[] = [];
  for (const question of walkthroughQuestions) {
    let fault: string | null = 'nothing was asked';
    while (fault !== null) {
      const instances = await playground.cloudMap.discover(question);
      fault = faultOf(instances, question.labels);
      if (fault === null) texts.push(answerText(playground.cloudMapUrl, question, instances));
      else if (performance.now() > deadlineMs)
        return `after ${deadlineMs / 1000} s the answer for ${question.service} with ${JSON.stringify(question.labels)} is not right: ${fault}`;
      else await sleep(pollMs);
    }
  }
  playground.reportNow();
  report('Cloud Map answers as the walkthrough shows\n');
  process.stdout.write(`${texts.join('\n')}\n`);
  return 'shown';
}

/** Prints every service's instances once nothing happens any more. */
async function showAll(playground: Playground): Promise<string> {
  await playground.relayReady;
  report('the relay is ready: it has listed the cluster and watches it');
  let quietSinceMs = performance.now();
  while (performance.now() - quietSinceMs < quietMs) {
    if (performance.now() > deadlineMs) return `after ${deadlineMs / 1000} s there is still work under way`;
    if (!playground.isQuiet()) quietSinceMs = performance.now();
    await sleep(pollMs);
  }
  const questions = await playground.cloudMap.services();
  playground.reportNow();
  report(`Cloud Map has ${questions.length} services\n`);
  for (const question of questions) {
    const instances = await playground.cloudMap.discover(question);
    process.stdout.write(`${answerText(playground.cloudMapUrl, question, instances)}\n`);
  }
  const dead = playground.deadLetters();
  return dead === 0 ? 'shown' : `${dead} events could not be worked and are in the dead-letter queues`;
}

async function relayFault({ relayEnded }: Playground): Promise<string> {
  return `the relay ended: ${await relayEnded}`;
}

/** Answers whether it ended for another reason than Ctrl-C. */
async function stayUp(
  playground: Playground,
  isWalkthrough: boolean,
  interrupted: Promise<'interrupted'>,
): Promise<boolean> {
  const { awsUrl: aws, cloudMapUrl: cloudMap, kubectl, table } = playground;
  process.stdout.write(nextSteps({ aws, cloudMap, kubectl, table }, isWalkthrough));
  const ended = await Promise.race([relayFault(playground), interrupted]);
  if (ended === 'interrupted') return false;
  process.stderr.write(`${ended}\nThe log: ${playground.logFile}\n`);
  return true;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once, as by default. */
function signalled(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
}

process.exit(await main());
