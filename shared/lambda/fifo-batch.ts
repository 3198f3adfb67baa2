import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { PermanentError, WaitError } from '../model/errors.ts';
import type { Change } from '../model/journey.ts';
import { type WaitLimit, waitLimitOf } from '../pods/wait-limit.ts';
import type { BatchOptions } from './batch-handling.ts';
import { JointSends } from './joint-sends.ts';
import { Lease } from './lease.ts';
import { hiddenSeconds, type Place, placeOf, punctualMs, waitMsFor } from './message-place.ts';
import { deferredMessage, forwarded, type ReceivedMessage, receivedMessage } from './received-message.ts';
import { mergedFailures, type Verdict, verdictOn } from './retry-policy.ts';
import { during } from './telemetry/current-change.ts';

/** With less time left, no new work is started; the messages not started are retried at once. */
const minTimeMs = 10_000;

/** After a message could not be forwarded or dead-lettered. */
const afterQueueFailureSeconds = 2;

/**
 * A batch of a FIFO queue, with ReportBatchItemFailures:
 *   1. hold the messages while this runs                         (lease.ts)
 *   2. hide messages that are not due yet, or wait for them (message-place.ts); forward those that are due or belong to
 *      another group
 *   3. handle the groups in parallel, the messages of a group in order; joint groups begin to apply together
 * A group stops at the first message to be retried. That one and those after it are reported, so that the group keeps
 * its order (SQS, "Partial batch response and FIFO queues"). A failure in one group does not affect the others.
 */
export async function handleFifoBatch<Event>(
  records: readonly SQSRecord[],
  options: BatchOptions<Event>,
): Promise<SQSBatchResponse> {
  const messages = records.map(receivedMessage);
  const { queue, onFailure } = options;
  const [first] = records;
  const lease = new Lease(messages, {
    queue,
    onFailure: (error) => first && onFailure({ record: first, error, deadLetters: false }),
  });
  try {
    await lease.start();
    const again = await new Batch(messages, lease, options).handle();
    return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
  } finally {
    await lease.stop();
  }
}

type Group = readonly ReceivedMessage[];

interface RecordedGroup {
  readonly recorded: Group;
  /** These messages are to be retried after so many seconds. */
  readonly failed: Group;
  readonly seconds: number;
}

class Batch<Event> {
  private readonly messages: readonly ReceivedMessage[];
  private readonly lease: Lease;
  private readonly options: BatchOptions<Event>;
  private readonly parsed = new Map<ReceivedMessage, Event>();
  private readonly deferred: JointSends;
  private readonly faults = new Map<ReceivedMessage, unknown>();
  private readonly limit: WaitLimit;
  private readonly startedAtMs: number;
  private readonly earlyMs: number;

  constructor(messages: readonly ReceivedMessage[], lease: Lease, options: BatchOptions<Event>) {
    this.messages = messages;
    this.lease = lease;
    this.options = options;
    this.deferred = new JointSends(options.queue);
    this.startedAtMs = options.clock.now();
    this.earlyMs = options.handling.isPunctual ? punctualMs : 0;
    this.limit = waitLimitOf(
      messages.map(({ receipts }) => receipts),
      options.clock.now(),
    );
    for (const message of messages) this.parse(message);
  }

  /** Returns the messages to be retried. */
  async handle(): Promise<readonly ReceivedMessage[]> {
    const {
      early = [],
      soon = [],
      elsewhere = [],
      here = [],
    } = Object.groupBy(this.messages, (one) => this.placeOf(one));
    for (const message of here) this.options.onReceived?.(message, this.changeOf(message));
    const groups = Map.groupBy(here, ({ group }) => group);
    const { joint = [], single = [] } = Object.groupBy(groups.values(), ([first]) =>
      this.options.handling.isJoint(first?.group ?? '') ? 'joint' : 'single',
    );
    const now = Promise.all([
      ...early.map((message) => this.hideUntilDue(message)),
      this.sendOn(elsewhere),
      ...single.map((group) => this.handleOneByOne(group)),
      this.handleJointly(joint),
    ]);
    const again =
      soon.length === 0 ? [now] : [now.finally(() => this.lease.deleteDone()), this.sendOnWhenDue(soon)];
    return (await Promise.all(again)).flat(2);
  }

