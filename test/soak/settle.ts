import { type Instance, violations } from './check.ts';
import { meshViolations } from './check-mesh.ts';
import type { Observer } from './observe.ts';

/**
 * Since messages were last waiting to be handled. A function that crashed before it could start leaves its messages hidden
 * for 65 s (reconcile-mesh), and what those change is done after that. All else takes seconds.
 */
const maxIdleMs = 100_000;
/** In all, on a machine that is slow to handle what waits. */
const maxSettleMs = 240_000;
const intervalMs = 1_000;

export interface Settled {
  /** The violations that are left. */
  readonly found: readonly string[];
  /** From the beginning until none was left, or until it was given up. */
  readonly afterMs: number;
}

/** Observes until nothing waits to be handled and no violation is left, twice in a row: one that is lucky proves nothing. */
export async function settle(
  observer: Pick<Observer, 'messages' | 'observe' | 'observeMesh'>,
  foreign: readonly Instance[],
): Promise<Settled> {
  const startedAtMs = Date.now();
  let idleSinceMs = startedAtMs;
  for (let settledAfterMs: number | undefined; ; await pause(intervalMs)) {
    const nowMs = Date.now();
    const isLast = nowMs - idleSinceMs > maxIdleMs || nowMs - startedAtMs > maxSettleMs;
    if (!isLast && (await observer.messages()).waiting > 0) {
      idleSinceMs = Date.now();
      settledAfterMs = undefined;
      continue;
    }
    const found = await differences(observer, foreign, { isWhole: isLast });
    const afterMs = Date.now() - startedAtMs;
    if (isLast || (found.length === 0 && settledAfterMs !== undefined))
      return { found, afterMs: settledAfterMs ?? afterMs };
    settledAfterMs = found.length === 0 ? afterMs : undefined;
  }
}

/** App Mesh is read if Cloud Map is right, or for the whole answer: that takes many processes. */
export async function differences(
  observer: Pick<Observer, 'observe' | 'observeMesh'>,
  foreign: readonly Instance[],
  { isWhole }: { readonly isWhole: boolean },
): Promise<readonly string[]> {
  const found = violations(await observer.observe(), foreign);
  if (found.length > 0 && !isWhole) return found;
  return [...found, ...meshViolations(await observer.observeMesh())];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}

/** By the global timer, which a test can replace. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
