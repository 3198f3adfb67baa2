import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { parseAllDocuments } from 'yaml';
import { type Playground, startPlayground } from '../../../playground/playground.ts';
import { Random } from '../../property/random.ts';
import { initialManifests } from '../manifests.ts';
import { ApiChurn } from './churn.ts';
import type { Sample } from './trend.ts';

/** A garbage collection of every environment takes a second or two, so not more often. */
const sampledEachMs = 60_000;

export interface Measured {
  /** By name: `relay` is the memory of its process, a function the live heap of its environments on average. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly changes: number;
}

export interface MeasureOptions {
  readonly minutes: number;
  readonly changesPerSecond: number;
  readonly seed: number;
}

/** The playground, with changes at a steady pace and no faults, so that its processes and environments live all the time. */
export async function measureMemory(
  options: MeasureOptions,
  print: (line: string) => void,
): Promise<Measured> {
  const { minutes, changesPerSecond, seed } = options;
  const playground = await startPlayground(
    {
      ...{ exit: false, manifests: [], awsPort: 0, kubernetesPort: 0 },
      ...{ kubeconfig: undefined, awsEndpoint: undefined },
    },
    () => undefined,
  );
  try {
    await playground.relayReady;
    playground.cluster?.apply(
      parseAllDocuments(initialManifests(4)).map((document) => document.toJS() as JsonObject),
    );
    const churn = new ApiChurn(playground.kubernetesUrl, new Random(seed));
    const samples = new Map<string, Sample[]>();
    const startedAtMs = Date.now();
    const endMs = startedAtMs + minutes * 60_000;
    for (let sampledAtMs = startedAtMs; Date.now() < endMs; ) {
      const turnEndMs = Date.now() + 1000 / changesPerSecond;
      await churn.turn();
      if (Date.now() - sampledAtMs >= sampledEachMs) {
        sampledAtMs = Date.now();
        const now = await sample(playground, new Set(samples.keys()));
        for (const [name, bytes] of now)
          samples.set(name, [...(samples.get(name) ?? []), { atMs: sampledAtMs, bytes }]);
        print(`${churn.count} changes; ${lineOf(now)}`);
      }
      await sleep(Math.max(0, turnEndMs - Date.now()));
    }
    return { samples, startedAtMs, endedAtMs: Date.now(), changes: churn.count };
  } finally {
    await playground.close({ keepLog: false });
  }
}

/** On a busy machine, an environment may be at work for seconds, and then its heap cannot be measured. */
const maxWaits = 20;

/** Waits up to ten seconds until all that were measured before can be measured. */
async function sample(
  playground: Playground,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const now = new Map([['relay', await residentBytes(playground.relay.pid)]]);
  for (let count = 0; count < maxWaits; count++) {
    if (count > 0) await sleep(500);
    for (const [name, heaps] of await playground.liveHeapBytes())
      if (heaps.length > 0) now.set(name, heaps.reduce((sum, bytes) => sum + bytes, 0) / heaps.length);
    if (names.isSubsetOf(new Set(now.keys()))) break;
  }
  return now;
}

/** By `ps`, which prints kilobytes. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}

function lineOf(bytes: ReadonlyMap<string, number>): string {
  return [...bytes].map(([name, held]) => `${name} ${megabytes(held)}`).join(', ');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
