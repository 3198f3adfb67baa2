import type { QueueDescription } from '../topology.ts';
import { queueDoesNotExist } from './errors.ts';
import { FifoQueue } from './fifo-queue.ts';

/** All queues of the embedded AWS. */
export class Queues {
  readonly #queues = new Map<string, FifoQueue>();

  constructor(descriptions: readonly QueueDescription[]) {
    for (const description of [...descriptions].sort(deadLetterQueuesFirst)) {
      const target = description.redrive?.deadLetterQueue;
      const deadLetterQueue = target === undefined ? undefined : this.get(target);
      this.#queues.set(description.name, new FifoQueue(description, deadLetterQueue));
    }
  }

  /** By name. Throws QueueDoesNotExist. */
  get(name: string): FifoQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  all(): readonly FifoQueue[] {
    return [...this.#queues.values()];
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
  }
}

function deadLetterQueuesFirst(a: QueueDescription, b: QueueDescription): number {
  return Number(a.redrive !== undefined) - Number(b.redrive !== undefined);
}
