import type { ScheduleDescription } from '../topology.ts';

/**
 * Starts rules with a rate: each invokes its function with a constant input, first one interval after the start.
 * `invoke` gets a function's name and an event as JSON text. Returns a function that stops the rules.
 */
export function startSchedules(
  schedules: readonly ScheduleDescription[],
  invoke: (name: string, event: string) => void,
): () => void {
  const timers = schedules.map(({ everyMinutes, function: name, input }) =>
    setInterval(() => invoke(name, JSON.stringify(input)), everyMinutes * 60_000),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
