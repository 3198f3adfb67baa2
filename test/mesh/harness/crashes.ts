import { wrappedPort } from '../../fakes/wrapped-port.ts';
import { Crash } from '../../property/interleave.ts';
import type { HarnessDependencies } from './harness.ts';

export interface CrashPoint {
  /** The how-many-th call of a port, from 1. */
  readonly call: number;
  /** Before the call took effect, or after it and before its answer. */
  readonly when: 'before' | 'after';
}

/**
 * The ports of a world, of which one call crashes the process: nothing after it takes effect, and no answer that is
 * still under way arrives.
 */
export class Crashes {
  calls = 0;
  isCrashed = false;
  private point: CrashPoint | undefined;

  readonly wrap = (deps: HarnessDependencies): HarnessDependencies => ({
    ...deps,
    objects: this.port(deps.objects),
    pods: this.port(deps.pods),
    meshClaims: this.port(deps.meshClaims),
    statuses: this.port(deps.statuses),
    meshRuns: this.port(deps.meshRuns),
    requests: this.port(deps.requests),
    clock: { ...deps.clock, sleep: this.port(deps.clock).sleep },
    later: this.port({ later: deps.later }).later,
    appMesh: (cluster) => {
      const api = deps.appMesh(cluster);
      return api && this.port(api);
    },
    statusWriter: (cluster) => this.port(deps.statusWriter(cluster)),
  });

  /** Runs as a new process that crashes there; answers whether it did, or else ended before. */
  async run(point: CrashPoint | undefined, act: () => Promise<void>): Promise<boolean> {
    this.point = point;
    this.calls = 0;
    this.isCrashed = false;
    try {
      await act();
    } catch (error) {
      if (!this.isCrashed) throw error;
    }
    const { isCrashed } = this;
    this.point = undefined;
    this.isCrashed = false;
    return isCrashed;
  }

  /** Objects of the cluster: their lists are one call each. */
  objects<Port extends object>(port: Port): Port {
    return wrappedPort(port, {
      isListing: () => false,
      call: (call) => this.call(call),
      list: (call) => this.list(call),
    });
  }

  private port<Port extends object>(port: Port): Port {
    return wrappedPort(port, {
      isListing: (name) => name === 'all' || name === 'inRange' || name === 'list',
      call: (call) => this.call(call),
      list: (call) => this.list(call),
    });
  }

  private async call(call: () => unknown): Promise<unknown> {
    const number = this.begin();
    const [result] = await Promise.allSettled([call()]);
    this.end(number);
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  private async *list(call: () => AsyncIterable<unknown>): AsyncGenerator<unknown> {
    const number = this.begin();
    for await (const item of call()) {
      yield item;
      this.end(number);
    }
    this.end(number);
  }

  private begin(): number {
    this.calls += 1;
    if (this.calls === this.point?.call && this.point.when === 'before') this.isCrashed = true;
    this.end(0);
    return this.calls;
  }

  private end(number: number): void {
    if (number !== 0 && number === this.point?.call && this.point.when === 'after') this.isCrashed = true;
    if (this.isCrashed) throw new Crash('crashed');
  }
}
