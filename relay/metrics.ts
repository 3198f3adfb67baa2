/**
 * Counters, gauges and one histogram in the Prometheus text format 0.0.4. Not prom-client, which takes 2 to 6 MB
 * (measured) of the 30 MB that the relay may use.
 */
type Labels = Readonly<Record<string, string>>;

abstract class Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;

  constructor(name: string, help: string, type: string) {
    this.name = `eks_mesh_sync_relay_${name}`;
    this.help = help;
    this.type = type;
  }

  abstract samples(): string[];

  text(): string {
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} ${this.type}`, ...this.samples()].join(
      '\n',
    );
  }
}

class Values extends Metric {
  readonly #values = new Map<string, number>();

  /** Adds to a counter. */
  add(labels: Labels, amount = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  /** Sets a gauge. */
  set(labels: Labels, value: number): void {
    this.#values.set(labelText(labels), value);
  }

  get(labels: Labels): number {
    return this.#values.get(labelText(labels)) ?? 0;
  }

  clear(): void {
    this.#values.clear();
  }

  samples(): string[] {
    return [...this.#values].map(([labels, value]) => `${this.name}${labels} ${value}`);
  }
}

class Histogram extends Metric {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(name: string, help: string, bounds: readonly number[]) {
    super(name, help, 'histogram');
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    this.#bounds.forEach((bound, index) => {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    });
  }

  samples(): string[] {
    return [
      ...this.#bounds.map((bound, index) => `${this.name}_bucket{le="${bound}"} ${this.#counts[index]}`),
      `${this.name}_bucket{le="+Inf"} ${this.#count}`,
      `${this.name}_sum ${this.#sum}`,
      `${this.name}_count ${this.#count}`,
    ];
  }
}

const lagBoundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export type RelayMetrics = ReturnType<typeof createMetrics>;

/** The relay's metrics. Dashboards depend on their names. */
export function createMetrics() {
  return {
    sent: new Values('events_sent_total', 'Events accepted by the event bus, by detail-type.', 'counter'),
    failures: new Values(
      'event_failures_total',
      'Events that the event bus did not accept, by error code.',
      'counter',
    ),
    retries: new Values('event_retries_total', 'Events sent again after a failure.', 'counter'),
    coalesced: new Values(
      'events_coalesced_total',
      'Pending events replaced by a newer event of the same object.',
      'counter',
    ),
    unchanged: new Values(
      'observations_unchanged_total',
      'Watch events skipped because nothing relevant changed, by kind.',
      'counter',
    ),
    pending: new Values('pending_events', 'Events waiting to be accepted by the event bus.', 'gauge'),
    lag: new Histogram(
      'lag_seconds',
      'Seconds from observing a change until the event bus accepts its event.',
      lagBoundsSeconds,
    ),
    watches: new Values('watch_restarts_total', 'Watches restarted, by kind and reason.', 'counter'),
    lists: new Values(
      'listings_total',
      'Complete listings, by kind; each after the first is a relist.',
      'counter',
    ),
    leaseHeld: new Values(
      'lease_held',
      'Whether this relay holds the lease and sends events (1) or stands by (0); absent without a lease.',
      'gauge',
    ),
    objects: new Values('objects', 'Objects in the cluster as last observed, by kind.', 'gauge'),
  };
}

export function exposition(metrics: RelayMetrics): string {
  return `${Object.values(metrics)
    .map((metric) => metric.text())
    .join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
