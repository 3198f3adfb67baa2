export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

const maxEvents = 2_000;

/** The newest lines of each log group. */
export class LogGroups {
  readonly #groups = new Map<string, LogEvent[]>();

  add(group: string, message: string): void {
    const events = this.#groups.get(group) ?? [];
    events.push({ timestamp: Date.now(), message });
    if (events.length > maxEvents) events.splice(0, events.length - maxEvents);
    this.#groups.set(group, events);
  }

  names(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }

  /** Undefined for a group without a line. */
  events(group: string): readonly LogEvent[] | undefined {
    return this.#groups.get(group);
  }
}
