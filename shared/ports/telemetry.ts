import type { Change } from '../model/journey.ts';
import type { MetricName } from '../model/metrics.ts';

/** Fields that the logger writes itself: it drops others of these names, and warns each time. */
type ReservedField = 'level' | 'message' | 'sampling_rate' | 'service' | 'timestamp';

export type LogFields = Readonly<Record<string, unknown>> & { readonly [Name in ReservedField]?: never };

/** Logs and metrics for the operators. They decide nothing and never fail. */
export interface Telemetry {
  /** The change of which a message is being handled, if any. */
  readonly change: () => Change | undefined;
  /** Writes a log line with the ids of that change. */
  readonly log: (message: string, fields?: LogFields) => void;
  /** `value`: 1 by default. `dimension`: the value of the metric's dimension, if it has one. */
  readonly count: (metric: MetricName, value?: number, dimension?: string) => void;
}
