import { setTimeout as sleep } from 'node:timers/promises';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import { objectsText, unsupportedText, waitForConditions, writesObjects } from '../mesh/show-objects.ts';
import type { Playground } from '../playground.ts';
import { podsText, waitForPods } from '../pods/show/pods-text.ts';
import { report } from '../progress.ts';
import { answerText } from './answers.ts';
import { faultOf, meshFaultOf, walkthroughQuestions } from './walkthrough.ts';

const pollMs = 50;
/** How long the proxies may take to read all stages of their files. */
const settleMs = 20_000;

const titles: Readonly<Record<MeshTargetName, string>> = {
  'app-mesh': 'App Mesh',
  istio: 'Istio',
  'gateway-api': 'the Gateway API',
  envoy: 'Envoy',
};

/** Waits until Cloud Map and the mesh targets match the walkthrough, then prints. Passes what is missing to `waitingFor`. */
export async function showWalkthrough(
  playground: Playground,
  waitingFor: (what: string) => void,
): Promise<null> {
  await waitForRelay(playground);
  const texts: string[] = [];
  for (const question of walkthroughQuestions) {
    const { service, labels } = question;
    for (;;) {
      const instances = await playground.cloudMap.discover(question);
      const fault = faultOf(instances, labels);
      if (fault === null) texts.push(answerText(playground.cloudMapUrl, question, instances));
      if (fault === null) break;
      waitingFor(`service ${service}, instances with ${JSON.stringify(labels)}: ${fault}`);
      await sleep(pollMs);
    }
  }
  await waitForMesh(playground, waitingFor);
  if (writesObjects(playground.mesh)) await waitForConditions(playground, waitingFor);
  playground.reportNow();
  const synced = ['Cloud Map', ...playground.mesh.map((target) => titles[target])];
  report(`${new Intl.ListFormat('en-GB').format(synced)} are in sync with the cluster\n`);
  const objects = [...(await objectsText(playground)), ...(await unsupportedText(playground))];
  process.stdout.write(`${[...texts, ...objects].join('\n')}\n`);
  await showPods(playground, waitingFor);
  return null;
}

/** Only for the embedded App Mesh: another endpoint may have other resources, or no App Mesh. */
async function waitForMesh({ appMesh, mesh }: Playground, waitingFor: (what: string) => void): Promise<void> {
  for (;;) {
    const fault =
      appMesh === undefined || !mesh.includes('app-mesh') ? null : meshFaultOf(appMesh.snapshot());
    if (fault === null) return;
    waitingFor(`App Mesh does not match the manifest: ${fault}`);
    await sleep(pollMs);
  }
}

/** Nothing if they run nothing here. */
async function showPods(playground: Playground, waitingFor: (what: string) => void): Promise<void> {
  const { pods } = playground;
  if (pods === undefined) return;
  // An object with a fault has no final condition.
  await waitForConditions(playground, waitingFor, settleMs);
  await waitForPods(pods, waitingFor);
  waitingFor('the pods have not answered');
  process.stdout.write(`${await podsText(pods)}\n`);
}

async function waitForRelay({ relayReady }: Playground): Promise<void> {
  await relayReady;
  report('relay ready: it has listed the cluster and watches it');
}
