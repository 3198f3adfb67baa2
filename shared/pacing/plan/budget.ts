import type { Budget, Lane } from '../../model/budget.ts';
/** A token bucket: calls a second in the long run, and calls at once. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenRequest {
  readonly cluster: string;
  /** Calls that wait. */
  readonly needed: number;
  /** Calls that are likely to follow: granted only out of plenty. */
  readonly extra: number;
}

export interface TokenGrant {
  readonly budget: Budget;
  /** Tokens, at most `needed + extra`. */
  readonly granted: number;
  /** For each needed call that got none: after how many milliseconds it is its turn to ask again, ascending. */
  readonly waitsMs: readonly number[];
}

/** The part of the burst that no cluster may use up beyond its own credit. */
const reserveShare = 1 / 4;
/** The part of the rate that is spread over the clusters as what each may count on. */
const guaranteedShare = 1 / 2;
const slowestShare = 1 / 100;
const minBurst = 2;
/** One slow-down for a burst of throttled calls, which all tell the same. */
export const slowDownIntervalMs = 1_000;
/** A turn further away is guesswork, since the rate changes. */
const maxWaitMs = 900_000;

export function fullBudget({ perSecond, burst }: Limit, nowMs: number): Budget {
  return { rate: perSecond, knee: perSecond, tokens: burst, atMs: nowMs, slowedAtMs: 0, lanes: {} };
}

/**
 * Takes tokens for a cluster. Never more than `burst + rate · t` are granted in any time t.
 *
 * A quarter of the burst is a reserve, of which a cluster may only take what it has credit for. The credits fill at half
 * of the rate, divided among the clusters at work; a full credit is their part of the reserve, one kept for a newcomer.
 * So all credits together never exceed what is in the reserve: a cluster that asks for less than it may count on never
 * waits, whatever the others ask for. All above the reserve is first come, first served.
 *
 * A call that gets nothing is told its turn, one after the other at the cluster's share of the rate, so that the waiting
 * calls come again spread out, each when there is a token for it, and not all at once. A turn takes no token: calls
 * that never come again cost nothing.
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
  const plenty = due < needed ? 0 : wholeTokens(tokens - due - limit.burst / 2);
  const granted = due + Math.min(extra, plenty);
  const left = { ...budget, tokens: tokens - granted };
  const creditLeft = lane.credit - Math.max(0, granted - free);
  const turns = turnsOf(left, limit, { ...lane, credit: creditLeft }, needed - due, cluster);
  const turnAtMs = turns.at(-1) ?? lane.turnAtMs;
  return {
    budget: { ...left, lanes: { ...lanes, [cluster]: { credit: creditLeft, turnAtMs } } },
    granted,
    waitsMs: turns.map((turn) => Math.max(1, Math.ceil(turn - atMs))),
  };
}

/** AWS throttled a call: half the rate, once a second at most, and what seemed to be left is not. */
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

/** The budget at a later time, with a lane for the cluster that asks. A clock that is behind changes nothing. */
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
  const tokens = Math.min(limit.burst, budget.tokens + seconds * budget.rate);
  return { ...raised(budget, limit, seconds, atMs), tokens, atMs, lanes };
}

/** Where AWS allows less a second than is published, it will allow less at once, too. */
function scaled({ perSecond, burst }: Limit, { knee }: Budget): Limit {
  return { perSecond, burst: Math.max(minBurst, burst * Math.min(1, knee / perSecond)) };
}

/** What each cluster at work may count on; tokens a second. */
function guaranteedRate({ rate, lanes }: Budget): number {
  return (rate * guaranteedShare) / Object.keys(lanes).length;
}

/** Room is left for one that may come. */
function fullCredit({ burst }: Limit, clusters: number): number {
  return Math.max(1, (burst * reserveShare) / (clusters + 1));
}

/**
 * Additive: back to nine tenths of where AWS throttled within some five seconds, then carefully on, up to the limit.
 * Only for time in use: of a longer pause one second counts.
 */
function raised(budget: Budget, limit: Limit, seconds: number, atMs: number): Budget {
  const { rate, knee, slowedAtMs } = budget;
  if (atMs - slowedAtMs < slowDownIntervalMs) return budget;
  const step = rate < 0.9 * knee ? knee / 10 : knee / 50;
  const next = Math.min(limit.perSecond, rate + Math.min(1, seconds) * step);
  return { ...budget, rate: next, knee: Math.max(knee, next) };
}

/** Epoch milliseconds of the next turns of a cluster, as many as wanted. */
function turnsOf(
  budget: Budget,
  limit: Limit,
  lane: Lane,
  count: number,
  cluster: string,
): readonly number[] {
  const spacingMs = 1000 / (likelyRate(budget, limit) * shareOf(budget, cluster));
  const latest = budget.atMs + maxWaitMs;
  const first = Math.max(lane.turnAtMs + spacingMs, budget.atMs + untilNextMs(budget, limit, lane));
  return Array.from({ length: count }, (_, index) => Math.min(latest, first + index * spacingMs));
}

/** Of the clusters that wait, each has at least an equal share; the longest line has what shorter ones will leave. */
function shareOf({ lanes, atMs }: Budget, cluster: string): number {
  const aheadMs = (name: string) => Math.max(0, (lanes[name]?.turnAtMs ?? 0) - atMs);
  const waiting = Object.keys(lanes).filter((name) => name === cluster || aheadMs(name) > 0);
  const sumMs = waiting.reduce((sum, name) => sum + aheadMs(name), 0);
  return Math.max(1 / waiting.length, sumMs === 0 ? 0 : aheadMs(cluster) / sumMs);
}

/**
 * Where AWS throttles, the rate swings between half of the knee and the knee: this is its mean. Who comes too early is
 * told another turn, and a message is received ten times at most; who comes too late is lost time.
 */
function likelyRate({ rate, knee }: Budget, { perSecond }: Limit): number {
  return knee < perSecond ? 0.8 * knee : Math.max(rate, 0.8 * knee);
}

/** Until there is a token for this cluster if no other asks: above the reserve, or of its credit. */
function untilNextMs(budget: Budget, limit: Limit, { credit }: Lane): number {
  const untilAny = (1 - budget.tokens) / budget.rate;
  const untilFree = (limit.burst * reserveShare + 1 - budget.tokens) / budget.rate;
  const untilCredit = (1 - credit) / guaranteedRate(budget);
  return 1000 * Math.max(0, untilAny, Math.min(untilFree, untilCredit));
}

/** Sums of fractions may miss a whole number by a hair. */
function wholeTokens(tokens: number): number {
  return Math.max(0, Math.floor(tokens + 1e-6));
}
