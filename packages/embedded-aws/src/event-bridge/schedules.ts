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
 * Starts rules with a rate, first one interval after the start: each invokes its function with a constant input, or sends a
 * scheduled event to its queue. Returns a function that stops the rules.
 */
export function startSchedules(
  schedules: readonly ScheduleDescription[],
  { invoke, deliver }: ScheduleActions,
): () => void {
  const timers = schedules.map((schedule) =>
    setInterval(() => {
      if ('function' in schedule) invoke(schedule.function, JSON.stringify(schedule.input));
      else deliver(schedule.name, scheduledEvent(schedule.name));
    }, schedule.everyMinutes * 60_000),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
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
