import { aroundAttempts, type SdkClient } from '../../../../adapters/aws/around-attempts.ts';
import { isThrottling } from '../../../../adapters/aws/errors.ts';
import { NotDueError } from '../../../../model/errors.ts';
import { type AdaptiveRate, initialRate, lowered, type RateBounds, raised } from './adaptive-rate.ts';

/**
 * AWS publishes no rates for App Mesh. The App Mesh controller does not limit its calls and makes some 40 changes a
 * second. An account that allows fewer answers 429, and the rate follows.
 */
const bounds = {
  reads: { initial: 100, min: 1, max: 200 },
  writes: { initial: 50, min: 0.5, max: 100 },
} as const;

/** Calls at once after a pause: as many as the rate allows in this part of a second. */
const burstSeconds = 0.2;

/** Maximum wait for a turn, including throttled attempts; after that, the next run retries the step. */
const maxWaitMs = 10_000;
const retryAfterMs = 2_000;

/** Accepted calls are counted over a second, or over the time of this many calls if that is longer. */
const windowCalls = 5;

interface Time {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
  /** From 0 inclusive to 1 exclusive. */
  random(): number;
}

/**
 * Paces the attempts of all calls of a client by what the service accepts; returns the client. It starts fast. A
 * throttled call lowers the rate and waits for another turn here. The SDK does not repeat it, because backing off twice
 * for one cause would be slower than the service asks for.
 */
export function adaptivelyPaced<T extends SdkClient>(client: T, time: Time): T {
  const paces = { reads: new Pace(bounds.reads, time), writes: new Pace(bounds.writes, time) };
  return aroundAttempts(client, 'pace', (operation, attempt) =>
    paces[/^(Describe|List)/.test(operation) ? 'reads' : 'writes'].call(operation, attempt),
  );
}

class Pace {
  private readonly bounds: RateBounds;
  private readonly time: Time;
  private rate: AdaptiveRate;
  /** When the next turn would be due without bursts. */
  private dueMs = Number.NEGATIVE_INFINITY;
  private lastTurn: Promise<unknown> = Promise.resolve();
  /** When recent calls were accepted. */
  private acceptedAtMs: readonly number[] = [];

  constructor(bounds: RateBounds, time: Time) {
    this.bounds = bounds;
    this.time = time;
    this.rate = initialRate(bounds);
  }

  async call<Out>(operation: string, attempt: () => Promise<Out>): Promise<Out> {
    const untilMs = this.time.now() + maxWaitMs;
    for (let throttling: Error | undefined; ; ) {
      if (!(await this.turn(untilMs))) throw refusal(operation, throttling);
      const sentAtMs = this.time.now();
      try {
        const answer = await attempt();
        this.onAccepted();
        return answer;
      } catch (error) {
        if (!isThrottling(error)) throw error;
        this.onThrottled(sentAtMs);
        throttling = error;
      }
    }
  }

  /** Turns in the order requested, each at its moment's rate; returns false if the turn would come too late. */
  private turn(untilMs: number): Promise<boolean> {
    const turn = this.lastTurn.then(() => this.wait(untilMs));
    this.lastTurn = turn;
    return turn;
  }

  private async wait(untilMs: number): Promise<boolean> {
    for (let waitMs = this.waitMs(); waitMs > 0; waitMs = this.waitMs()) {
      if (this.time.now() + waitMs > untilMs) return false;
      await this.time.sleep(waitMs);
    }
    const { perSecond } = this.rate;
    const burst = Math.max(1, perSecond * burstSeconds);
    const earliestMs = this.time.now() - ((burst - 1) * 1000) / perSecond;
    this.dueMs = Math.max(this.dueMs, earliestMs) + 1000 / perSecond;
    return true;
  }

  private waitMs(): number {
    return this.dueMs - this.time.now();
  }

  private onAccepted(): void {
    const nowMs = this.time.now();
    this.acceptedAtMs = [...this.acceptedLately(), nowMs];
    this.rate = raised(this.rate, this.bounds, nowMs);
  }

  /** The next turn comes after one or two intervals: functions that were throttled together retry apart. */
  private onThrottled(sentAtMs: number): void {
    const nowMs = this.time.now();
    const acceptedPerSecond = (this.acceptedLately().length * 1000) / this.windowMs();
    this.rate = lowered(this.rate, this.bounds, { sentAtMs, acceptedPerSecond, nowMs });
    this.dueMs = Math.max(this.dueMs, nowMs + ((1 + this.time.random()) * 1000) / this.rate.perSecond);
  }

  private acceptedLately(): readonly number[] {
    const sinceMs = this.time.now() - this.windowMs();
    return this.acceptedAtMs.filter((atMs) => atMs > sinceMs);
  }

  private windowMs(): number {
    return Math.max(1_000, (windowCalls * 1_000) / this.rate.perSecond);
  }
}

/** Does not have the throttling as its cause: the SDK repeats an error whose cause the service calls retryable. */
function refusal(operation: string, throttling: Error | undefined): NotDueError {
  const why = throttling === undefined ? '' : `: ${throttling.name}: ${throttling.message}`;
  const message = `${operation}: App Mesh accepts fewer calls than are to be made${why}`;
  return new NotDueError(message, { retryAfterMs, code: 'Throttled' });
}
