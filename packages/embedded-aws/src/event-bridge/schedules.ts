import { randomUUID } from 'node:crypto';
import { account, arn, region } from '../account.ts';
import type { ScheduleDescription } from '../topology.ts';
import type { BusEvent } from './put-events.ts';

/** What the rules with a rate do. */
export interface ScheduleActions {
  /** With a function's name and an event as JSON text. */
  readonly invoke: (name: string, event: string) => void;
  /** With the name of a rule of the default bus that has a queue as its target. */
  readonly deliver: (rule: string, event: BusEvent) => void;
}

/**
 * Rules with a rate, first run one interval after the start: each invokes its function with a constant input, or sends a
 * scheduled event to its queue.
 */
export class Schedules {
  readonly descriptions: readonly ScheduleDescription[];
  readonly #disabled = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(descriptions: readonly ScheduleDescription[]) {
    this.descriptions = descriptions;
  }

  start({ invoke, deliver }: ScheduleActions): void {
    const run = (schedule: ScheduleDescription) => {
      if (this.#disabled.has(schedule.name)) return;
      if ('function' in schedule) invoke(schedule.function, JSON.stringify(schedule.input));
      else deliver(schedule.name, scheduledEvent(schedule.name));
    };
    for (const schedule of this.descriptions)
      this.#timers.push(setInterval(() => run(schedule), schedule.everyMinutes * 60_000));
  }

  isEnabled(name: string): boolean {
    return !this.#disabled.has(name);
  }

  setEnabled(name: string, isEnabled: boolean): void {
    if (isEnabled) this.#disabled.delete(name);
    else this.#disabled.add(name);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

function scheduledEvent(rule: string): BusEvent {
  return {
    ...{
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      region,
    },
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    resources: [arn('events', `rule/${rule}`)],
    detail: {},
  };
}
