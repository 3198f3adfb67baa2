import type { Rates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { simulate } from '../pacing/simulation.ts';
import { median, quantile } from './statistics.ts';

export interface PacingFigures {
  /** Of the other cluster's pods, from ready to registered. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly seconds: number;
  /** What Cloud Map's own limit of RegisterInstance allows at best. */
  readonly boundSeconds: number;
  readonly throttled: number;
  readonly maxReceipts: number;
  readonly deadLetters: number;
}

/**
 * A rollout of pods at once in one cluster, and single pods of another, one every two seconds meanwhile: ten functions,
 * a table that answers in 5 ms and a Cloud Map that answers in 30 ms, on a clock of its own.
 */
export async function measurePacing(rates: Rates, pods: number, isPaced: boolean): Promise<PacingFigures> {
  const single = 100;
  const outcome = await simulate({
    rates,
    isPaced,
    pods: [
      { cluster: 'rollout', atMs: Array<number>(pods).fill(0) },
      { cluster: 'single', atMs: Array.from({ length: single }, (_, index) => 1_000 + index * 2_000) },
    ],
  });
  const of = (cluster: string) => outcome.pods.filter((pod) => pod.cluster === cluster);
  const waits = of('single').map(({ readyAtMs, registeredAtMs }) => registeredAtMs - readyAtMs);
  const { perSecond = Number.POSITIVE_INFINITY, burst = 0 } = rates.RegisterInstance ?? {};
  return {
    medianMs: median(waits),
    p99Ms: quantile(waits, 0.99),
    maxMs: Math.max(...waits),
    seconds: Math.max(...of('rollout').map(({ registeredAtMs }) => registeredAtMs)) / 1000,
    boundSeconds: Math.max(0, pods - burst) / perSecond,
    throttled: outcome.throttled,
    maxReceipts: Math.max(...outcome.pods.map(({ receipts }) => receipts)),
    deadLetters: outcome.deadLetters,
  };
}
