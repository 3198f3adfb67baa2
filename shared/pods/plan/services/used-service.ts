import type { UsedService } from '../../../model/records/registration.ts';

/** The record is written again after an hour of use. */
export const notedForMs = 3600_000;

/** Whether the use of a service, from now on, must still be recorded. */
export function mustNote(known: UsedService | undefined, nowMs: number): boolean {
  return known === undefined || Math.abs(nowMs - known.usedAtMs) >= notedForMs;
}
