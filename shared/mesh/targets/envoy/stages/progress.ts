import type { Stage } from './next-files.ts';
import type { Settled } from './readiness.ts';

/** Keys of one write, and when the proxies count as having read it; without a time, it may or may not have happened. */
interface Written {
  readonly keys: readonly string[];
  readonly dueAtMs?: number | undefined;
}

/** What of the files that were written the proxies may not have taken up yet. Part of a claim. */
export interface Progress {
  readonly added?: readonly Written[];
  /** What is not wanted, and what nothing named any more from a write on; with its time, until it is removed or named again. */
  readonly retired?: readonly Written[];
}

/** After a crash, a write may have happened just before: it counts as one of now. */
export function resumed({ added = [], retired = [] }: Progress, now: number, settleMs: number): Progress {
  const timed = (all: readonly Written[]) => withTime(all, now + settleMs);
  return { added: timed(added).filter((each) => isOpen(each, now)), retired: timed(retired) };
}

export function settledIn({ added = [], retired = [] }: Progress, now: number): Settled {
  const keysOf = (all: readonly Written[]) => new Set(all.flatMap(({ keys }) => keys));
  const openOf = (all: readonly Written[]) => keysOf(all.filter((each) => isOpen(each, now)));
  const [isNew, isRetired, isInUse] = [openOf(added), keysOf(retired), openOf(retired)];
  return {
    has: (key) => !isNew.has(key),
    isRetired: (key) => isRetired.has(key),
    mayRemove: (key) => isRetired.has(key) && !isInUse.has(key),
  };
}

/** What is recorded before a write. */
export function begun({ added = [], retired = [] }: Progress, stage: Stage): Required<Progress> {
  const unused = new Set(stage.unused);
  const stillUnused = retired
    .map((each) => ({ ...each, keys: each.keys.filter((key) => unused.has(key)) }))
    .filter(({ keys }) => keys.length > 0);
  return { added: withKeys(added, stage.added), retired: withKeys(stillUnused, stage.retired) };
}

/** What is recorded after it, or instead of it if nothing is to be written. */
export function written(progress: Progress, stage: Stage, now: number, settleMs: number): Progress {
  const { added, retired } = begun(progress, stage);
  return { added: withTime(added, now + settleMs), retired: withTime(retired, now + settleMs) };
}

/** When more of it is settled; undefined if all is. */
export function nextDueMs({ added = [], retired = [] }: Progress, now: number): number | undefined {
  const open = [...added, ...retired].flatMap((each) => (isOpen(each, now) ? (each.dueAtMs ?? []) : []));
  return open.length === 0 ? undefined : Math.min(...open);
}

/** The same with another time for all that is open. */
export function deferred({ added = [], retired = [] }: Progress, now: number, dueAtMs: number): Progress {
  const later = (all: readonly Written[]) =>
    all.map((each) => (isOpen(each, now) && each.dueAtMs !== undefined ? { ...each, dueAtMs } : each));
  return { added: later(added), retired: later(retired) };
}

function isOpen({ dueAtMs = Number.POSITIVE_INFINITY }: Written, now: number): boolean {
  return dueAtMs > now;
}

function withTime(all: readonly Written[], dueAtMs: number): readonly Written[] {
  return all.map((each) => (each.dueAtMs === undefined ? { ...each, dueAtMs } : each));
}

function withKeys(all: readonly Written[], keys: readonly string[]): readonly Written[] {
  return keys.length === 0 ? all : [...all, { keys }];
}
