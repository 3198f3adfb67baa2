import { pause } from '../pause.ts';
import type { LeaseClock } from './candidate.ts';

/** A Lease has its times in microseconds. */
export const monotonicClock: LeaseClock = {
  now: () => performance.now(),
  pause,
  time: () => new Date().toISOString().replace('Z', '000Z'),
};
