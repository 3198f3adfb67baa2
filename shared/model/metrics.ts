/**
 * The metrics of the functions: unit, and the dimension if there is one besides `service`, which is the deployment. Each name
 * costs $0.30 a month, and again as much for each value of a dimension, in proportion to the hours in which it is sent.
 * docs/operations.md describes each.
 */
export const metricUnits = {
  RegistrationLag: 'Milliseconds',
  DeregistrationLag: 'Milliseconds',
  RegisterAccepted: 'Count',
  RegisterFailed: 'Count',
  RegisterThrottled: 'Count',
  DeregisterAccepted: 'Count',
  DeregisterFailed: 'Count',
  DeregisterThrottled: 'Count',
  HealthAccepted: 'Count',
  HealthFailed: 'Count',
  HealthThrottled: 'Count',
  CloudMapThrottles: 'Count',
  Refusals: 'Count',
  MessagesDeadLettered: 'Count',
  MessageRetried: 'Count',
  ForgedEvents: 'Count',
  MisroutedMessages: 'Count',
  RelayHeartbeat: 'Count',
  ListingRefused: 'Count',
  SweepFindings: 'Count',
  SweepDeletionsRefused: 'Count',
  OversizedObjects: 'Count',
  SweepRepairs: 'Count',
  DriftPersisting: 'Count',
  FullestServiceInstances: 'Count',
  EntryFindings: 'Count',
  EntryDeletionsRefused: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;

/** The metrics that are sent for each value of a dimension. */
export const metricDimensions = {
  Refusals: 'reason',
  SweepFindings: 'kind',
  RelayHeartbeat: 'cluster',
} as const satisfies Partial<Record<MetricName, string>>;

export const metricNamespace = 'eks-mesh-sync';

/**
 * After so long without a sign of life the relay of a cluster counts as silent: in the report, and for the alarm. A relay lists its
 * cluster every ten to twelve minutes, so one listing may be missed, not two.
 */
export const relaySilentAfterMinutes = 30;
