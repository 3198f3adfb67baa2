import { counted, printable } from '../../shared/model/text/printable.ts';
import { withheldText } from '../kubeconfig/withheld.ts';
import { objectsText } from '../mesh/show-objects.ts';
import type { Playground } from '../playground.ts';
import { podsText } from '../pods/show/pods-text.ts';
import { report } from '../progress.ts';
import { answerText } from '../show/answers.ts';
import { type ClusterView, embeddedView, realView } from './cluster-view.ts';
import { readVerdict } from './read-verdict.ts';
import { type Activity, settled } from './settle.ts';
import { faultCounts, type Verdict } from './verdict.ts';
import { verdictText } from './verdict-text.ts';

/** Instances of a service that are shown; of more, their number. */
const maxShown = 20;

interface NotInSync {
  readonly text: string;
  /** Whether the log of the functions says more. */
  readonly log: boolean;
}

/** Waits until nothing changes any more, then prints what Cloud Map has and what is not in sync. Null: all is in sync. */
export async function showVerdict(
  playground: Playground,
  refused: readonly string[],
  isEnding: boolean,
): Promise<NotInSync | null> {
  const { awsUrl: url, kubectl, real } = playground;
  const view = viewOf(playground);
  const verdict = await settled(activityWithRelay(playground), () => readVerdict(playground, view), {
    onWait: (what) => report(`not done yet: ${what}`),
  });
  playground.reportNow();
  await showServices(playground);
  const place = { kind: 'playground', url, kubectl } as const;
  process.stdout.write(`${printable(verdictText(verdict, refused, place, isEnding))}\n`);
  const withheld = real && withheldText(real.withheld.all());
  if (withheld !== undefined) process.stdout.write(`${printable(withheld)}\n`);
  const counts = faultCounts(verdict, refused.length);
  return counts.length === 0 ? null : { text: `Not in sync: ${counts.join(', ')}`, log: needsLog(verdict) };
}

function viewOf({ cluster, real }: Playground): ClusterView {
  if (cluster !== undefined) return embeddedView(cluster);
  if (real === undefined) throw new Error('the playground has neither an embedded nor a real cluster');
  return realView(real);
}

/** Nothing is done before the relay has listed the cluster. */
function activityWithRelay({ activity, relayReady }: Playground): Activity {
  let isReady = false;
  void relayReady.then(() => {
    isReady = true;
    report('relay ready: it has listed the cluster and watches it');
  });
  return {
    underWay: () => (isReady ? activity.underWay() : 'the relay has not listed the cluster'),
    progress: () => `${isReady} ${activity.progress()}`,
  };
}

/** Conditions and pods say themselves why they are as they are. */
function needsLog({ unsettled, deadLetters, otherDeadLetters }: Verdict): boolean {
  return unsettled !== null || deadLetters.length + otherDeadLetters > 0;
}

/** Every service's instances, the objects of the mesh targets, and the answers of pods that run here. */
async function showServices(playground: Playground): Promise<void> {
  const { cloudMap, cloudMapUrl, pods } = playground;
  const questions = await cloudMap.services();
  report(`Cloud Map has ${counted(questions.length, 'service')}\n`);
  for (const question of questions) {
    const instances = await cloudMap.discover(question);
    const text =
      instances.length > maxShown
        ? `${question.namespace}/${question.service}: ${instances.length} instances\n`
        : answerText(cloudMapUrl, question, instances);
    process.stdout.write(`${printable(text)}\n`);
  }
  for (const text of await objectsText(playground)) process.stdout.write(`${printable(text)}\n`);
  if (pods !== undefined) process.stdout.write(`${await podsText(pods)}\n`);
}
