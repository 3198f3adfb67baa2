import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../protocol.ts';
import type { FifoQueue } from '../sqs/fifo-queue.ts';
import type { Message } from '../sqs/message.ts';
import type { MappingDescription } from '../topology.ts';
import { type FailedMessages, failedMessages } from './batch-response.ts';
import type { Invocation, LambdaFunction } from './lambda-function.ts';
import { sqsEvent } from './sqs-event.ts';

/** The payload limit of an invocation, which limits a batch. */
const maximumBytes = 6 * 1024 * 1024;
const pollMs = 20_000;
const throttledRetryMs = 100;

/**
 * "Lambda starts processing five batches at a time … If messages are still available, Lambda increases the number of
 * processes that are reading batches by up to 300 more instances per minute … When traffic is low, Lambda scales back …
 * to five concurrent batches" (Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
 * Figures are given for standard queues only; a FIFO queue scales too, at most to the number of its message groups.
 */
const initialPollers = 5;
const onePollerMs = 60_000 / 300;

interface MappingOptions {
  readonly description: MappingDescription;
  readonly queue: FifoQueue;
  readonly function: LambdaFunction;
  /** An error of the poller itself, never of the function. */
  readonly onError: (error: unknown) => void;
}

/**
 * Polls a queue and invokes a function with batches of messages, at most `maximumConcurrency` at a time: five at first,
 * more while messages wait. Successful messages are deleted; failed messages stay in flight until their visibility
 * timeout ends.
 */
export class EventSourceMapping {
  readonly uuid = randomUUID();
  readonly #options: MappingOptions;
  readonly #batches = new Set<Promise<void>>();
  #stop = new AbortController();
  #polling: Promise<void>;
  #pollers = initialPollers;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#polling = this.#poll().catch(options.onError);
  }

  get description(): MappingDescription {
    return this.#options.description;
  }

  get isEnabled(): boolean {
    return !this.#stop.signal.aborted;
  }

  /** Batches in progress end; messages wait in the queue while it is not enabled. */
  setEnabled(isEnabled: boolean): void {
    if (isEnabled === this.isEnabled) return;
    if (isEnabled) this.#resume();
    else this.#stop.abort();
  }

  /** Stops polling; resolves when the batches in progress have ended. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#polling;
    await Promise.all(this.#batches);
  }

  #resume(): void {
    this.#stop = new AbortController();
    this.#polling = this.#polling.then(() => this.#poll()).catch(this.#options.onError);
  }

  async #poll(): Promise<void> {
    const { queue, description } = this.#options;
    const signal = this.#stop.signal;
    while (!signal.aborted) {
      const messages = await queue.receiveOrWait({
        maximum: description.batchSize,
        maximumBytes,
        waitMs: pollMs,
        signal,
      });
      if (this.#batches.size === 0) this.#pollers = initialPollers;
      if (messages.length > 0) this.#begin(messages);
      while (this.#batches.size >= Math.min(this.#pollers, description.maximumConcurrency))
        await this.#freePoller();
    }
  }

  /** Resolves when a batch has ended, or with one poller more. */
  async #freePoller(): Promise<void> {
    const ended = new AbortController();
    const more = sleep(onePollerMs, undefined, { signal: ended.signal }).then(
      () => {
        if (this.#options.queue.counts.visible > 0) this.#pollers += 1;
      },
      () => {},
    );
    await Promise.race([...this.#batches, more]);
    ended.abort();
  }

  #begin(messages: readonly Message[]): void {
    const batch = this.#process(messages)
      .catch(this.#options.onError)
      .finally(() => this.#batches.delete(batch));
    this.#batches.add(batch);
  }

  async #process(messages: readonly Message[]): Promise<void> {
    const { queue } = this.#options;
    const handles = new Map(messages.map(({ id, flight }) => [id, flight?.receiptHandle]));
    const invocation = await this.#invoke(sqsEvent(queue, messages));
    const failed = this.#failed(invocation, new Set(handles.keys()));
    if (failed === 'all') return;
    // If its visibility timeout has ended meanwhile, the message belongs to another batch.
    for (const message of messages)
      if (!failed.has(message.id) && message.flight?.receiptHandle === handles.get(message.id))
        queue.delete(handles.get(message.id) ?? '');
  }

  #failed({ error, payload }: Invocation, batch: ReadonlySet<string>): FailedMessages {
    if (error !== undefined) return 'all';
    return this.#options.description.reportBatchItemFailures ? failedMessages(payload, batch) : new Set();
  }

  /** Lambda's poller retries when the function's concurrency throttles it. */
  async #invoke(event: string): Promise<Invocation> {
    for (;;) {
      try {
        return await this.#options.function.invoke(event);
      } catch (error) {
        if (!(error instanceof AwsError) || this.#stop.signal.aborted) throw error;
        await sleep(throttledRetryMs);
      }
    }
  }
}
