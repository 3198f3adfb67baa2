import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleRelay, nodeEnvironment, nodeFlags } from '../../relay/build.ts';
import type { EventDetail } from '../../shared/model/event.ts';
import { BusServer } from '../relay/bus-server.ts';
import { type AnyObject, FakeApiServer } from '../relay/fake-api-server.ts';
import { namespace, node, pod } from '../relay/objects.ts';

export interface RelayFigures {
  readonly pods: number;
  /** Resident memory of a Node that does nothing, started without any flags. */
  readonly bareMegabytes: number;
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

/**
 * Measures the relay as it is shipped: the bundle with its flags, in a process of its own, between an API server with
 * `pods` pods of 6 kB and an EventBridge that takes `latencyMs` for a request. Memory is what /proc says (Linux).
 */
export async function measureRelay({
  pods = 10_000,
  perSecond = 1000,
  seconds = 20,
  latencyMs = 10,
} = {}): Promise<RelayFigures> {
  const api = new FakeApiServer();
  const arrivals = new Arrivals();
  const bus = new BusServer({ latencyMs, onDetail: (detail) => arrivals.add(detail) });
  const server = await api.start();
  const endpoint = await bus.start();
  fill(api, pods);
  const bundle = await bundleRelay();
  const bareMegabytes = await measureBare();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      bundle,
      '--cluster',
      'bench',
      '--kubernetes-server',
      server,
      '--port',
      '0',
      '--log-level',
      'warn',
    ],
    { stdio: 'inherit', env: environment(endpoint) },
  );
  try {
    await arrivals.until(() => arrivals.versions.size === pods, 120_000);
    const listingSeconds = (performance.now() - startedAt) / 1000;
    await wait(1000);
    const listedMegabytes = await memory(child, 'VmRSS');
    const load = await change(api, arrivals, child, { pods, perSecond, seconds });
    return {
      ...{ pods, bareMegabytes, listedMegabytes, listingSeconds, ...load },
      busyMegabytes: await memory(child, 'VmRSS'),
      peakMegabytes: await memory(child, 'VmHWM'),
    };
  } finally {
    await end(child);
    await api.stop();
    await bus.stop();
  }
}

async function change(
  api: FakeApiServer,
  arrivals: Arrivals,
  child: ChildProcess,
  { pods, perSecond, seconds }: { pods: number; perSecond: number; seconds: number },
) {
  const cpu = await cpuSeconds(child);
  const startedAt = performance.now();
  arrivals.lagsMs.length = 0;
  let changes = 0;
  for (; changes < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, ((performance.now() - startedAt) / 1000) * perSecond);
    for (; changes < due; changes++) touch(api, (changes * 7919) % pods, changes);
    await wait(2);
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  const used = (await cpuSeconds(child)) - cpu;
  const newest = new Map(
    api.objects('pods').map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
  );
  const isThere = () => [...newest].every(([name, version]) => arrivals.versions.get(name) === version);
  await arrivals.until(isThere, 5000);
  const lost = [...newest].filter(([name, version]) => arrivals.versions.get(name) !== version).length;
  const lags = arrivals.lagsMs.toSorted((one, other) => one - other);
  return {
    changes,
    changesPerSecond: Math.round(changes / elapsed),
    cpuPercent: Math.round((used / elapsed) * 100),
    medianMs: lags[Math.floor(lags.length / 2)] ?? Number.NaN,
    p99Ms: lags[Math.floor(lags.length * 0.99)] ?? Number.NaN,
    lost,
  };
}

function fill(api: FakeApiServer, pods: number): void {
  api.put('namespaces', namespace('kube-system'));
  for (let index = 0; index < 100; index++) api.put('nodes', node(`node-${index}`, 'us-west-2a'));
  for (let index = 0; index < pods; index++) api.put('pods', bigPod(index));
}

function touch(api: FakeApiServer, index: number, change: number): void {
  const labels = {
    ...bigPod(index).metadata.labels,
    change: `${change}`,
    'changed-at': `${performance.now()}`,
  };
  const object = bigPod(index);
  api.put('pods', { ...object, metadata: { ...object.metadata, labels } });
}

/** As large as a pod with a few containers, volumes and managed fields usually is. */
function bigPod(index: number): AnyObject {
  const name = `deployment-${index % 100}-7d4b9c6f5d-${index}`;
  const plain = pod(`namespace-${index % 20}`, name);
  const uid = `0000${index}`.slice(-8).padEnd(36, '-0000');
  const labels = {
    app: `deployment-${index % 100}`,
    'pod-template-hash': '7d4b9c6f5d',
    version: 'v1',
    team: 'shop',
  };
  const managedFields = Array.from({ length: 3 }, (_, field) => ({
    manager: `m${field}`,
    fieldsV1: filler(700),
  }));
  const metadata = { ...plain.metadata, uid, labels, managedFields };
  const spec = { nodeName: `node-${index % 100}`, containers: filler(2200), volumes: filler(500) };
  return { ...plain, metadata, spec, status: { ...plain.status, containerStatuses: filler(1000) } };
}

function filler(bytes: number): Record<string, string> {
  const fields = Math.round(bytes / 50);
  return Object.fromEntries(
    Array.from({ length: fields }, (_, index) => [`f:field-${index}`, 'some-value-of-a-field-32-chars--']),
  );
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

async function measureBare(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await wait(1000);
  const megabytes = await memory(child, 'VmRSS');
  await end(child);
  return megabytes;
}

function environment(endpoint: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    ...nodeEnvironment,
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
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
