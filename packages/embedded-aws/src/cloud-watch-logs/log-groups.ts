export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

const maxEvents = 2_000;

/** The newest lines of each log group. A deployment makes the groups of its functions. */
export class LogGroups {
  readonly #groups: Map<string, LogEvent[]>;

  constructor(names: readonly string[]) {
    this.#groups = new Map(names.map((name) => [name, []]));
  }

  add(group: string, message: string): void {
    const events = this.#groups.get(group) ?? [];
    events.push({ timestamp: Date.now(), message });
    if (events.length > maxEvents) events.splice(0, events.length - maxEvents);
    this.#groups.set(group, events);
  }

  names(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }

  /** Undefined for a group that does not exist. */
  events(group: string): readonly LogEvent[] | undefined {
    return this.#groups.get(group);
  }
}
