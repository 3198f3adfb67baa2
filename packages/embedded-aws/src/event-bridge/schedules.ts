import type { ScheduleDescription } from '../topology.ts';

/**
 * Rules with a rate: each invokes its function with a constant input, for the first time one interval after the start.
 * `invoke` gets a function's name and an event as JSON text. Answers how to stop them.
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
