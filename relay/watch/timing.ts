import type { BackoffBounds } from '../backoff.ts';
import type { ReflectorTiming } from './reflector.ts';

/** All intervals and timeouts of a relay, in milliseconds unless the name says otherwise. Tests shorten them. */
export interface RelayTiming extends ReflectorTiming {
  /** Backoff between attempts to send. */
  readonly sendBackoff: BackoffBounds;
  /** How long each group of kinds may delay the next one. */
  readonly gateMs: number;
  /** Interval between checks that the bus still exists. */
  readonly busCheckMs: number;
  /** How long sending the pending events may take on `stop`. */
  readonly flushMs: number;
  /** The relay is not ready if events are pending and none was accepted for this long. */
  readonly stalledMs: number;
}

export const defaultTiming: RelayTiming = {
  backoff: { baseMs: 500, maxMs: 30_000 },
  absentRetryMs: 15_000,
  watchSeconds: 300,
  idleTimeoutMs: 90_000,
  confirmMs: 600_000,
  sendBackoff: { baseMs: 100, maxMs: 20_000 },
  gateMs: 30_000,
  busCheckMs: 60_000,
  flushMs: 10_000,
  stalledMs: 30_000,
};
