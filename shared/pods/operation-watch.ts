import type { Clock, CloudMap, Operation } from '../ports/ports.ts';

/** An operation on an instance whose end is awaited. */
export interface AwaitedOperation {
  readonly id: string;
  readonly serviceId: string;
  /** Unknown if it is another writer's. */
  readonly acceptedAtMs?: number | undefined;
}

/** An accepted registration that a readiness gate waits for. */
export type WatchedOperation = AwaitedOperation & { readonly acceptedAtMs: number };

interface Waiter {
  readonly operation: AwaitedOperation;
  readonly untilMs: number;
  /** A gate has its operation checked at every opportunity. */
  readonly isUrgent: boolean;
  /** Not checked before, unless another waiter of the service is. */
  dueAtMs: number;
  pauseMs: number;
  readonly end: (operation: Operation | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Between checks: a pod's gate is late by half of it plus a call. */
const everyMs = 200;
/** Before the first check: a message that is retried at once was checked just before. */
const firstAfterMs = 120;
/** For this long after an operation ended early, others are expected to end early, too. */
const quickForMs = 60_000;

/** No operation of an instance is known to run for longer. */
export const maxOperationMs = 60_000;

/**
 * Waits for operations of one Cloud Map. One call reads all awaited operations of a service, whichever message waits
 * for them.
 */
export class OperationWatch {
  private readonly cloudMap: CloudMap;
  private readonly clock: Clock;
  private readonly waiters = new Map<string, Waiter[]>();
  /** The shortest observed duration of recently ended operations. */
  private quickest: { readonly ageMs: number; readonly atMs: number } | undefined;

  constructor(cloudMap: CloudMap, clock: Clock) {
    this.cloudMap = cloudMap;
    this.clock = clock;
  }

  /** Whether an operation may end this soon after its acceptance: one did recently, or nothing is known yet. */
  mayEndWithin(milliseconds: number): boolean {
    return this.quickest === undefined || this.quickest.ageMs < milliseconds;
  }

  /** The operation's result, or its state when the time is up; undefined if Cloud Map has forgotten it. */
  wait(operation: WatchedOperation, untilMs: number): Promise<Operation | undefined> {
    return this.waitFor({ operation, untilMs, isUrgent: true });
  }

  /** The same for who is in no hurry: checked less and less often, and whenever the service is read for others. */
  waitPatiently(operation: AwaitedOperation, untilMs: number): Promise<Operation | undefined> {
    return this.waitFor({ operation, untilMs, isUrgent: false });
  }

  private waitFor(
    wanted: Pick<Waiter, 'operation' | 'untilMs' | 'isUrgent'>,
  ): Promise<Operation | undefined> {
    const { operation } = wanted;
    return new Promise((end, fail) => {
      const others = this.waiters.get(operation.serviceId);
      const waiter = { ...wanted, dueAtMs: 0, pauseMs: everyMs, end, fail };
      if (others !== undefined) others.push(waiter);
      else {
        const waiters = [waiter];
        this.waiters.set(operation.serviceId, waiters);
        void this.watch(operation.serviceId, waiters);
      }
    });
  }

  private noteAge({ operation, isUrgent }: Waiter, { status }: Operation, nowMs: number): void {
    const { quickest } = this;
    const { acceptedAtMs } = operation;
    if (!isUrgent || acceptedAtMs === undefined) return;
    if (status === 'pending') {
      this.quickest ??= { ageMs: Number.POSITIVE_INFINITY, atMs: nowMs };
      return;
    }
    const ageMs = nowMs - acceptedAtMs;
    const isLate = quickest === undefined || nowMs - quickest.atMs > quickForMs;
    if (isLate || ageMs <= quickest.ageMs) this.quickest = { ageMs, atMs: nowMs };
  }

  private async watch(serviceId: string, waiters: Waiter[]): Promise<void> {
    try {
      const ageMs = this.clock.now() - (waiters[0]?.operation.acceptedAtMs ?? 0); // unknown: long ago
      await this.clock.sleep(Math.max(firstAfterMs, everyMs - Math.max(0, ageMs)));
      while (waiters.length > 0) {
        if (waiters.some(({ dueAtMs }) => dueAtMs <= this.clock.now())) await this.check(serviceId, waiters);
        if (waiters.length > 0) await this.clock.sleep(everyMs);
      }
    } catch (error) {
      for (const { fail } of waiters) fail(error);
    } finally {
      this.waiters.delete(serviceId);
    }
  }

  /** Keeps in `waiters` those that continue to wait. */
  private async check(serviceId: string, waiters: Waiter[]): Promise<void> {
    const asked = new Set(waiters);
    const ids = [...new Set(waiters.map(({ operation }) => operation.id))];
    const earliestMs = this.clock.now() - maxOperationMs;
    const sinceMs = Math.min(...waiters.map(({ operation }) => operation.acceptedAtMs ?? earliestMs));
    const found = await this.cloudMap.operations(serviceId, { ids, sinceMs });
    const nowMs = this.clock.now();
    const goOn = waiters.filter((waiter) => {
      const state = found.get(waiter.operation.id);
      if (!asked.has(waiter)) return true;
      if (state !== undefined) this.noteAge(waiter, state, nowMs);
      const waits = state?.status === 'pending' && nowMs + everyMs <= waiter.untilMs;
      if (waits) postpone(waiter, nowMs);
      else waiter.end(state);
      return waits;
    });
    waiters.splice(0, waiters.length, ...goOn);
  }
}

function postpone(waiter: Waiter, nowMs: number): void {
  waiter.dueAtMs = Math.min(nowMs + waiter.pauseMs, waiter.untilMs);
  if (!waiter.isUrgent) waiter.pauseMs *= 2;
}

const watches = new WeakMap<CloudMap, OperationWatch>();

/** The watch of a Cloud Map, kept as long as its client, which is made once per execution environment. */
export function watchOf(cloudMap: CloudMap, clock: Clock): OperationWatch {
  const watch = watches.get(cloudMap) ?? new OperationWatch(cloudMap, clock);
  watches.set(cloudMap, watch);
  return watch;
}
