import { RelayBench } from './relay-bench.ts';

/** One row of the table: a number of pods, and a rate of changes, 0 for none. */
interface Footprint {
  readonly pods: number;
  readonly perSecond: number;
  readonly cpuPercent: number;
  /** Resident memory at the end of the row. */
  readonly megabytes: number;
  /** The most there was since the start. */
  readonly peakMegabytes: number;
  readonly events: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly lost: number;
}

const header = `| pods | changes a second | CPU, of one core | memory | at most | events sent | lag, median | lag, p99 | lost |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|`;

/**
 * The relay as it is shipped, as a table: one relay for each number of pods, idle after its first listing and then at each
 * rate of changes.
 */
export async function footprint(): Promise<string> {
  const lines: string[] = [];
  for (const pods of [1_000, 5_000, 10_000])
    lines.push(...(await measureOne(pods, [10, 50, 200], 15)).map(line));
  return [header, ...lines].join('\n');
}

function line(row: Footprint): string {
  const lag = row.events === 0 ? ['-', '-'] : [row.medianMs, row.p99Ms].map((ms) => `${ms.toFixed(0)} ms`);
  const cells = [
    row.pods.toLocaleString('en'),
    row.perSecond === 0 ? 'idle' : row.perSecond,
    `${row.cpuPercent.toFixed(1)} %`,
    `${row.megabytes.toFixed(0)} MB`,
    `${row.peakMegabytes.toFixed(0)} MB`,
    row.events.toLocaleString('en'),
    ...lag,
    row.lost,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function measureOne(pods: number, rates: readonly number[], seconds: number): Promise<Footprint[]> {
  const bench = await RelayBench.start({ pods });
  try {
    await bench.listed();
    const rows: Footprint[] = [];
    for (const perSecond of [0, ...rates]) {
      const figures =
        perSecond === 0
          ? { ...none, cpuPercent: await bench.idle(seconds) }
          : await bench.change(perSecond, perSecond * seconds);
      const [megabytes, peakMegabytes] = [await bench.megabytes('VmRSS'), await bench.megabytes('VmHWM')];
      rows.push({ pods, perSecond, megabytes, peakMegabytes, ...figures });
    }
    return rows;
  } finally {
    await bench.stop();
  }
}

const none = { events: 0, medianMs: 0, p99Ms: 0, lost: 0 };
