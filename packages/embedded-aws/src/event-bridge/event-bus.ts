import type { Faults } from '../faults.ts';
import { asAwsError } from '../protocol.ts';
import type { FifoQueue } from '../sqs/fifo-queue.ts';
import { messageOf } from '../sqs/send.ts';
import type { RuleDescription } from '../topology.ts';
import { inputTransformer } from './input-transformer.ts';
import { jsonPath } from './json-path.ts';
import { compilePattern } from './pattern.ts';
import type { BusEvent } from './put-events.ts';

/** EventBridge gives up on a target after 185 attempts or 24 hours. */
const attemptsAtMost = 185;
const maxRetryDelayMs = 60_000;

/**
 * The delays of an event's copies to a target, in milliseconds. `[0]` is the default; `[]` loses the event; `[0, 50]`
 * delivers it twice; different delays for different events reorder them.
 */
export type DeliveryPlan = (event: BusEvent, rule: string) => readonly number[];

const deliverOnce: DeliveryPlan = () => [0];

interface Rule {
  readonly description: RuleDescription;
  readonly matches: (event: unknown) => boolean;
  readonly messageOf: (event: BusEvent) => { readonly MessageBody: string; readonly MessageGroupId: unknown };
}

interface EventBusOptions {
  readonly name: string;
  readonly rules: readonly RuleDescription[];
  readonly queue: (name: string) => FifoQueue;
  readonly faults: Faults;
  /** Whether a target's message group is used literally, as older reports say of JSON paths on AWS. */
  readonly takesGroupsLiterally?: boolean;
  /** Called with each event that a target never received, and the reason. */
  readonly onDropped: (event: BusEvent, reason: string) => void;
}

/** An event bus: delivers events to the queues of matching rules, at least once and in any order. */
export class EventBus {
  readonly name: string;
  readonly createdAtMs = Date.now();
  /** Set by tests. */
  deliveryPlan: DeliveryPlan = deliverOnce;
  readonly #rules: readonly Rule[];
  readonly #options: EventBusOptions;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: EventBusOptions) {
    this.name = options.name;
    this.#options = options;
    this.#rules = options.rules.map((rule) => compileRule(rule, options.takesGroupsLiterally ?? false));
  }

  get rules(): readonly RuleDescription[] {
    return this.#rules.map(({ description }) => description);
  }

  publish(event: BusEvent): void {
    for (const rule of this.#rules.filter(({ matches }) => matches(event)))
      for (const delayMs of this.deliveryPlan(event, rule.description.name))
        this.#later(delayMs, () => this.#deliver(rule, event, 1));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** The fault `{ service: 'events', operation: 'Deliver' }` applies here. */
  #deliver(rule: Rule, event: BusEvent, attempt: number): void {
    const fault = this.#options.faults.take('events', 'Deliver');
    if (fault?.error !== undefined) this.#retry(rule, event, attempt, fault.error.code);
    else this.#send(rule, event);
  }

  #send(rule: Rule, event: BusEvent): void {
    try {
      this.#options.queue(rule.description.target.queue).send(messageOf(rule.messageOf(event)));
    } catch (error) {
      this.#options.onDropped(event, `${rule.description.name}: ${asAwsError(error).message}`);
    }
  }

  #retry(rule: Rule, event: BusEvent, attempt: number, reason: string): void {
    const delayMs = Math.min(100 * 2 ** (attempt - 1), maxRetryDelayMs);
    if (attempt < attemptsAtMost) this.#later(delayMs, () => this.#deliver(rule, event, attempt + 1));
    else this.#options.onDropped(event, `${rule.description.name}: ${reason}`);
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function compileRule(description: RuleDescription, takesGroupsLiterally: boolean): Rule {
  const { inputTransformer: transformer, messageGroupId } = description.target;
  const input = transformer === undefined ? jsonPath('$') : inputTransformer(transformer);
  const isLiteral = takesGroupsLiterally || !messageGroupId.startsWith('$');
  const group = isLiteral ? () => messageGroupId : jsonPath(messageGroupId);
  return {
    description,
    matches: compilePattern(description.eventPattern),
    messageOf: (event) => ({ MessageBody: JSON.stringify(input(event)), MessageGroupId: group(event) }),
  };
}
