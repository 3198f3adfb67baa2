import type { Budget, ExtraTokens, Lane } from '../../model/records/budget.ts';

/** A token bucket: long-term calls per second, and calls at once. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenRequest {
  readonly cluster: string;
  /** Calls that wait. */
  readonly needed: number;
  /** Calls that are likely to follow; granted only if tokens are plentiful. */
  readonly extra: number;
}

export interface TokenGrant {
  readonly budget: Budget;
  /** Tokens, at most `needed + extra`. */
  readonly granted: number;
  /** For each needed call without a token: after how many milliseconds to request again, ascending. */
  readonly waitsMs: readonly number[];
}

/** How long an environment may use the tokens that it was granted beyond what it needed. */
export const leaseMs = 250;

/** The share of the burst that no cluster may use beyond its own credit. */
const reserveShare = 1 / 4;
/** The share of the rate that is guaranteed to the clusters, divided among them. */
const guaranteedShare = 1 / 2;
const slowestShare = 1 / 100;
const minBurst = 2;
/** One slow-down per burst of throttled calls, which all mean the same. */
export const slowDownIntervalMs = 1_000;
/** A later turn would be guesswork, because the rate changes. */
const maxWaitMs = 900_000;

export function fullBudget({ perSecond, burst }: Limit, nowMs: number): Budget {
  return { rate: perSecond, knee: perSecond, tokens: burst, atMs: nowMs, slowedAtMs: 0, lanes: {} };
}

/**
 * Takes tokens for a cluster. Never more than `burst + rate · t` are used in any time t: what is needed is used when it is
 * granted, what is granted beyond that within a quarter of a second, and until then the bucket fills up to the burst
 * without it.
 *
 * A quarter of the burst is a reserve, from which a cluster may take only what it has credit for. The credits fill at
 * half of the rate, divided among the active clusters; a full credit is a cluster's part of the reserve, with one part
 * kept for a newcomer. So all credits together never exceed the reserve: a cluster that requests less than its
 * guaranteed rate never waits, whatever the others request. Tokens above the reserve are first come, first served.
 *
 * A call without a token gets a turn, one after the other at the cluster's share of the rate. So waiting calls are
 * retried spread out, each when there is a token for it, and not all at once. A turn takes no token: calls that are
 * never retried cost nothing.
 */
export function draw(
  before: Budget,
  most: Limit,
  { cluster, needed, extra }: TokenRequest,
  nowMs: number,
): TokenGrant {
  const limit = scaled(most, before);
  const budget = refill(before, limit, nowMs, cluster);
  const { tokens, lanes, atMs } = budget;
  const lane = lanes[cluster] ?? { credit: 0, turnAtMs: 0 };
  const free = Math.max(0, tokens - limit.burst * reserveShare);
  const due = Math.min(needed, wholeTokens(Math.min(tokens, free + lane.credit)));
  // None if calls have to wait: then at most the reserve is left.
  const plenty = wholeTokens(tokens - due - limit.burst / 2);
  const beyond = Math.min(extra, plenty);
  const granted = due + beyond;
  const left = {
    ...budget,
    tokens: tokens - granted,
    ...(beyond > 0 && { extra: withMore(budget, beyond) }),
  };
  const creditLeft = lane.credit - Math.max(0, granted - free);
  const turns = turnsOf(left, limit, { cluster, lane: { ...lane, credit: creditLeft }, count: needed - due });
  const turnAtMs = turns.at(-1) ?? lane.turnAtMs;
  return {
    budget: { ...left, lanes: { ...lanes, [cluster]: { credit: creditLeft, turnAtMs } } },
    granted,
    waitsMs: turns.map((turn) => Math.max(1, Math.ceil(turn - atMs))),
  };
}

/** AWS throttled a call: halves the rate, at most once a second, and drops the remaining tokens. */
export function slowDown(before: Budget, most: Limit, nowMs: number): Budget {
  const limit = scaled(most, before);
  const budget = refill(before, limit, nowMs);
  if (budget.atMs - budget.slowedAtMs < slowDownIntervalMs) return budget;
  const lanes = Object.entries(budget.lanes).map(
    ([cluster, lane]) => [cluster, { ...lane, credit: Math.min(1, lane.credit) }] as const,
  );
  return {
    ...budget,
    rate: Math.max(limit.perSecond * slowestShare, budget.rate / 2),
    knee: budget.rate,
    tokens: 0,
    slowedAtMs: budget.atMs,
    lanes: Object.fromEntries(lanes),
  };
}

