import type { Handling } from '../../shared/lambda/batch-handling.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import type { Clock } from '../../shared/ports/ports.ts';
import { MemoryFifo } from '../fakes/memory-fifo.ts';

/**
 * A FIFO queue and the function behind it, in virtual time: the real batch handling, a batch of one group, so that a
 * scenario always takes the same way. (Interleavings are the property test's.)
 */
export class FunctionQueue<Event> extends MemoryFifo {
  /** Messages that came in a group that is not theirs. */
  misrouted = 0;
  private readonly clock: Clock;
  private readonly handling: Handling<Event>;

  constructor(clock: Clock, handling: Handling<Event>) {
    super(() => clock.now());
    this.clock = clock;
    this.handling = handling;
  }

  /** Runs the function on what the first group has; false when nothing is visible. */
  async work(): Promise<boolean> {
    const [group] = this.available();
    if (group === undefined) return false;
    const records = this.receive([group]);
    const response = await handleFifoBatch(records, {
      queue: this,
      notes: { note: async () => {} },
      handling: this.handling,
      // A timer never ends early, and what follows takes time, too.
      clock: { ...this.clock, sleep: (milliseconds) => this.clock.sleep(milliseconds + 1) },
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
      onMisrouted: (messages) => {
        this.misrouted += messages;
      },
    });
    await this.settle(records, response);
    return true;
  }
}