  private parse(message: ReceivedMessage): void {
    try {
      this.parsed.set(message, this.options.handling.parse(message.body));
    } catch (error) {
      this.faults.set(message, error);
    }
  }

  private placeOf(message: ReceivedMessage): Place {
    const { handling, clock } = this.options;
    const event = this.parsed.get(message);
    return event === undefined
      ? 'here'
      : placeOf(message, handling.groupOf(event), clock.now(), this.earlyMs);
  }

  private async hideUntilDue(message: ReceivedMessage): Promise<readonly ReceivedMessage[]> {
    return this.comeAgain([message], hiddenSeconds(message, this.options.clock.now(), this.earlyMs));
  }

  /** Together, since the turns of a rollout's pods are close to each other. */
  private async sendOnWhenDue(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    const { clock } = this.options;
    await clock.sleep(waitMsFor(messages, clock.now()));
    return this.sendOn(messages);
  }

  /** Forwarded messages are deleted at once, because others may wait in the group that they came in. */
  private async sendOn(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    const { queue, handling, onMisrouted } = this.options;
    if (messages.length === 0) return [];
    try {
      await queue.send(messages.map((one) => forwarded(one, handling.groupOf(this.eventOf(one)))));
    } catch (error) {
      for (const message of messages) this.report(message, error);
      return this.comeAgain(messages, afterQueueFailureSeconds);
    }
    const misrouted = messages.filter(({ dueAtMs }) => dueAtMs === undefined);
    if (misrouted.length > 0) onMisrouted(misrouted.length);
    this.lease.finish(messages);
    await queue.delete(messages).catch(() => undefined); // otherwise Lambda deletes them when the batch has ended
    return [];
  }

  private async handleOneByOne(group: Group): Promise<readonly ReceivedMessage[]> {
    for (const [index, message] of group.entries()) {
      const seconds = await this.attempt(
        [message],
        () => this.options.handling.apply([this.eventOf(message)], this.limit),
        () => message.body,
      );
      if (seconds !== 'done' && seconds !== 'over') return this.comeAgain(group.slice(index), seconds);
      this.lease.finish([message]);
    }
    return [];
  }

  /**
   * Records all messages before anything is applied. So the newest state of a group is acted on, an earlier request that
   * cannot be met holds up nothing, and the groups read at the same time what they need, which then takes few requests.
   */
  private async handleJointly(groups: readonly Group[]): Promise<readonly ReceivedMessage[]> {
    const records = await Promise.all(groups.map((group) => this.record(group)));
    const again = records.map(async ({ recorded, failed, seconds }) => [
      ...(await this.applyJointly(recorded)),
      ...(failed.length === 0 ? [] : await this.comeAgain(failed, seconds)),
    ]);
    return (await Promise.all(again)).flat();
  }

  /** Records the messages of a group in order, up to one that is to be retried. */
  private async record(group: Group): Promise<RecordedGroup> {
    const { handling } = this.options;
    const recorded: ReceivedMessage[] = [];
    for (const [index, message] of group.entries()) {
      const seconds = await this.attempt(
        [message],
        () => handling.record(this.eventOf(message), { isRepeated: message.receipts > 1 }),
        () => message.body,
      );
      if (seconds === 'done') recorded.push(message);
      else if (seconds === 'over') this.lease.finish([message]);
      else return { recorded, failed: group.slice(index), seconds };
    }
    return { recorded, failed: [], seconds: 0 };
  }

