import { randomUUID } from 'node:crypto';
import { arn } from '../account.ts';
import type { QueueDescription } from '../topology.ts';
import { type Accepted, Deduplication } from './deduplication.ts';
import { invalidParameter, invalidValue, receiptHandleIsInvalid } from './errors.ts';
import { type Message, type NewMessage, newMessage, nextSequenceNumber, sha256, sizeOf } from './message.ts';

interface Group {
  /** In the order sent, including those in flight. */
  messages: Message[];
  inFlight: number;
}

export interface ReceiveOptions {
  readonly maximum: number;
  readonly visibilityTimeoutMs?: number | undefined;
  /** The maximum total size of the messages. */
  readonly maximumBytes?: number | undefined;
}

/**
 * A FIFO queue. Rules from the SQS developer guide: messages of a group are received in the order sent; while a message
 * of a group is in flight, no other message of the group is received; a message is in flight from ReceiveMessage until
 * it is deleted or its visibility timeout ends. A message received `maxReceiveCount` times is moved to the dead-letter
 * queue when it would be received again. Messages have no retention period: the process does not run that long.
 */
export class FifoQueue {
  readonly settings: QueueDescription;
  readonly arn: string;
  readonly createdAtMs = Date.now();
  readonly #deadLetterQueue: FifoQueue | undefined;
  readonly #groups = new Map<string, Group>();
  /** Ids of the groups with messages but none in flight; the longest waiting first. */
  readonly #ready = new Set<string>();
  readonly #deduplication = new Deduplication();
  readonly #byId = new Map<string, Message>();
  readonly #waiters = new Set<() => void>();
  #closed = false;
  #groupChanges = 0;

  constructor(settings: QueueDescription, deadLetterQueue: FifoQueue | undefined) {
    this.settings = settings;
    this.arn = arn('sqs', settings.name);
    this.#deadLetterQueue = deadLetterQueue;
  }

