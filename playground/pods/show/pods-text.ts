import { setTimeout as sleep } from 'node:timers/promises';
import { stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { LocalPod } from '../kubelet/local-pod.ts';
import type { LocalPods } from '../local-pods.ts';
import { type Command, commandsOf, curlText } from './commands.ts';
import { meshDirectory } from './mesh-directory.ts';
import { countAnswers, sample } from './samples.ts';

const pollMs = 50;
const discoveryMs = 10_000;
/** Of each request, to show how the answers are divided. */
const samples = 20;

/** Waits until every pod of the cluster runs, or cannot run. Passes what is missing to `waitingFor`. */
export async function waitForPods({ kubelet }: LocalPods, waitingFor: (what: string) => void): Promise<void> {
  for (;;) {
    const fault = kubelet.unsettled();
    if (fault === null) return;
    waitingFor(fault);
    await sleep(pollMs);
  }
}

/** The pods, and the requests to try with their answers. */
export async function podsText(pods: LocalPods): Promise<string> {
  const texts: string[] = [];
  for (const command of commandsIn(pods)) {
    await waitForAnswer(command);
    const counts = await countAnswers(command, samples);
    const answers = [...counts].map(([answer, count]) => `  ${count} × ${answer}\n`).join('');
    texts.push(`# ${command.text}\n$ ${curlText(command)}\n${answers}`);
  }
  const title = `The answers to ${samples} requests each:\n\n`;
  return `${tableOf(pods.kubelet.pods)}\n${texts.length === 0 ? '' : title}${texts.join('\n')}`;
}

/** An Envoy asks DNS for the pods behind a name each few seconds: until then it knows none of the new ones. */
async function waitForAnswer(command: Command): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < discoveryMs) {
    const status = await sample(command).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status !== undefined && status !== 503) return;
    await sleep(pollMs);
  }
}

/** The requests of the mesh objects and pods as they are now. */
export function commandsIn({ kubelet, store }: LocalPods): readonly Command[] {
  if (store === undefined) return [];
  const running = kubelet.pods.filter(({ state }) => state.phase === 'running');
  return commandsOf(
    meshDirectory(store),
    running.map(({ pod, place, proxy, applications }) => ({
      ...{ pod, place, applications },
      configMap: proxy?.configMap,
    })),
  );
}

function tableOf(pods: readonly LocalPod[]): string {
  const rows = [
    ['NAMESPACE', 'POD', 'ADDRESS', 'CONNECTIONS GO TO', 'ENVOY', 'STATE'],
    ...pods.map(({ pod, place, proxy, state }) => [
      pod.metadata.namespace ?? '',
      pod.metadata.name,
      stringAt(pod, 'status', 'podIP'),
      proxy ? place.outbound : '',
      proxy?.configMap ?? '',
      'reason' in state ? `${state.phase}: ${state.reason}` : state.phase,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
