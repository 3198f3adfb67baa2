import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/** Waits until a question is answered as expected; throws what it expected and what it found in the end. */
export async function until(
  what: string,
  expected: unknown,
  ask: () => unknown,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  const wanted = JSON.stringify(expected);
  for (;;) {
    const found = JSON.stringify(await ask());
    if (found === wanted) return;
    if (performance.now() > untilMs) throw new Error(`${what}: expected ${wanted}, found ${found}`);
    await sleep(pollMs);
  }
}
