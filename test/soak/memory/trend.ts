/** What one program held at one time, bytes. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface Trend {
  /** Medians, bytes: of the second quarter of the time, when everything has started, and of the last. */
  readonly before: number;
  readonly after: number;
  readonly isFlat: boolean;
}

/** What a heap or a process may differ by between two quarters without a leak: a few pages, a filled cache. */
const allowedRatio = 1.1;
const allowedBytes = 1_000_000;

/** Undefined if a quarter has no sample. */
export function trendOf(
  samples: readonly Sample[],
  startedAtMs: number,
  endedAtMs: number,
): Trend | undefined {
  const quarterMs = (endedAtMs - startedAtMs) / 4;
  const quarter = (number: number) =>
    samples.filter(({ atMs }) => {
      const passed = (atMs - startedAtMs) / quarterMs;
      return passed > number - 1 && passed <= number;
    });
  const before = medianOf(quarter(2));
  const after = medianOf(quarter(4));
  if (before === undefined || after === undefined) return undefined;
  return { before, after, isFlat: after <= before * allowedRatio + allowedBytes };
}

function medianOf(samples: readonly Sample[]): number | undefined {
  const sorted = samples.map(({ bytes }) => bytes).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
