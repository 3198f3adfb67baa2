import type { CallDelay } from './call-faults.ts';
import type { Clock } from './clock.ts';

/** Performs the call after the first delay, and responds after the second. */
export async function delayed<Answer>(
  clock: Clock,
  delay: CallDelay | undefined,
  act: () => Answer,
): Promise<Answer> {
  if (delay?.beforeMs !== undefined) await sleep(clock, delay.beforeMs);
  const answer = act();
  if (delay?.afterMs !== undefined) await sleep(clock, delay.afterMs);
  return answer;
}

function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(milliseconds, resolve);
  });
}
