import { answerText } from '../answers.ts';
import { objectsText } from '../mesh/show-objects.ts';
import type { Playground } from '../playground.ts';
import { podsText } from '../pods/show/pods-text.ts';
import { report } from '../progress.ts';
import { readVerdict } from './read-verdict.ts';
import { settledVerdict } from './settle.ts';
import { faultCounts } from './verdict.ts';
import { verdictText } from './verdict-text.ts';

interface NotInSync {
  readonly text: string;
  /** Whether the log of the functions says more. */
  readonly log: boolean;
}

/** Waits until nothing changes any more, then prints what Cloud Map has and what is not in sync. Null: all is in sync. */
export async function showVerdict(
  playground: Playground,
  refused: readonly string[],
): Promise<NotInSync | null> {
  const { cluster, activity, awsUrl: url, kubectl } = playground;
  if (cluster === undefined) throw new Error('only the embedded cluster has a verdict');
  await playground.relayReady;
  report('relay ready: it has listed the cluster and watches it');
  const verdict = await settledVerdict({
    activity,
    readVerdict: () => readVerdict({ ...playground, cluster }),
  });
  playground.reportNow();
  await showServices(playground);
  process.stdout.write(`${verdictText(verdict, refused, { kind: 'playground', url, kubectl })}\n`);
  const counts = faultCounts(verdict, refused.length);
  if (counts.length === 0) return null;
  const log = verdict.unsettled !== null || verdict.deadLetters.length + verdict.otherDeadLetters > 0;
  return { text: `Not in sync: ${counts.join(', ')}`, log };
}

/** Every service's instances, the objects of the mesh targets, and the answers of pods that run here. */
async function showServices(playground: Playground): Promise<void> {
  const { cloudMap, cloudMapUrl, pods } = playground;
  const questions = await cloudMap.services();
  report(`Cloud Map has ${questions.length} ${questions.length === 1 ? 'service' : 'services'}\n`);
  for (const question of questions)
    process.stdout.write(`${answerText(cloudMapUrl, question, await cloudMap.discover(question))}\n`);
  for (const text of await objectsText(playground)) process.stdout.write(`${text}\n`);
  if (pods !== undefined) process.stdout.write(`${await podsText(pods)}\n`);
}
