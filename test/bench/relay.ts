import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { bundleRelay, nodeEnvironment, nodeFlags } from '../../relay/build.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { BusServer } from '../relay/bus-server.ts';
import { quantile } from './statistics.ts';

export interface RelayFigures {
  readonly pods: number;
  /** Resident memory after the first listing was accepted. */
  readonly listedMegabytes: number;
  /** Resident memory at the end of the changes. */
  readonly busyMegabytes: number;
  /** The most there ever was. */
  readonly peakMegabytes: number;
  readonly changesPerSecond: number;
  /** Share of one core. */
  readonly cpuPercent: number;
  /** From a change in the cluster to its arrival at the bus, under that load. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly changes: number;
  /** Changes whose last state never arrived. */
  readonly lost: number;
  readonly listingSeconds: number;
}

interface Load {
  readonly pods: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** What the bus takes for a request. */
  readonly latencyMs: number;
  readonly flags: readonly string[];
}

/**
 * Measures the relay as it is shipped: the bundle with its flags, in a process of its own, between the embedded API
 * server with pods of 6 kB and an EventBridge. Memory is what /proc says (Linux).
 */
export async function measureRelay(load: Partial<Load> = {}): Promise<RelayFigures> {
  const { pods = 10_000, perSecond = 1000, seconds = 20, latencyMs = 10, flags = nodeFlags } = load;
  const arrivals = new Arrivals();
  const bus = new BusServer({ latencyMs, onDetail: (detail) => arrivals.add(detail) });
  const cluster = await startCluster({
    port: 0,
    definitions: meshDefinitions(),
    watches: { bookmarkIntervalMs: 60_000 },
  });
  cluster.createRunningPods(pods, { annotations });
  const startedAt = performance.now();
  const child = await startBundle(cluster.url, await bus.start(), flags);
  try {
    await arrivals.until(() => arrivals.versions.size === pods, 120_000);
    const listingSeconds = (performance.now() - startedAt) / 1000;
    await wait(1000);
    const listedMegabytes = await memory(child, 'VmRSS');
    const figures = await change(cluster, arrivals, child, perSecond, perSecond * seconds);
    return {
      ...{ pods, listedMegabytes, listingSeconds, ...figures },
      busyMegabytes: await memory(child, 'VmRSS'),
      peakMegabytes: await memory(child, 'VmHWM'),
    };
  } finally {
    await end(child);
    await cluster.stop();
    await bus.stop();
  }
}

async function startBundle(
  server: string,
  endpoint: string,
  flags: readonly string[],
): Promise<ChildProcess> {
  const options = ['--cluster', 'bench', '--kubernetes-server', server, '--port', '0', '--log-level', 'warn'];
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

/** Changes pods in turn at a steady rate, then waits for the last of them to arrive. */
async function change(
  cluster: Cluster,
  arrivals: Arrivals,
  child: ChildProcess,
  perSecond: number,
  changes: number,
) {
  const pods = cluster.store.list('pods');
  const usedBefore = await cpuSeconds(child);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  for (let done = 0; done < changes; await wait(2))
    for (const due = Math.min(changes, elapsed() * perSecond); done < due; done++) {
      const pod = pods[done % pods.length];
      if (pod) touch(cluster, pod, done);
    }
  const seconds = elapsed();
  const missing = () =>
    cluster.store
      .list('pods')
      .filter(({ metadata }) => arrivals.versions.get(metadata.name) !== metadata.resourceVersion).length;
  // On a busy machine the last ones are late, which is not lost.
  await arrivals.until(() => missing() === 0, 60_000);
  const used = (await cpuSeconds(child)) - usedBefore;
  return {
    changes,
    changesPerSecond: Math.round(changes / seconds),
    cpuPercent: Math.round((used / seconds) * 100),
    medianMs: quantile(arrivals.lagsMs, 0.5),
    p99Ms: quantile(arrivals.lagsMs, 0.99),
    lost: missing(),
  };
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
