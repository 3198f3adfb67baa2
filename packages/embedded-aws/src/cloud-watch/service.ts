import { arn } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import { AwsError, type AwsService } from '../protocol.ts';
import type { AlarmView, StateChange } from './alarms.ts';
import type { CloudWatch } from './cloud-watch.ts';
import { metricInput } from './inputs.ts';
import type { Metric } from './metric-alarm.ts';
import { metricData } from './metric-data.ts';
import { metricStatistics } from './metric-statistics.ts';

/** CloudWatch in its JSON 1.0 protocol: what there is to read of metrics and alarms. */
export function cloudWatchService({ metrics, alarms }: CloudWatch): AwsService {
  return jsonService({
    name: 'monitoring',
    targetPrefix: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    errorNamespace: 'com.amazonaws.cloudwatch#',
    operations: {
      DescribeAlarms: (input) => ({
        MetricAlarms: alarms.views.filter((view) => isWanted(view, input)).map(describe),
        CompositeAlarms: [],
      }),
      DescribeAlarmHistory: (input) => ({
        AlarmHistoryItems: alarms.history
          .filter(({ alarm }) => input.AlarmName === undefined || input.AlarmName === alarm.AlarmName)
          .map(historyItem),
      }),
      GetMetricStatistics: (input) => metricStatistics(metrics, input),
      GetMetricData: (input) => metricData(metrics, input),
      ListMetrics: (input) => ({ Metrics: metrics.list().filter((metric) => isListed(metric, input)) }),
    },
  });
}

function isWanted({ alarm, state }: AlarmView, input: JsonInput): boolean {
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: value } = input;
  if (names !== undefined && prefix !== undefined)
    throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot be used together');
  if (Array.isArray(names) && !names.includes(alarm.AlarmName)) return false;
  if (typeof prefix === 'string' && !alarm.AlarmName.startsWith(prefix)) return false;
  return value === undefined || value === state;
}

function describe({ alarm, state, sinceMs, value }: AlarmView): Record<string, unknown> {
  const { DatapointsToAlarm = alarm.EvaluationPeriods, TreatMissingData = 'missing' } = alarm;
  return {
    ...alarm,
    AlarmArn: arn('cloudwatch', `alarm:${alarm.AlarmName}`),
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    DatapointsToAlarm,
    TreatMissingData,
    StateValue: state,
    StateReason: reasonOf({ alarm, state, value }),
    StateUpdatedTimestamp: sinceMs / 1000,
    StateTransitionedTimestamp: sinceMs / 1000,
  };
}

function reasonOf({ alarm, state, value }: Pick<AlarmView, 'alarm' | 'state' | 'value'>): string {
  if (state === 'INSUFFICIENT_DATA') return 'Unchecked: Initial alarm creation';
  const found = value === undefined ? 'no datapoint' : `the datapoint ${value}`;
  return `Threshold Crossed: ${found} of the last period, with ${alarm.ComparisonOperator} ${alarm.Threshold}`;
}

function historyItem(change: StateChange): Record<string, unknown> {
  return {
    AlarmName: change.alarm.AlarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: change.sinceMs / 1000,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${change.from} to ${change.state}`,
  };
}

/** The given dimensions are a part of the metric's; without a value any counts. */
function isListed({ Namespace, MetricName, Dimensions = [] }: Metric, input: JsonInput): boolean {
  const wanted = metricInput(input);
  return (
    (wanted.Namespace === undefined || wanted.Namespace === Namespace) &&
    (wanted.MetricName === undefined || wanted.MetricName === MetricName) &&
    (wanted.Dimensions ?? []).every(({ Name, Value }) =>
      Dimensions.some((each) => each.Name === Name && (Value === undefined || each.Value === Value)),
    )
  );
}
