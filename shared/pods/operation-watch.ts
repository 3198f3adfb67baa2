import type { Clock, CloudMap, Operation } from '../ports/ports.ts';

/** An accepted registration whose end is awaited. */
export interface WatchedOperation {
  readonly id: string;
  readonly serviceId: string;
  readonly acceptedAtMs: number;
}

interface Waiter {
  readonly operation: WatchedOperation;
  readonly untilMs: number;
  readonly end: (operation: Operation | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Between checks: a pod's gate is late by half of it plus a call. */
const everyMs = 200;
/** Before the first check: a message that is retried at once was checked just before. */
const firstAfterMs = 120;
/** For this long after an operation ended early, others are expected to end early, too. */
const quickForMs = 60_000;

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
    return new Promise((end, fail) => {
      const others = this.waiters.get(operation.serviceId);
      const waiter = { operation, untilMs, end, fail };
      if (others !== undefined) others.push(waiter);
      else {
        const waiters = [waiter];
        this.waiters.set(operation.serviceId, waiters);
        void this.watch(operation.serviceId, waiters);
      }
    });
  }

  private noteAge({ acceptedAtMs }: WatchedOperation, { status }: Operation, nowMs: number): void {
    const { quickest } = this;
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
      const ageMs = this.clock.now() - (waiters[0]?.operation.acceptedAtMs ?? 0);
      await this.clock.sleep(Math.max(firstAfterMs, everyMs - Math.max(0, ageMs)));
      while (waiters.length > 0) {
        await this.check(serviceId, waiters);
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
    const sinceMs = Math.min(...waiters.map(({ operation }) => operation.acceptedAtMs));
    const found = await this.cloudMap.operations(serviceId, { ids, sinceMs });
    const nowMs = this.clock.now();
    const goOn = waiters.filter((waiter) => {
      const state = found.get(waiter.operation.id);
      const waits = !asked.has(waiter) || (state?.status === 'pending' && nowMs + everyMs <= waiter.untilMs);
      if (state !== undefined && asked.has(waiter)) this.noteAge(waiter.operation, state, nowMs);
      if (!waits) waiter.end(state);
      return waits;
    });
    waiters.splice(0, waiters.length, ...goOn);
  }
}

const watches = new WeakMap<CloudMap, OperationWatch>();

/** The watch of a Cloud Map, kept as long as its client, which is made once per execution environment. */
export function watchOf(cloudMap: CloudMap, clock: Clock): OperationWatch {
  const watch = watches.get(cloudMap) ?? new OperationWatch(cloudMap, clock);
  watches.set(cloudMap, watch);
  return watch;
}
