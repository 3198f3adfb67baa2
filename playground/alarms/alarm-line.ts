import type { StateChange } from '@eks-mesh-sync/embedded-aws/cloud-watch/alarms.ts';

/**
 * `alarm eks-mesh-sync-local-dead-letters: OK → ALARM, value 1: docs/runbooks/dead-letters.md`. Undefined for the first evaluation of
 * an alarm that has nothing to say.
 */
export function alarmLine({ alarm, from, state, value }: StateChange): string | undefined {
  if (from === 'INSUFFICIENT_DATA' && state === 'OK') return undefined;
  const found = value === undefined ? '' : `, value ${value}`;
  return `alarm ${alarm.AlarmName}: ${from} → ${state}${found}: ${runbookIn(alarm) ?? ''}`;
}

/** The runbook that the description of an alarm names. */
export function runbookIn({
  AlarmDescription = '',
}: Pick<StateChange['alarm'], 'AlarmDescription'>): string | undefined {
  return /docs\/runbooks\/\S+\.md/.exec(AlarmDescription)?.[0];
}
