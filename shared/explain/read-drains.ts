import type { Drain } from '../model/records/drain.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { Drains } from './plan/common/drained-cause.ts';
import type { ReadAttempts } from './reads.ts';

/** Which of all clusters are drained. */
export async function readDrains(
  { drains, clusters }: Pick<ExplainDependencies, 'drains' | 'clusters'>,
  reads: ReadAttempts,
): Promise<Drains> {
  const found = new Map<string, Drain>();
  await Promise.all(
    clusters.map(async ({ name }) => {
      const drain = await reads.attempt(`whether cluster ${name} is drained`, () => drains.find(name));
      if (drain !== undefined) found.set(name, drain);
    }),
  );
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
