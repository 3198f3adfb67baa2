import type { AlarmView } from '@eks-mesh-sync/embedded-aws/cloud-watch/alarms.ts';
import { expect, it } from 'vitest';
import { alarmRows } from '../../../playground/alarms/alarm-rows.ts';

const sinceMs = Date.UTC(2026, 10, 28, 2, 14, 5);

function view(AlarmName: string, state: AlarmView['state'], value?: number): AlarmView {
  const alarm: AlarmView['alarm'] = {
    AlarmName,
    AlarmDescription: `Bad. What to do: docs/runbooks/${AlarmName}.md`,
    Metrics: [],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    EvaluationPeriods: 1,
  };
  return { alarm, state, sinceMs, value };
}

it('the rows of alarms are those that have started first, then by name, with their runbooks', () => {
  const views = [
    view('throttling', 'OK', 0),
    view('relay-silent', 'INSUFFICIENT_DATA'),
    view('queue-age', 'OK', 2),
    view('dead-letters', 'ALARM', 7),
  ];
  const since = '2026-11-28T02:14:05.000Z';
  expect(alarmRows(views)).toEqual([
    { name: 'dead-letters', state: 'ALARM', since, value: 7, runbook: 'docs/runbooks/dead-letters.md' },
    { name: 'relay-silent', state: 'INSUFFICIENT_DATA', since, runbook: 'docs/runbooks/relay-silent.md' },
    { name: 'queue-age', state: 'OK', since, value: 2, runbook: 'docs/runbooks/queue-age.md' },
    { name: 'throttling', state: 'OK', since, value: 0, runbook: 'docs/runbooks/throttling.md' },
  ]);
});
