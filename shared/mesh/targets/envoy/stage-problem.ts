import type { Problem } from '../../plan/problem.ts';
import type { EnvoyClaim } from './envoy-claim.ts';

type Stage = NonNullable<EnvoyClaim['stage']>;

/** Why a ConfigMap is not as desired yet. What is late has no time any more: only the next run knows. */
export function stageProblem({ message, dueAtMs }: Stage, now: number): Problem {
  const time = new Date(Math.ceil(dueAtMs / 1000) * 1000).toISOString().replace(/\.\d+/, '');
  const when = dueAtMs > now ? `after ${time}, when all proxies have read it` : 'with the next run';
  return { reason: 'Pending', message: `${message} ${when}` };
}
