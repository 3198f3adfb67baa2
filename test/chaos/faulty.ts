import { RetryableError } from '../../shared/model/errors.ts';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import { Crash, isListing } from '../property/interleave.ts';
import type { Random } from '../property/random.ts';

/** How often a call fails without effect, and how often the function dies after a call that had its effect. */
export interface FaultRates {
  failures: number;
  crashes: number;
}

/** The same object, but its calls now and then fail as services do, or succeed and end the function. */
export function faulty<Port extends object>(port: Port, random: Random, rates: FaultRates): Port {
  return wrappedPort(port, { isListing, call: once, list });

  function before(): void {
    if (random.chance(rates.failures)) throw new RetryableError('throttled, by the chaos test');
  }

  async function once(call: () => unknown): Promise<unknown> {
    before();
    const answer = await call();
    if (random.chance(rates.crashes)) throw new Crash('crashed, by the chaos test');
    return answer;
  }

  /** A listing may break off in the middle, as a page may fail. */
  async function* list(call: () => AsyncIterable<unknown>): AsyncGenerator<unknown> {
    before();
    let count = 0;
    for await (const item of call()) {
      yield item;
      if (++count % 100 === 0) before();
    }
  }
}
