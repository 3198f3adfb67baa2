import { sqsEvent } from '@eks-mesh-sync/embedded-aws/lambda/sqs-event.ts';
import { FifoQueue } from '@eks-mesh-sync/embedded-aws/sqs/fifo-queue.ts';
import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import type { MeshStatusRequested } from '../../shared/model/events/event.ts';
import { checkDue, meshStatusRequested } from '../../shared/model/events/mesh-status-requested.ts';
import { messageGroupOf } from '../../shared/model/events/route.ts';

/** Who writes, at which time, by a clock that is off by how much, and how long its event is on the way to the queue. */
const write = fc.record({
  atMs: fc.integer({ min: 0, max: 60_000 }),
  clockOffMs: fc.integer({ min: -499, max: 499 }),
  publishedAfterMs: fc.integer({ min: 0, max: 200 }),
  underwayMs: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 20_000 })),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const place = { cluster: 'local', namespace: 'shop' };

/**
 * Writers that ask for statuses, the queue of the embedded SQS, and the function behind it, which is polled every 100 ms.
 * Answers what the last message handled saw, how many were, and what was reported as failed.
 */
async function play(writes: readonly Write[], readerOffMs: number) {
  const queue = new FifoQueue(
    {
      name: 'mesh.fifo',
      visibilityTimeoutSeconds: 360,
      contentBasedDeduplication: true,
      deduplicationScope: 'messageGroup',
      fifoThroughputLimit: 'perMessageGroupId',
    },
    undefined,
  );
  const beganAtMs = Date.now();
  let written = 0;
  let seen = 0;
  let handled = 0;
  const failures: unknown[] = [];
  for (const { atMs, clockOffMs, publishedAfterMs, underwayMs } of writes)
    setTimeout(() => {
      written += 1;
      setTimeout(() => {
        const event = meshStatusRequested(place, Date.now() + clockOffMs - publishedAfterMs);
        setTimeout(() => queue.send({ groupId: event.group, body: JSON.stringify(event) }), underwayMs);
      }, publishedAfterMs);
    }, atMs);
  const clock = { now: () => Date.now() + readerOffMs };
  while (Date.now() - beganAtMs < 120_000) {
    await vi.advanceTimersByTimeAsync(100);
    const messages = queue.receive({ maximum: 10 });
    const handles = new Map(messages.map(({ id, flight }) => [id, flight?.receiptHandle ?? '']));
    const { Records } = JSON.parse(sqsEvent(queue, messages)) as SQSEvent;
    const { batchItemFailures } = await handleFifoBatch(Records, {
      queue: {
        hide: async (messages, seconds) => {
          for (const { receiptHandle } of messages) queue.changeVisibility(receiptHandle, seconds * 1000);
          return new Set();
        },
        delete: async (messages) => {
          for (const { receiptHandle } of messages) queue.delete(receiptHandle);
        },
        send: async () => expect.unreachable('a message was sent on'),
        deadLetter: async () => expect.unreachable('a message was dead-lettered'),
      },
      notes: { note: async () => {} },
      clock: { now: () => Date.now(), sleep: async () => expect.unreachable('nothing is deferred') },
      onMisrouted: () => expect.unreachable('a message was misrouted'),
      remainingTimeMs: () => 60_000,
      onFailure: (failure) => failures.push(failure),
      handling: {
        parse: (body) => JSON.parse(body) as MeshStatusRequested,
        groupOf: messageGroupOf,
        isJoint: () => false,
        record: async () => {},
        followUp: ([event]) => event as MeshStatusRequested,
        apply: async ([event]) => {
          checkDue(event as MeshStatusRequested, clock);
          handled += 1;
          seen = written;
        },
      },
    });
    for (const { itemIdentifier } of batchItemFailures) handles.delete(itemIdentifier);
    for (const handle of handles.values()) queue.delete(handle);
  }
  queue.close();
  return { written, seen, handled, failures };
}

describe('requests to write statuses', () => {
  it('requests to write statuses never lose the last change, whatever SQS drops, however late they come, with clocks that differ by a second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: -499, max: 499 }),
        async (writes, readerOffMs) => {
          const { written, seen, failures } = await play(writes, readerOffMs);
          expect(seen).toBe(written);
          expect(failures).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 20) },
    );
  }, 120_000);

  it('requests to write statuses are one in five seconds, of a thousand', async () => {
    const writes = Array.from({ length: 1_000 }, (_, index) => ({
      atMs: index * 20,
      clockOffMs: 0,
      publishedAfterMs: 0,
      underwayMs: 10,
    }));
    const { handled, seen } = await play(writes, 0);
    expect(seen).toBe(1_000);
    expect(handled).toBeLessThanOrEqual(5);
  });

  it('whose time is farther off than any can be are done at once: their clock is wrong', () => {
    const event = meshStatusRequested(place, 3_600_000);
    expect(() => checkDue(event, { now: () => 0 })).not.toThrow();
    expect(() => checkDue(event, { now: () => 3_600_000 })).toThrow('namespace shop are not due yet');
    expect(() => checkDue(event, { now: () => 3_606_000 })).not.toThrow();
  });
});
