import type { IncomingMessage } from 'node:http';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapReadinessGate, type PodObject } from '../../../shared/model/kubernetes.ts';
import { type GatedRolloutOutcome, simulateRollout } from '../../pacing/gated-rollout.ts';
import type { Row } from '../row.ts';
import { median, quantile } from '../statistics.ts';
import { until } from '../system.ts';
import { type GateCluster, startEmbeddedCluster } from './gate-cluster.ts';
import { startKubeApiServer } from './kube-apiserver.ts';

type Figures = Pick<GatedRolloutOutcome, 'registeredSeconds' | 'gateLagsMs' | 'calls'>;

const rollouts = [{ pods: 20 }, { pods: 200, perSecond: 50 }] as const;

/** On a real kube-apiserver, too, if KUBE_APISERVER names the program that test/sidecars/apiserver builds. */
export async function gates(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const rollout of rollouts)
    rows.push(row(rollout, 'simulated', await simulateRollout({ ...rollout, declaresGate: true })));
  for (const rollout of rollouts) rows.push(await realRow(rollout, 'real processes', startEmbeddedCluster));
  const program = process.env.KUBE_APISERVER;
  if (program === undefined) {
    const reason = 'skipped: KUBE_APISERVER is not set (docs/playground.md, "A real cluster")';
    return [...rows, ['the same with a real kube-apiserver', '-', reason]];
  }
  for (const rollout of rollouts)
    rows.push(await realRow(rollout, 'a real kube-apiserver', () => startKubeApiServer(program)));
  return rows;
}

async function realRow(rollout: Rollout, how: string, start: () => Promise<GateCluster>): Promise<Row> {
  await using cluster = await start();
  const { ownCores, idleCores, untilAcceptedMs, untilGateMs, ...figures } = await measureGates(
    cluster,
    rollout,
  );
  const [what, goal, figure] = row(rollout, how, figures);
  const parts = `medians: ${median(untilAcceptedMs).toFixed(0)} ms until RegisterInstance is accepted, ${median(untilGateMs).toFixed(0)} ms from the operation's end to the gate`;
  const cores = `of ${cpus().length} cores ${ownCores.toFixed(1)} used, ${idleCores.toFixed(1)} idle`;
  return [what, goal, `${figure}; ${parts}; ${cores}`];
}

function row({ pods, perSecond }: Rollout, how: string, figures: Figures): Row {
  const { gateLagsMs: lags, registeredSeconds, calls } = figures;
  return [
    `containers ready → readiness gate True, ${pods} pods${perSecond === undefined ? ' at once' : `, ${perSecond} a second`}, operations of 1 to 3 s (${how})`,
    "the operation's own time + 500 ms",
    `+ ${median(lags).toFixed(0)} ms median, + ${quantile(lags, 0.9).toFixed(0)} ms p90; registered after ${registeredSeconds.toFixed(1)} s; ${calls.GetOperation ?? 0} GetOperation, ${calls.ListOperations ?? 0} ListOperations`,
  ];
}

interface Rollout {
  readonly pods: number;
  /** Pods that are created; without it, all at once. */
  readonly perSecond?: number;
}

/** Pods before those that count, so that their service and the environments of the functions are there. */
const warmUpPods = 100;
/** Until the limits of Cloud Map and the budget of the function are full again. */
const warmUpMs = 5_000;

interface TimesOfPods extends Pick<Figures, 'registeredSeconds' | 'gateLagsMs'> {
  /** The two parts of the lag: before the operation, and after it. */
  readonly untilAcceptedMs: readonly number[];
  readonly untilGateMs: readonly number[];
}

interface RealFigures extends Figures, TimesOfPods {
  /** Of this process, which runs all but the relay and a real API server, until the last gate is True. */
  readonly ownCores: number;
  /** If none are, and this process used few, other programs made the times longer. */
  readonly idleCores: number;
}

/**
 * The whole system with pods that have the readiness gate. The times of pods are those at which a watch of the
 * API server receives them.
 */
