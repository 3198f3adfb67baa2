import type { Bounded } from './report.ts';

/**
 * The most rows of each part. Together they keep the page near 2 MB for any deployment: Lambda returns at most 6 MB, and a
 * browser has to show it. A part says how many rows were left out; a report of one cluster or namespace has them.
 */
export const maxRows = {
  issues: 12,
  services: 1_000,
  /** Of one service, and of all services together. */
  instancesOfService: 25,
  instances: 1_000,
  pods: { failing: 300, waiting: 100, notReady: 150, drained: 100, notSelected: 100 },
  objects: 300,
  vertices: 70,
  routes: 200,
  journeys: 25,
  findings: 100,
  refusals: 150,
  deadLetters: 100,
} as const;

export function bounded<Row>(rows: readonly Row[], max: number): Bounded<Row> {
  return { rows: rows.slice(0, max), total: rows.length };
}

/** Compares texts by their code points, the same on every machine. */
export function byText<Row>(textOf: (row: Row) => string): (a: Row, b: Row) => number {
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}
