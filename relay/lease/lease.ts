/** The state of a `coordination.k8s.io/v1` Lease, as far as it decides who holds it. */
export interface Lease {
  readonly resourceVersion: string;
  /** Empty when it was released. */
  readonly holder: string;
  /** As the holder promises; it gives up earlier. */
  readonly durationMs: number;
  readonly acquiredAt: string;
  readonly renewedAt: string;
  readonly transitions: number;
}

export type LeaseSpec = Omit<Lease, 'resourceVersion'>;

/**
 * All in milliseconds. A holder that has not renewed the lease for `giveUpMs` stops; others take it after `durationMs`
 * without a renewal. The difference is the time that the holder has to stop, and the margin for clocks that run at
 * different rates.
 */
export interface LeaseTiming {
  readonly durationMs: number;
  readonly giveUpMs: number;
  readonly retryMs: number;
}

/** The proportions of client-go: 15 s, 10 s and 2 s. */
export function leaseTiming(durationMs: number): LeaseTiming {
  return { durationMs, giveUpMs: (durationMs * 2) / 3, retryMs: (durationMs * 2) / 15 };
}

/** A lease as a candidate last read it, and when it saw that state for the first time, by its own monotonic clock. */
export interface Observation {
  readonly lease: Lease;
  readonly at: number;
}

/**
 * Only the candidate's own clock counts, as in client-go: the times in a lease are those of another machine. A lease that
 * has not changed keeps the time of its first observation.
 */
export function observe(previous: Observation | undefined, lease: Lease, now: number): Observation {
  if (previous?.lease.resourceVersion === lease.resourceVersion) return previous;
  return { lease, at: now };
}

/** Whether a candidate may take the lease now. */
export function isFree({ lease, at }: Observation, identity: string, now: number): boolean {
  return lease.holder === '' || lease.holder === identity || now >= at + lease.durationMs;
}

/** What a candidate or holder writes. `time` is for people who read the lease. */
export function heldBy(
  identity: string,
  previous: Lease | undefined,
  { durationMs }: LeaseTiming,
  time: string,
): LeaseSpec {
  const isRenewal = previous?.holder === identity;
  return {
    holder: identity,
    durationMs,
    acquiredAt: isRenewal ? previous.acquiredAt : time,
    renewedAt: time,
    transitions: (previous?.transitions ?? 0) + (isRenewal || !previous ? 0 : 1),
  };
}

/** Anybody may take it at once. */
export function released(lease: Lease, time: string): LeaseSpec {
  return { ...lease, holder: '', durationMs: 1000, renewedAt: time };
}
