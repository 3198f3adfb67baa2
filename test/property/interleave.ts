import { setImmediate } from 'node:timers/promises';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import type { Random } from './random.ts';

/** A crash as seen from inside: nothing happens after it. No code may catch it and go on. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

const listings: ReadonlySet<string | symbol> = new Set([
  'inRange',
  'ofService',
  'ofCluster',
  'listInstances',
  'all',
  'ownedOf',
  'ofTarget',
  'drainedServices',
]);

/** Whether a method of the ports answers item by item. */
export const isListing = (method: string | symbol): boolean => listings.has(method);

/**
 * Runs several handlers as if in as many processes: at every call of a port one of those waiting goes on, chosen at
 * random, and may crash there, before the call or after it.
 */
export class Interleaving {
  crashProbability = 0;
  /** Called with the name of each method that is called. */
  onCall: (method: string) => void = () => {};
  private readonly random: Random;
  private readonly waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  async run(tasks: readonly (() => Promise<void>)[]): Promise<PromiseSettledResult<void>[]> {
    let done = false;
    const all = Promise.allSettled(tasks.map((task) => task())).finally(() => {
      done = true;
    });
    while (!done) {
      await setImmediate();
      if (this.waiting.length > 0) this.random.takeFrom(this.waiting)();
    }
    return all;
  }

  /** The same object, with a turn and a possible crash before and after each call of its methods. */
  wrap<Port extends object>(port: Port): Port {
    return wrappedPort(port, {
      isListing,
      call: (call, method) => this.call(call, method),
      list: (call, method) => this.list(call, method),
    });
  }

  async turn(): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.random.chance(this.crashProbability)) throw new Crash('crashed');
  }

  private async call(call: () => unknown, method: string): Promise<unknown> {
    this.onCall(method);
    await this.turn();
    const answer = await call();
    await this.turn();
    return answer;
  }

  private async *list(call: () => AsyncIterable<unknown>, method: string): AsyncGenerator<unknown> {
    this.onCall(method);
    await this.turn();
    for await (const item of call()) {
      yield item;
      await this.turn();
    }
  }
}
