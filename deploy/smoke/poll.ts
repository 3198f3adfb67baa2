import { setTimeout as sleep } from 'node:timers/promises';

/** Something that should have come and did not. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

export interface Polling {
  readonly maxMs: number;
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Asks until there is an answer; throws a TimeoutError that says what was waited for. */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { maxMs, everyMs = 500, signal }: Polling,
): Promise<T> {
  const untilMs = Date.now() + maxMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= untilMs) throw new TimeoutError(`${what}: not within ${Math.round(maxMs / 1000)} s`);
    await sleep(everyMs, undefined, { signal });
  }
}
