import { aroundAttempts, type SdkClient } from './around-attempts.ts';

/** A token bucket: calls a second in the long run, and calls at once. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * AWS publishes no rates of App Mesh. These are the ones that the App Mesh controller holds itself to, for each account
 * and Region (aws-app-mesh-controller-for-k8s, pkg/aws/throttle/defaults.go), with one call less at once, since calls
 * may arrive closer together than they were sent.
 */
const rates = { reads: { perSecond: 40, burst: 4 }, writes: { perSecond: 8, burst: 4 } } as const;

interface Time {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

/**
 * Spaces the attempts of all calls of a client, so that the many at a time that a mesh takes are not throttled, which
 * costs seconds each; gives the client back. The writer of a cluster's mesh is one environment, which so needs nobody
 * else to ask; where several clusters share an account, AWS throttles what is too much and the SDK repeats it.
 */
export function spaced<T extends SdkClient>(client: T, time: Time): T {
  const turns = { reads: new Turns(rates.reads, time), writes: new Turns(rates.writes, time) };
  return aroundAttempts(client, 'space', async (operation, attempt) => {
    await turns[/^(Describe|List)/.test(operation) ? 'reads' : 'writes'].take();
    return attempt();
  });
}

/** Gives out turns in the order asked for: of any time t never more than `burst + rate · t`. */
class Turns {
  private readonly time: Time;
  private readonly intervalMs: number;
  private readonly leadMs: number;
  /** When the turn after the last one given would be due, if there were no bursts. */
  private dueMs = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst }: Rate, time: Time) {
    this.time = time;
    this.intervalMs = 1000 / perSecond;
    this.leadMs = (burst - 1) * this.intervalMs;
  }

  async take(): Promise<void> {
    const nowMs = this.time.now();
    const dueMs = Math.max(this.dueMs, nowMs);
    this.dueMs = dueMs + this.intervalMs;
    const waitMs = dueMs - this.leadMs - nowMs;
    if (waitMs > 0) await this.time.sleep(waitMs);
  }
}
