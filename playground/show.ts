import { setTimeout as sleep } from 'node:timers/promises';
import { answerText } from './answers.ts';
import type { Playground } from './playground.ts';
import { report } from './progress.ts';
import { faultOf, meshFaultOf, walkthroughQuestions } from './walkthrough.ts';

const pollMs = 50;
/** So long must nothing happen before all counts as done. */
const quietMs = 1_000;

/**
 * Prints the walkthrough's answers when all of them are right; answers null. `waitingFor` is told what is not right yet.
 */
export async function showWalkthrough(
  playground: Playground,
  waitingFor: (what: string) => void,
): Promise<null> {
  await relayIsReady(playground);
  const texts: string[] = [];
  for (const question of walkthroughQuestions) {
    const { service, labels } = question;
    for (;;) {
      const instances = await playground.cloudMap.discover(question);
      const fault = faultOf(instances, labels);
      if (fault === null) texts.push(answerText(playground.cloudMapUrl, question, instances));
      if (fault === null) break;
      waitingFor(`the answer for ${service} with ${JSON.stringify(labels)} is not right: ${fault}`);
      await sleep(pollMs);
    }
  }
  await meshIsThere(playground, waitingFor);
  playground.reportNow();
  report('Cloud Map answers as the walkthrough shows, and App Mesh holds its mesh\n');
  process.stdout.write(`${texts.join('\n')}\n`);
  return null;
}

/** Another endpoint than the embedded App Mesh may have resources of others, or know nothing of App Mesh at all. */
async function meshIsThere({ appMesh }: Playground, waitingFor: (what: string) => void): Promise<void> {
  for (;;) {
    const fault = appMesh === undefined ? null : meshFaultOf(appMesh.snapshot());
    if (fault === null) return;
    waitingFor(`App Mesh is not as the manifest says: ${fault}`);
    await sleep(pollMs);
  }
}

/** Prints every service's instances once nothing happens any more. Answers what went wrong, or null. */
export async function showAll(
  playground: Playground,
  waitingFor: (what: string) => void,
): Promise<string | null> {
  await relayIsReady(playground);
  waitingFor('there is still work under way');
  let quietSinceMs = performance.now();
  while (performance.now() - quietSinceMs < quietMs) {
    if (!playground.isQuiet()) quietSinceMs = performance.now();
    await sleep(pollMs);
  }
  waitingFor('Cloud Map has not answered');
  const questions = await playground.cloudMap.services();
  playground.reportNow();
  report(`Cloud Map has ${questions.length} ${questions.length === 1 ? 'service' : 'services'}\n`);
  for (const question of questions) {
    const instances = await playground.cloudMap.discover(question);
    process.stdout.write(`${answerText(playground.cloudMapUrl, question, instances)}\n`);
  }
  const dead = playground.deadLetters();
  return dead === 0 ? null : `${dead} events could not be worked and are in the dead-letter queues`;
}

async function relayIsReady({ relayReady }: Playground): Promise<void> {
  await relayReady;
  report('the relay is ready: it has listed the cluster and watches it');
}
