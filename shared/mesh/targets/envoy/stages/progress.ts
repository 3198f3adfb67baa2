import type { Settled, Stage } from './next-files.ts';

/** What of the files that were written the proxies may not have taken up yet. Part of a claim. */
export interface Progress {
  /** What was added, and when it counts as settled; without a time, a write of it may or may not have happened. */
  readonly added?: readonly { readonly keys: readonly string[]; readonly dueAtMs?: number | undefined }[];
  /** When what listeners and routes do not name any more may be removed; null if such a write may have happened. */
  readonly removeAtMs?: number | null | undefined;
}

/** After a crash, a write may have happened just before: it counts as one of now. */
export function resumed({ added = [], removeAtMs }: Progress, now: number, settleMs: number): Progress {
  const known = added.map(({ keys, dueAtMs = now + settleMs }) => ({ keys, dueAtMs }));
  return {
    ...{ added: known.filter(({ dueAtMs }) => dueAtMs > now) },
    ...(removeAtMs !== undefined && { removeAtMs: removeAtMs ?? now + settleMs }),
  };
}

export function settledIn({ added = [], removeAtMs }: Progress, now: number): Settled {
  const open = new Set(
    added.flatMap(({ keys, dueAtMs = Number.POSITIVE_INFINITY }) => (dueAtMs > now ? keys : [])),
  );
  const mayRemove = removeAtMs !== null && (removeAtMs ?? now) <= now;
  return { has: (key) => !open.has(key), mayRemove };
}

/** What is recorded before a write. */
export function begun(progress: Progress, { added, isRerouted }: Stage): Progress {
  return {
    added: [...(progress.added ?? []), ...(added.length > 0 ? [{ keys: added }] : [])],
    ...(isRerouted ? { removeAtMs: null } : { removeAtMs: progress.removeAtMs }),
  };
}

/** What is recorded after it. */
export function written(progress: Progress, stage: Stage, now: number, settleMs: number): Progress {
  const dueAtMs = now + settleMs;
  const { added = [], removeAtMs } = begun(progress, stage);
  return {
    added: added.map((each) => (each.dueAtMs === undefined ? { ...each, dueAtMs } : each)),
    removeAtMs: removeAtMs === null ? dueAtMs : removeAtMs,
  };
}

/** When more of it is settled; undefined if all is. */
export function nextDueMs({ added = [], removeAtMs }: Progress, now: number): number | undefined {
  const times = [...added.map(({ dueAtMs }) => dueAtMs), removeAtMs ?? undefined];
  const open = times.filter((time) => time !== undefined && time > now) as number[];
  return open.length === 0 ? undefined : Math.min(...open);
}
