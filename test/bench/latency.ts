import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { median, quantile } from './statistics.ts';
import { isTrue, podManifest, registeredPods, startBenchSystem, until } from './system.ts';

interface Figures {
  readonly pods: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/**
 * From the moment a pod's containers are ready in the API server until RegisterInstance is accepted, one pod at a time.
 * Operations end at once, so that an instance is seen as soon as it was accepted. The first pods warm it up and do not count.
 */
export async function measureLatency(pods = 100, warmUp = 5): Promise<Figures> {
  await using system = await startBenchSystem({ fromMs: 0, toMs: 0 });
  const { cluster, cloudMap } = system;
  const samples: number[] = [];
  for (let index = 0; index < pods + warmUp; index++)
    samples.push(await oneLife(cluster, `pod-${index}`, (pod) => registeredPods(cloudMap).has(pod)));
  const counted = samples.slice(warmUp);
  return { pods, medianMs: median(counted), p99Ms: quantile(counted, 0.99) };
}

async function oneLife(cluster: Cluster, name: string, isDone: (pod: string) => boolean): Promise<number> {
  cluster.apply([podManifest(name, [])]);
  await until(() => isTrue(cluster, name, 'ContainersReady'));
  const readyAt = performance.now();
  await until(() => isDone(name));
  const elapsedMs = performance.now() - readyAt;
  await wait(50); // idle again before the next
  return elapsedMs;
}
