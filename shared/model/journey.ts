import type { EventCause, EventDetail } from './events/event.ts';
import { detailTypes } from './events/event.ts';

/** The way of one change from the cluster to the call of Cloud Map that it caused. All times: epoch milliseconds. */
export interface Journey {
  readonly correlationId: string;
  /** When the pod became ready, or stopped being ready: by the API server's clock, to the second. */
  readonly readyAtMs?: number | undefined;
  /** When the relay observed the change, or a function found the work, by its clock. */
  readonly observedAtMs: number;
  /** When the function received the message. */
  readonly receivedAtMs: number;
  /** When the function called Cloud Map. */
  readonly calledAtMs: number;
}

/** The change that a function is working on: what its event says of its cause. */
export interface Change {
  readonly correlationId: string;
  /** The sweep or resync that found it. */
  readonly run?: string | undefined;
  readonly readyAtMs?: number | undefined;
  readonly observedAtMs: number;
  readonly receivedAtMs: number;
}

/** What an event says of its cause. An event without an id gets the given one, which is the same for each delivery. */
export function changeOf(event: EventDetail, fallbackId: string, receivedAtMs: number): Change {
  const listing = event.type === detailTypes.clusterListed ? event.listing : undefined;
  const observedAtMs = possible(timeOf(event.observedAt ?? listing?.takenAt), receivedAtMs) ?? receivedAtMs;
  const readyAtMs = possible(timeOf(event.readinessChangedAt), receivedAtMs);
  const run = 'run' in event ? event.run : undefined;
  return {
    correlationId: event.correlationId ?? listing?.id ?? fallbackId,
    ...(run !== undefined && { run }),
    ...(readyAtMs !== undefined && { readyAtMs }),
    observedAtMs,
    receivedAtMs,
  };
}

/** The cause as an event that this change requests names it. */
export function causeOf({ correlationId, observedAtMs }: Change): EventCause {
  return { correlationId, observedAt: new Date(observedAtMs).toISOString() };
}

/** The same, for a later attempt at the same change. */
export function causeOfRetry(change: Change): EventCause {
  const { readyAtMs } = change;
  return {
    ...causeOf(change),
    ...(readyAtMs !== undefined && { readinessChangedAt: new Date(readyAtMs).toISOString() }),
  };
}

/** What a claim keeps of the change that caused its release. */
export function startOf({
  correlationId,
  observedAtMs,
}: Change): Pick<Journey, 'correlationId' | 'observedAtMs'> {
  return { correlationId, observedAtMs };
}

export function journeyOf({ run, ...change }: Change, calledAtMs: number): Journey {
  return { ...change, calledAtMs };
}

/** A journey as stored; undefined if the value is not one. */
export function parseJourney(value: unknown): Journey | undefined {
  const { correlationId, readyAtMs, observedAtMs, receivedAtMs, calledAtMs } = (value ?? {}) as Partial<
    Record<keyof Journey, unknown>
  >;
  if (typeof correlationId !== 'string') return undefined;
  if (!isTime(observedAtMs) || !isTime(receivedAtMs) || !isTime(calledAtMs)) return undefined;
  return {
    correlationId,
    ...(isTime(readyAtMs) && { readyAtMs }),
    observedAtMs,
    receivedAtMs,
    calledAtMs,
  };
}

/** A longer time since the pod became ready is not this system's: an old pod was selected, or its cluster is new here. */
const maxReadyMs = 3_600_000;

/**
 * How long the change took until `endMs`: since the pod's readiness changed if that is known, otherwise since the change was
 * observed. Clocks differ, so it is never negative.
 */
export function lagMs({ readyAtMs, observedAtMs }: Change, endMs: number): number {
  const isCounted = readyAtMs !== undefined && isRecent(readyAtMs, observedAtMs);
  return Math.max(0, endMs - (isCounted ? readyAtMs : observedAtMs));
}

function isRecent(readyAtMs: number, observedAtMs: number): boolean {
  return observedAtMs - readyAtMs < maxReadyMs;
}

/** The milliseconds of each step, each after the one before. Clocks differ, so none is negative. */
export interface JourneySteps {
  /** Since the pod's readiness; absent if that is not known, or long ago: then it is not what the change is about. */
  readonly observedMs?: number | undefined;
  readonly receivedMs: number;
  readonly calledMs: number;
  /** Until the operation was seen to have succeeded; absent if nobody waited for that. */
  readonly succeededMs?: number | undefined;
}

export function journeySteps(journey: Omit<Journey, 'correlationId'>, succeededAtMs?: number): JourneySteps {
  const { readyAtMs, observedAtMs, receivedAtMs, calledAtMs } = journey;
  const after = (ms: number, earlierMs: number) => Math.max(0, ms - earlierMs);
  const isReadyCounted =
    readyAtMs !== undefined && isRecent(readyAtMs, observedAtMs) && readyAtMs < observedAtMs;
  return {
    ...(isReadyCounted && { observedMs: after(observedAtMs, readyAtMs) }),
    receivedMs: after(receivedAtMs, observedAtMs),
    calledMs: after(calledAtMs, receivedAtMs),
    ...(succeededAtMs !== undefined && { succeededMs: after(succeededAtMs, calledAtMs) }),
  };
}

/** Longer than any message waits, and than clocks differ. */
const maxAgeMs = 86_400_000;
const maxAheadMs = 300_000;

/** A relay can send any time. One that cannot be would make the lag of the whole stage wrong. */
function possible(timeMs: number | undefined, receivedAtMs: number): number | undefined {
  if (timeMs === undefined) return undefined;
  return timeMs > receivedAtMs - maxAgeMs && timeMs < receivedAtMs + maxAheadMs ? timeMs : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return isTime(ms) ? ms : undefined;
}