  private async applyJointly(recorded: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    if (recorded.length === 0) return [];
    const { handling } = this.options;
    const events = recorded.map((message) => this.eventOf(message));
    const seconds = await this.attempt(
      recorded,
      () => handling.apply(events, this.limit),
      (run) => JSON.stringify(handling.followUp(events, run)),
    );
    if (seconds !== 'done' && seconds !== 'over') return this.comeAgain(recorded, seconds);
    this.lease.finish(recorded);
    return [];
  }

  /**
   * Returns 'done' if it succeeded; 'over' if it was dead-lettered or deferred to a follow-up message; otherwise after
   * how many seconds the messages are to be retried.
   */
  private async attempt(
    messages: readonly ReceivedMessage[],
    action: () => Promise<void>,
    bodyOfNext: (run: string) => string,
  ): Promise<'done' | 'over' | number> {
    const isLost = messages.some((message) => this.lease.isLost(message));
    if (isLost || this.options.remainingTimeMs() < minTimeMs) return 0;
    try {
      await during(this.changeOf(messages.at(-1)), action);
      return 'done';
    } catch (error) {
      return this.settle(messages, error, bodyOfNext);
    }
  }

  private async settle(
    messages: readonly ReceivedMessage[],
    error: unknown,
    bodyOfNext: (run: string) => string,
  ): Promise<'over' | number> {
    const [last] = messages.slice(-1);
    if (last === undefined) return 'over';
    const verdict = verdictOn(error, {
      group: last.group,
      receipts: Math.max(...messages.map(({ receipts }) => receipts)),
      failures: mergedFailures(messages.map(({ failures }) => failures)),
      nowMs: this.options.clock.now(),
    });
    const isDeadLettered = verdict.do === 'dead-letter' && (await this.deadLetter(last, error));
    if (isDeadLettered || !(error instanceof WaitError)) this.report(last, error, isDeadLettered);
    if (isDeadLettered) return 'over';
    if (verdict.do === 'defer') return this.defer(last, verdict, bodyOfNext);
    return verdict.do === 'retry' ? verdict.seconds : afterQueueFailureSeconds;
  }

  private async defer(
    last: ReceivedMessage,
    verdict: Extract<Verdict, { do: 'defer' }>,
    bodyOfNext: (run: string) => string,
  ): Promise<'over' | number> {
    const body = bodyOfNext(`retry at ${Math.round(verdict.dueAtMs)}`);
    try {
      await this.deferred.send(deferredMessage({ group: last.group, body }, verdict, last));
      return 'over';
    } catch (failure) {
      this.report(last, failure);
      return afterQueueFailureSeconds;
    }
  }

  /** Whether the message is safe in the dead-letter queue. If not, it must be retried, or it would be lost. */
  private async deadLetter(message: ReceivedMessage, error: unknown): Promise<boolean> {
    const reason = error instanceof Error ? error.message : String(error);
    try {
      await this.options.queue.deadLetter(message, reason);
    } catch (failure) {
      this.report(message, failure);
      return false;
    }
    // The message is already safe: a record that fails is reported, but the message is not retried.
    await this.options.notes
      .note(message, reason)
      .catch((failure: unknown) => this.report(message, failure, true));
    return true;
  }

  private async comeAgain(
    messages: readonly ReceivedMessage[],
    seconds: number,
  ): Promise<readonly ReceivedMessage[]> {
    await this.lease.release(messages, seconds);
    return messages;
  }

  private report(message: ReceivedMessage, error: unknown, deadLetters = false): void {
    const change = this.changeOf(message);
    this.options.onFailure({ record: message.record, error, deadLetters, ...(change && { change }) });
  }

  private changeOf(message: ReceivedMessage | undefined): Change | undefined {
    const event = message && this.parsed.get(message);
    return event === undefined ? undefined : this.options.handling.changeOf?.(event, this.startedAtMs);
  }

  private eventOf(message: ReceivedMessage): Event {
    const event = this.parsed.get(message);
    if (event === undefined) throw this.faults.get(message) ?? new PermanentError('the message is no event');
    return event;
  }
}
