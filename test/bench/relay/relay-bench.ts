import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { bundleRelay, nodeEnvironment, nodeFlags } from '../../../relay/build.ts';
import type { EventDetail } from '../../../shared/model/events/event.ts';
import { BusServer } from '../../relay/bus-server.ts';
import { quantile } from '../statistics.ts';

/** What the relay did during a load. */
export interface LoadFigures {
  readonly changesPerSecond: number;
  /** Share of one core. */
  readonly cpuPercent: number;
  /** Events of pods that arrived. */
  readonly events: number;
  /** From a change in the cluster to its arrival at the bus. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Changes whose last state never arrived. */
  readonly lost: number;
}

interface BenchOptions {
  readonly pods: number;
  /** What the bus takes for a request. */
  readonly latencyMs?: number;
  readonly flags?: readonly string[];
}

/**
 * The relay as it is shipped: the bundle with its flags, in a process of its own, between the embedded API server with pods
 * of 6 kB and an EventBridge. Memory is what /proc says (Linux).
 */
export class RelayBench {
  readonly #arrivals: Arrivals;
  readonly #bus: BusServer;
  readonly #cluster: Cluster;
  readonly #child: ChildProcess;
  #changes = 0;

  private constructor(arrivals: Arrivals, bus: BusServer, cluster: Cluster, child: ChildProcess) {
    this.#arrivals = arrivals;
    this.#bus = bus;
    this.#cluster = cluster;
    this.#child = child;
  }

  static async start({ pods, latencyMs = 10, flags = nodeFlags }: BenchOptions): Promise<RelayBench> {
    const arrivals = new Arrivals();
    const bus = new BusServer({ latencyMs, onDetail: (detail) => arrivals.add(detail) });
    const cluster = await startCluster({
      port: 0,
      definitions: meshDefinitions(),
      watches: { bookmarkIntervalMs: 60_000 },
    });
    cluster.createRunningPods(pods, { annotations });
    return new RelayBench(arrivals, bus, cluster, await startBundle(cluster.url, await bus.start(), flags));
  }

  /** Waits until the first listing was accepted, and a second for what follows. */
  async listed(): Promise<void> {
    const pods = this.#cluster.store.list('pods').length;
    await this.#arrivals.until(() => this.#arrivals.versions.size === pods, 120_000);
    await wait(1000);
  }

  megabytes(field: 'VmRSS' | 'VmHWM'): Promise<number> {
    return memory(this.#child, field);
  }

  /** Share of one core while nothing changes. */
  async idle(seconds: number): Promise<number> {
    const usedBefore = await cpuSeconds(this.#child);
    await wait(seconds * 1000);
    return (((await cpuSeconds(this.#child)) - usedBefore) / seconds) * 100;
  }

  /** Changes pods in turn at a steady rate, then waits for the last of them to arrive. */
  async change(perSecond: number, changes: number): Promise<LoadFigures> {
    const { store } = this.#cluster;
    const pods = store.list('pods');
    const arrivals = this.#arrivals;
    arrivals.lagsMs.length = 0;
    const usedBefore = await cpuSeconds(this.#child);
    const startedAt = performance.now();
    const elapsed = () => (performance.now() - startedAt) / 1000;
    for (let done = 0; done < changes; await wait(2))
      for (const due = Math.min(changes, elapsed() * perSecond); done < due; done++) {
        const pod = pods[this.#changes % pods.length];
        this.#changes += 1;
        if (pod) touch(this.#cluster, pod, this.#changes);
      }
    const seconds = elapsed();
    const missing = () =>
      store
        .list('pods')
        .filter(({ metadata }) => arrivals.versions.get(metadata.name) !== metadata.resourceVersion).length;
    // On a busy machine the last ones are late, which is not lost.
    await arrivals.until(() => missing() === 0, 60_000);
    const used = (await cpuSeconds(this.#child)) - usedBefore;
    return {
      changesPerSecond: Math.round(changes / seconds),
      cpuPercent: (used / seconds) * 100,
      events: arrivals.lagsMs.length,
      medianMs: quantile(arrivals.lagsMs, 0.5),
      p99Ms: quantile(arrivals.lagsMs, 0.99),
      lost: missing(),
    };
  }

  async stop(): Promise<void> {
    await end(this.#child);
    await this.#cluster.stop();
    await this.#bus.stop();
  }
}

async function startBundle(
  server: string,
  endpoint: string,
  flags: readonly string[],
): Promise<ChildProcess> {
  const options = [
    '--cluster',
    'bench',
    '--event-bus',
    'bench',
    '--kubernetes-server',
    server,
    '--port',
    '0',
    '--log-level',
    'warn',
  ];
  const env = {
    ...nodeEnvironment,
    PATH: process.env.PATH,
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return spawn(process.execPath, [...flags, await bundleRelay(), ...options], { stdio: 'inherit', env });
}

/** As large as a pod with a few containers, volumes and managed fields usually is, which its annotations make up for. */
const annotations = Object.fromEntries(
  Array.from({ length: 80 }, (_, index) => [`filler-${index}`, 'x'.repeat(40)]),
);

/** Changes one pod so that the relay must send it. */
function touch({ store }: Cluster, pod: KubernetesObject, change: number): void {
  const labels = { app: 'bulk', change: `${change}`, 'changed-at': `${performance.now()}` };
  store.put('pods', { ...pod, metadata: { ...pod.metadata, labels } });
}

/** What arrived at the bus: the last version of each pod, and how long each change was on its way. */
class Arrivals {
  readonly versions = new Map<string, string>();
  readonly lagsMs: number[] = [];

  add(detail: EventDetail): void {
    if (detail.type !== 'Pod Changed') return;
    const { name, resourceVersion, labels } = detail.pod.metadata;
    this.versions.set(name, resourceVersion);
    const changedAt = labels?.['changed-at'];
    if (changedAt) this.lagsMs.push(performance.now() - Number(changedAt));
  }

  /** Waits until a condition holds; gives up after the timeout, which the figures will show. */
  async until(condition: () => boolean, timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!condition() && Date.now() < end) await wait(20);
  }
}

async function memory({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1000;
}

async function cpuSeconds({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
