/** The rate of calls to a service that does not publish its limits: additive increase, multiplicative decrease. */
export interface AdaptiveRate {
  /** Current calls a second. */
  readonly perSecond: number;
  /** The rate at which the service last throttled; near it the rate is raised slowly. */
  readonly knee: number;
  /** Epoch milliseconds. */
  readonly slowedAtMs: number;
  readonly raisedAtMs: number;
}

export interface RateBounds {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** Factor on the calls a second that the service accepted before it throttled. */
const decrease = 0.8;
/** One decrease halves the rate at most: the first calls of a burst show little about what the service accepts. */
const maxDecrease = 0.5;
/** Rise a second, as a share of the knee; above nine tenths of it, per second since the decrease, up to a limit. */
const increase = { below: 0.1, beyond: 0.03, maxBeyond: 0.3 } as const;
const nearKnee = 0.9;
/** Time without calls is no evidence that more would be accepted. */
const maxStepMs = 1_000;

export function initialRate({ initial }: RateBounds): AdaptiveRate {
  const never = Number.NEGATIVE_INFINITY;
  return { perSecond: initial, knee: initial, slowedAtMs: never, raisedAtMs: never };
}

/** After a call that was accepted. */
export function raised(rate: AdaptiveRate, { max }: RateBounds, nowMs: number): AdaptiveRate {
  const { perSecond, knee, slowedAtMs, raisedAtMs } = rate;
  const seconds =
    raisedAtMs === Number.NEGATIVE_INFINITY ? 0 : Math.min(nowMs - raisedAtMs, maxStepMs) / 1000;
  const beyond = Math.min(increase.maxBeyond, ((nowMs - slowedAtMs) / 1000) * increase.beyond);
  const share = perSecond < nearKnee * knee ? increase.below : beyond;
  const next = Math.min(max, perSecond + Math.max(0, seconds) * share * knee);
  return { ...rate, perSecond: next, knee: Math.max(knee, next), raisedAtMs: nowMs };
}

/**
 * After a call that was throttled. Calls sent before the last decrease are no new information: a burst of throttled
 * calls is one decrease. `acceptedPerSecond`: what the service accepted in the last second.
 */
export function lowered(
  rate: AdaptiveRate,
  { min }: RateBounds,
  call: { readonly sentAtMs: number; readonly acceptedPerSecond: number; readonly nowMs: number },
): AdaptiveRate {
  const { perSecond, slowedAtMs } = rate;
  if (call.sentAtMs < slowedAtMs) return rate;
  const accepted = Math.min(perSecond, call.acceptedPerSecond) * decrease;
  return {
    perSecond: Math.max(min, perSecond * maxDecrease, accepted),
    knee: perSecond,
    slowedAtMs: call.nowMs,
    raisedAtMs: call.nowMs,
  };
}
