import { RelayBench } from './relay-bench.ts';

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
  readonly flags?: readonly string[];
}

/** Measures one load of the relay. */
export async function measureRelay(load: Partial<Load> = {}): Promise<RelayFigures> {
  const { pods = 10_000, perSecond = 1000, seconds = 20, flags } = load;
  const startedAt = performance.now();
  const bench = await RelayBench.start({ pods, ...(flags && { flags }) });
  try {
    await bench.listed();
    const listingSeconds = (performance.now() - startedAt) / 1000 - 1;
    const listedMegabytes = await bench.megabytes('VmRSS');
    const changes = perSecond * seconds;
    const { cpuPercent, ...figures } = await bench.change(perSecond, changes);
    return {
      ...{ pods, listedMegabytes, listingSeconds, changes, ...figures, cpuPercent: Math.round(cpuPercent) },
      busyMegabytes: await bench.megabytes('VmRSS'),
      peakMegabytes: await bench.megabytes('VmHWM'),
    };
  } finally {
    await bench.stop();
  }
}
