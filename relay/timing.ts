import type { BackoffBounds } from './backoff.ts';
import type { ReflectorTiming } from './reflector.ts';

/** All the waits of a relay, in milliseconds unless the name says otherwise. Tests make them short. */
export interface RelayTiming extends ReflectorTiming {
  /** Between attempts to send. */
  readonly sendBackoff: BackoffBounds;
  /** How long pods wait for the other kinds at most. */
  readonly gateMs: number;
  /** How often to look whether the bus is still there. */
  readonly busCheckMs: number;
  /** How long what is pending may take at the end. */
  readonly flushMs: number;
  /** With nothing accepted for so long while events wait, the relay is not ready. */
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