async function measureGates(cluster: GateCluster, { pods, perSecond }: Rollout): Promise<RealFigures> {
  const { cloudMap } = cluster;
  using seen = await SeenPods.watch(cluster);
  await createPods(cluster, 'before', warmUpPods);
  await until(() => seen.gatedAtMs.size === warmUpPods, 50);
  await wait(warmUpMs);
  seen.forget();
  cloudMap.calls.clear();
  const before = cpuTimes();
  await createPods(cluster, 'pod', pods, perSecond);
  await until(() => seen.gatedAtMs.size === pods, 50);
  const after = cpuTimes();
  return {
    ...figuresOf(seen, cloudMap),
    calls: Object.fromEntries(cloudMap.calls),
    ownCores: (after.ownMs - before.ownMs) / (after.nowMs - before.nowMs),
    idleCores: (after.idleMs - before.idleMs) / (after.nowMs - before.nowMs),
  };
}

function cpuTimes() {
  const { user, system } = process.cpuUsage();
  const idleMs = cpus().reduce((sum, { times }) => sum + times.idle, 0);
  return { nowMs: performance.now(), ownMs: (user + system) / 1000, idleMs };
}

async function createPods(
  cluster: GateCluster,
  name: string,
  pods: number,
  perSecond?: number,
): Promise<void> {
  const startedAtMs = performance.now();
  const created: Promise<void>[] = [];
  for (let index = 0; index < pods; index++) {
    const dueMs = perSecond === undefined ? 0 : (index * 1000) / perSecond;
    await until(() => performance.now() - startedAtMs >= dueMs);
    created.push(cluster.createPod(`${name}-${index}`));
  }
  await Promise.all(created);
}

/** When a watch first received each pod with its containers ready and with its gate True, by the pod's address. */
class SeenPods implements Disposable {
  readonly readyAtMs = new Map<string, number>();
  readonly gatedAtMs = new Map<string, number>();
  #former: ReadonlySet<string> = new Set();
  readonly #watch: IncomingMessage;

  private constructor(watch: IncomingMessage) {
    this.#watch = watch;
    createInterface(watch).on('line', (line) =>
      this.#see((JSON.parse(line) as { object: PodObject }).object),
    );
  }

  static async watch(cluster: GateCluster): Promise<SeenPods> {
    return new SeenPods(await cluster.watchPods());
  }

  [Symbol.dispose](): void {
    this.#watch.destroy();
  }

  /** From now on, other pods count. */
  forget(): void {
    this.#former = new Set(this.readyAtMs.keys());
    this.readyAtMs.clear();
    this.gatedAtMs.clear();
  }

  #see({ status }: PodObject): void {
    const address = status.podIPs?.[0]?.ip;
    if (address === undefined || this.#former.has(address)) return;
    const nowMs = Date.now();
    for (const [condition, times] of [
      ['ContainersReady', this.readyAtMs],
      [cloudMapReadinessGate, this.gatedAtMs],
    ] as const) {
      const isTrue = status.conditions?.some(({ type, status }) => type === condition && status === 'True');
      if (isTrue && !times.has(address)) times.set(address, nowMs);
    }
  }
}

function figuresOf(seen: SeenPods, cloudMap: CloudMap): TimesOfPods {
  const operations = new Map(
    cloudMap
      .snapshot()
      .operations.filter(({ type }) => type === 'REGISTER_INSTANCE')
      .map((operation) => [operation.instanceId, operation]),
  );
  const pods = [...seen.gatedAtMs].map(([address, gatedAtMs]) => {
    const readyAtMs = seen.readyAtMs.get(address) ?? Number.NaN;
    const { createdAtMs = Number.NaN, updatedAtMs = Number.NaN } = operations.get(address) ?? {};
    return { readyAtMs, createdAtMs, updatedAtMs, gatedAtMs };
  });
  const firstReadyAtMs = Math.min(...pods.map(({ readyAtMs }) => readyAtMs));
  return {
    registeredSeconds: (Math.max(...pods.map(({ createdAtMs }) => createdAtMs)) - firstReadyAtMs) / 1000,
    gateLagsMs: pods.map((pod) => pod.gatedAtMs - pod.readyAtMs - (pod.updatedAtMs - pod.createdAtMs)),
    untilAcceptedMs: pods.map(({ readyAtMs, createdAtMs }) => createdAtMs - readyAtMs),
    untilGateMs: pods.map(({ updatedAtMs, gatedAtMs }) => gatedAtMs - updatedAtMs),
  };
}