/** The budget at a later time, with a lane for the requesting cluster. A clock that is behind changes nothing. */
function refill(budget: Budget, limit: Limit, nowMs: number, pending?: string): Budget {
  const atMs = Math.max(nowMs, budget.atMs);
  const seconds = (atMs - budget.atMs) / 1000;
  const grown = Object.entries(budget.lanes).map(([cluster, lane]) => {
    const gained = seconds * guaranteedRate(budget);
    return [cluster, { ...lane, credit: lane.credit + gained }] as const;
  });
  const busy = grown.filter(
    ([, { credit, turnAtMs }]) => turnAtMs > atMs || credit < fullCredit(limit, grown.length),
  );
  const names = new Set([...busy.map(([cluster]) => cluster), ...(pending === undefined ? [] : [pending])]);
  const full = fullCredit(limit, names.size);
  const lanes = Object.fromEntries(busy);
  for (const cluster of names) {
    const { credit = full, turnAtMs = 0 } = lanes[cluster] ?? {};
    lanes[cluster] = { credit: Math.min(full, credit), turnAtMs };
  }
  const tokens = Math.min(limit.burst - unused(budget, atMs), budget.tokens + seconds * budget.rate);
  return { ...raised(budget, limit, seconds, atMs), tokens, atMs, lanes };
}

/** At least as many extra tokens as were granted within the last quarter of a second, and none of half a second ago. */
function unused({ extra = noExtra }: Budget, atMs: number): number {
  const { tokens, before } = asOf(extra, atMs);
  return tokens + before;
}

function withMore({ extra = noExtra, atMs }: Budget, more: number): ExtraTokens {
  const now = asOf(extra, atMs);
  return { ...now, tokens: now.tokens + more };
}

function asOf(extra: ExtraTokens, atMs: number): ExtraTokens {
  const { sinceMs, tokens } = extra;
  const ageMs = atMs - sinceMs;
  if (ageMs < leaseMs) return extra;
  return { sinceMs: atMs, tokens: 0, before: ageMs < 2 * leaseMs ? tokens : 0 };
}

const noExtra: ExtraTokens = { sinceMs: 0, tokens: 0, before: 0 };

/** If AWS allows fewer calls a second than published, it also allows fewer at once. */
function scaled({ perSecond, burst }: Limit, { knee }: Budget): Limit {
  return { perSecond, burst: Math.max(minBurst, burst * Math.min(1, knee / perSecond)) };
}

/** The guaranteed rate of each active cluster; tokens a second. */
function guaranteedRate({ rate, lanes }: Budget): number {
  return (rate * guaranteedShare) / Object.keys(lanes).length;
}

/** Leaves a part for one more cluster. */
function fullCredit({ burst }: Limit, clusters: number): number {
  return Math.max(1, (burst * reserveShare) / (clusters + 1));
}

/**
 * Additive increase: back to nine tenths of the rate at which AWS throttled within some five seconds, then slowly up to
 * the limit. Counts only time in use: one second of a longer pause.
 */
function raised(budget: Budget, limit: Limit, seconds: number, atMs: number): Budget {
  const { rate, knee, slowedAtMs } = budget;
  if (atMs - slowedAtMs < slowDownIntervalMs) return budget;
  const step = rate < 0.9 * knee ? knee / 10 : knee / 50;
  const next = Math.min(limit.perSecond, rate + Math.min(1, seconds) * step);
  return { ...budget, rate: next, knee: Math.max(knee, next) };
}

/** Epoch milliseconds of the next turns of a cluster, as many as requested. */
function turnsOf(
  budget: Budget,
  limit: Limit,
  { cluster, lane, count }: { readonly cluster: string; readonly lane: Lane; readonly count: number },
): readonly number[] {
  const spacingMs = 1000 / (likelyRate(budget, limit) * shareOf(budget, cluster));
  const latest = budget.atMs + maxWaitMs;
  const first = Math.max(lane.turnAtMs + spacingMs, budget.atMs + untilNextMs(budget, limit, lane));
  return Array.from({ length: count }, (_, index) => Math.min(latest, first + index * spacingMs));
}

/** Each waiting cluster gets at least an equal share; the longest queue gets what shorter ones will leave. */
function shareOf({ lanes, atMs }: Budget, cluster: string): number {
  const aheadMs = (name: string) => Math.max(0, (lanes[name]?.turnAtMs ?? 0) - atMs);
  const waiting = Object.keys(lanes).filter((name) => name === cluster || aheadMs(name) > 0);
  const sumMs = waiting.reduce((sum, name) => sum + aheadMs(name), 0);
  return Math.max(1 / waiting.length, sumMs === 0 ? 0 : aheadMs(cluster) / sumMs);
}

/**
 * If AWS throttles, the rate swings between half of the knee and the knee: this is its mean. A call that comes too
 * early gets another turn, and a message is received ten times at most; a call that comes too late loses time.
 */
function likelyRate({ rate, knee }: Budget, { perSecond }: Limit): number {
  return knee < perSecond ? 0.8 * knee : Math.max(rate, 0.8 * knee);
}

/** Time until this cluster gets a token if no other requests one: from above the reserve, or from its credit. */
function untilNextMs(budget: Budget, limit: Limit, { credit }: Lane): number {
  const untilAny = (1 - budget.tokens) / budget.rate;
  const untilFree = (limit.burst * reserveShare + 1 - budget.tokens) / budget.rate;
  const untilCredit = (1 - credit) / guaranteedRate(budget);
  return 1000 * Math.max(0, untilAny, Math.min(untilFree, untilCredit));
}

/** Sums of fractions may be slightly below a whole number. */
function wholeTokens(tokens: number): number {
  return Math.max(0, Math.floor(tokens + 1e-6));
}