  get counts(): { readonly visible: number; readonly inFlight: number } {
    const inFlight = [...this.#groups.values()].reduce((sum, group) => sum + group.inFlight, 0);
    return { visible: this.#byId.size - inFlight, inFlight };
  }

  /** When the oldest message was sent, in flight or not; undefined without messages. */
  get oldestSentAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const { sentAtMs } of this.#byId.values()) oldest = Math.min(oldest ?? sentAtMs, sentAtMs);
    return oldest;
  }

  /** Ids of the groups with messages, including those in flight. */
  get groups(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** The first group with messages that is looked for, without a list of all. */
  findGroup(isWanted: (group: string) => boolean): string | undefined {
    for (const group of this.#groups.keys()) if (isWanted(group)) return group;
    return undefined;
  }

  /** How many groups have messages, and how often a group had its first or lost its last one. */
  get groupCounts(): { readonly waiting: number; readonly changes: number } {
    return { waiting: this.#groups.size, changes: this.#groupChanges };
  }

  /** A duplicate is accepted like the original, but not delivered. */
  send(message: NewMessage): Accepted & { readonly deduplicationId: string } {
    const deduplicationId = message.deduplicationId ?? this.#contentDeduplicationId(message.body);
    const key =
      this.settings.deduplicationScope === 'queue'
        ? deduplicationId
        : `${message.groupId}\n${deduplicationId}`;
    const known = this.#deduplication.find(key);
    if (known !== undefined) return { ...known, deduplicationId };
    const accepted = { id: randomUUID(), sequenceNumber: nextSequenceNumber() };
    this.#deduplication.remember(key, accepted);
    this.append(newMessage({ ...message, ...accepted, deduplicationId }));
    return { ...accepted, deduplicationId };
  }

  receive({
    maximum,
    visibilityTimeoutMs,
    maximumBytes = Number.POSITIVE_INFINITY,
  }: ReceiveOptions): Message[] {
    const timeoutMs = visibilityTimeoutMs ?? this.settings.visibilityTimeoutSeconds * 1000;
    const received: Message[] = [];
    let bytes = 0;
    for (const groupId of this.#ready) {
      for (const message of [...(this.#groups.get(groupId)?.messages ?? [])]) {
        if (this.#isDead(message)) this.#moveToDeadLetters(message);
        else {
          bytes += sizeOf(message);
          if (received.length === maximum || (received.length > 0 && bytes > maximumBytes)) return received;
          this.#takeOff(message, timeoutMs);
          received.push(message);
        }
      }
    }
    return received;
  }

  /** Like `receive`, but waits up to `waitMs` for a first message. Returns early, without messages, on the signal. */
  async receiveOrWait(
    options: ReceiveOptions & { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<Message[]> {
    const deadline = Date.now() + options.waitMs;
    for (;;) {
      if (this.#closed || options.signal?.aborted) return [];
      const received = this.receive(options);
      const leftMs = deadline - Date.now();
      if (received.length > 0 || leftMs <= 0) return received;
      await this.#arrival(leftMs, options.signal);
    }
  }

  /** Deleting a deleted message is no error, but an expired receipt handle is. */
  delete(receiptHandle: string): void {
    const message = this.#byId.get(this.#messageIdOf(receiptHandle));
    if (message === undefined) return;
    if (message.flight?.receiptHandle !== receiptHandle)
      throw invalidValue(receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.');
    this.#remove(message);
  }

  /** Sets the visibility timeout from now on; 0 makes the message visible at once. */
  changeVisibility(receiptHandle: string, timeoutMs: number): void {
    const message = this.#byId.get(this.#messageIdOf(receiptHandle));
    if (message?.flight?.receiptHandle !== receiptHandle)
      throw invalidValue(
        receiptHandle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    if (Date.now() + timeoutMs > message.flight.receivedAtMs + maxVisibilityMs)
      throw invalidValue(
        timeoutMs / 1000,
        'VisibilityTimeout',
        'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
      );
    clearTimeout(message.flight.timer);
    if (timeoutMs === 0) this.#land(message);
    else message.flight.timer = this.#landingTimer(message, timeoutMs);
  }

  purge(): void {
    for (const message of [...this.#byId.values()]) this.#remove(message);
  }

  close(): void {
    this.purge();
    this.#closed = true;
    this.#wakeWaiters();
  }

  /** Appends a message unchanged; another queue also moves messages here with it. */
  append(message: Message): void {
    this.#byId.set(message.id, message);
    const group = this.#groups.get(message.groupId) ?? this.#newGroup(message.groupId);
    group.messages.push(message);
    this.#announce(message.groupId, group);
  }

  #newGroup(id: string): Group {
    const group: Group = { messages: [], inFlight: 0 };
    this.#groups.set(id, group);
    this.#groupChanges += 1;
    return group;
  }

  #takeOff(message: Message, timeoutMs: number): void {
    const receiptHandle = this.#receiptHandleFor(message);
    const receivedAtMs = Date.now();
    message.receiveCount += 1;
    message.firstReceivedAtMs ??= receivedAtMs;
    message.flight = { receiptHandle, receivedAtMs, timer: this.#landingTimer(message, timeoutMs) };
    const group = this.#groupOf(message);
    group.inFlight += 1;
    this.#ready.delete(message.groupId);
  }

  #landingTimer(message: Message, timeoutMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#land(message), timeoutMs).unref();
  }

  #land(message: Message): void {
    const group = this.#groupOf(message);
    message.flight = undefined;
    group.inFlight -= 1;
    this.#announce(message.groupId, group);
  }

  #remove(message: Message): void {
    const group = this.#groupOf(message);
    if (message.flight !== undefined) {
      clearTimeout(message.flight.timer);
      group.inFlight -= 1;
    }
    this.#byId.delete(message.id);
    group.messages.splice(group.messages.indexOf(message), 1);
    if (group.messages.length > 0) {
      this.#announce(message.groupId, group);
    } else {
      this.#groups.delete(message.groupId);
      this.#groupChanges += 1;
      this.#ready.delete(message.groupId);
    }
  }

  #announce(groupId: string, group: Group): void {
    if (group.inFlight > 0) return;
    this.#ready.add(groupId);
    this.#wakeWaiters();
  }

  #isDead(message: Message): boolean {
    const { redrive } = this.settings;
    return redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount;
  }

  /** Keeps id, group, attributes and receive count; the sent time is that of the move (FIFO queues). */
  #moveToDeadLetters(message: Message): void {
    this.#remove(message);
    this.#deadLetterQueue?.append({
      ...message,
      sequenceNumber: nextSequenceNumber(),
      sentAtMs: Date.now(),
      deadLetterSource: this.arn,
    });
  }

  #groupOf(message: Message): Group {
    const group = this.#groups.get(message.groupId);
    if (group === undefined)
      throw new Error(`message group "${message.groupId}" not found in queue "${this.settings.name}"`);
    return group;
  }

  #contentDeduplicationId(body: string): string {
    if (this.settings.contentBasedDeduplication) return sha256(body);
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }

  #receiptHandleFor(message: Message): string {
    return Buffer.from([this.settings.name, message.id, randomUUID()].join(' ')).toString('base64');
  }

  #messageIdOf(receiptHandle: string): string {
    const [name, id, ...rest] = Buffer.from(receiptHandle, 'base64').toString('utf8').split(' ');
    if (name !== this.settings.name || id === undefined || rest.length !== 1)
      throw receiptHandleIsInvalid(receiptHandle);
    return id;
  }

  #arrival(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal?.addEventListener('abort', wake);
      this.#waiters.add(wake);
    });
  }

  #wakeWaiters(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}

const maxVisibilityMs = 43_200_000;
