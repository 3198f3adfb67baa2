import { milliseconds } from '../../../../routing/timing.ts';

/** Longer ones mean the same, and do not fit into the API. */
const maxMs = 9_000_000_000_000;

/** `15s`, `250ms` */
export function durationOf(ms: number): string {
  const some = Math.min(ms, maxMs);
  return some % 1000 === 0 ? `${some / 1000}s` : `${some}ms`;
}

export function durationText(duration: Parameters<typeof milliseconds>[0]): string {
  return durationOf(milliseconds(duration));
}

/** A number as the API's 32 bits hold it; more means the same. */
export function int32(value: number): number {
  return Math.min(value, 2_147_483_647);
}
