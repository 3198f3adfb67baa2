const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/;

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: sum,
  SampleCount: (values) => values.length,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
  Maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
};

/** Whether CloudWatch has a statistic of this name. */
export function isStatistic(name: string): boolean {
  return Object.hasOwn(statistics, name) || percentile.test(name);
}

/** The statistic of the values of a period; undefined if there is none. */
export function statisticOf(name: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const [, rank] = percentile.exec(name) ?? [];
  if (rank !== undefined) return nearestRank(values, Number(rank));
  const statistic = statistics[name];
  if (statistic === undefined) throw new RangeError(`the statistic ${name} is not known`);
  return statistic(values);
}

function nearestRank(values: readonly number[], rank: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * rank) / 100) - 1)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
