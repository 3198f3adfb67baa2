import type { Clock } from '../../engine/clock.ts';
import { AwsError } from '../../protocol.ts';
import type { Faults } from '../faults.ts';
import { randomId } from '../random-id.ts';
import type { OperationFailure, OperationRecord, OperationType } from '../records.ts';
import type { Settings } from '../settings.ts';

interface NewOperation {
  readonly type: OperationType;
  readonly subject: string;
  /** The whole request; undefined without a CreatorRequestId to recognize a repetition. */
  readonly request?: object | undefined;
  readonly targets: OperationRecord['targets'];
  readonly namespaceId: string | undefined;
  readonly serviceId?: string | undefined;
  readonly owner: string;
  /** Applies the change at the end of the operation. */
  readonly apply: () => OperationFailure | undefined;
}

export interface OperationActivity {
  readonly submitted: number;
  readonly ended: number;
  readonly first: Pick<OperationRecord, 'id' | 'status'> | undefined;
}

/**
 * The asynchronous operations: accepted at once, SUBMITTED, then PENDING, and after their latency SUCCESS or FAIL.
 * Each subject has at most one operation at a time.
 */
export class Operations {
  readonly #all = new Map<string, OperationRecord>();
  readonly #latest = new Map<string, OperationRecord>();
  readonly #running = new Set<OperationRecord>();
  readonly #timers = new Set<() => void>();
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #next: () => number;

  constructor(options: {
    clock: Clock;
    settings: Settings;
    faults: Faults;
    random: () => number;
    next: () => number;
  }) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#faults = options.faults;
    this.#random = options.random;
    this.#next = options.next;
  }

  all(): OperationRecord[] {
    return [...this.#all.values()];
  }

  get(id: string): OperationRecord | undefined {
    return this.#all.get(id);
  }

  running(): OperationRecord[] {
    return [...this.#running];
  }

  /** How many were submitted and how many have ended, and the first that has not. */
  get activity(): OperationActivity {
    const [first] = this.#running;
    const submitted = this.#all.size;
    return { submitted, ended: submitted - this.#running.size, first };
  }

  /**
   * The operation that the same request (with its CreatorRequestId) started before, unless it failed or another
   * operation has changed the subject since.
   */
  repeated(subject: string, request: object | undefined): OperationRecord | undefined {
    const latest = this.#latest.get(subject);
    const isSame = request !== undefined && latest?.request === JSON.stringify(request);
    return isSame && latest.status !== 'FAIL' ? latest : undefined;
  }

  /** Throws DuplicateRequest while the subject has an operation in progress. */
  refuseDuplicate(subject: string): void {
    const latest = this.#latest.get(subject);
    if (latest === undefined || !this.#running.has(latest)) return;
    throw new AwsError(
      'DuplicateRequest',
      `Another operation of type ${camelCase(latest.type)} and id ${latest.id} is in progress`,
      { members: { DuplicateOperationId: latest.id } },
    );
  }

  /** Returns the operation's id, or throws DuplicateRequest. */
  submit(operation: NewOperation): string {
    this.refuseDuplicate(operation.subject);
    const record = this.#record(operation);
    this.#all.set(record.id, record);
    this.#latest.set(record.subject, record);
    this.#running.add(record);
    const failure = this.#faults.takeOperationFailure(record.type);
    const end = () => this.#end(record, failure ?? operation.apply());
    const latencyMs = this.#latencyMs(record.type);
    if (latencyMs === 0) end();
    else this.#after(latencyMs / 4, () => this.#pend(record, latencyMs - latencyMs / 4, end));
    return record.id;
  }

  #latencyMs(type: OperationType): number {
    const { latenciesMs, latencyJitterMs } = this.#settings;
    const latencyMs = latenciesMs[type];
    return latencyMs === 0 || latencyJitterMs === 0
      ? latencyMs
      : latencyMs + this.#random() * latencyJitterMs;
  }

  /** Runs an action after a delay, or at once if the delay is 0. */
  later(delayMs: number, action: () => void): () => void {
    if (delayMs > 0) return this.#after(delayMs, action);
    action();
    return () => {};
  }

  /** Cancels all operations in progress. */
  stop(): void {
    for (const cancel of this.#timers) cancel();
  }

  #record({ type, subject, request, targets, namespaceId, serviceId, owner }: NewOperation): OperationRecord {
    const nowMs = this.#clock.now();
    return {
      id: `${randomId(this.#random, 32)}-${randomId(this.#random, 8)}`,
      order: this.#next(),
      type,
      subject,
      request: request === undefined ? undefined : JSON.stringify(request),
      targets,
      namespaceId,
      serviceId,
      owner,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      status: 'SUBMITTED',
    };
  }

  /** Schedules the end only now, because on a busy machine two late timers may run in either order. */
  #pend(record: OperationRecord, remainingMs: number, end: () => void): void {
    this.#move(record, 'PENDING');
    this.#after(remainingMs, end);
  }

  #end(record: OperationRecord, failure: OperationFailure | undefined): void {
    this.#running.delete(record);
    this.#move(record, failure === undefined ? 'SUCCESS' : 'FAIL');
    if (failure === undefined) return;
    record.errorCode = failure.code;
    record.errorMessage = failure.message;
  }

  #move(record: OperationRecord, status: OperationRecord['status']): void {
    record.status = status;
    record.updatedAtMs = this.#clock.now();
  }

  #after(delayMs: number, action: () => void): () => void {
    const cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    const cancel = () => {
      this.#timers.delete(cancel);
      cancelTimer();
    };
    this.#timers.add(cancel);
    return cancel;
  }
}

/** REGISTER_INSTANCE is RegisterInstance in AWS's messages. */
function camelCase(type: OperationType): string {
  return type
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}
