import type { Datum } from './metric-store.ts';

/** An invocation that has ended, or that was throttled. */
export interface InvocationNote {
  readonly functionName: string;
  readonly startedAtMs: number;
  readonly result: 'succeeded' | 'failed' | 'throttled';
  readonly durationMs: number;
}

/** What Lambda publishes of an invocation, at the time of its start. A throttled request is no invocation. */
export function functionMetrics({
  functionName,
  startedAtMs,
  result,
  durationMs,
}: InvocationNote): readonly Datum[] {
  const Dimensions = [{ Name: 'FunctionName', Value: functionName }];
  const datum = (MetricName: string, value: number): Datum => ({
    metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions },
    value,
    atMs: startedAtMs,
  });
  if (result === 'throttled') return [datum('Throttles', 1)];
  return [
    datum('Invocations', 1),
    datum('Errors', result === 'failed' ? 1 : 0),
    datum('Throttles', 0),
    datum('Duration', durationMs),
  ];
}
