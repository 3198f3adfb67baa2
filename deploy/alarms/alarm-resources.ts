import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import type { Alarm } from './alarm.ts';
import { alarmsOf } from './alarms.ts';

/** Where a person finds the runbooks: the folder of the repository. */
const runbooks = 'docs/runbooks';

/**
 * The alarms as CloudFormation resources. `topicArn`: the SNS topic that is notified when one starts and when it ends; none if
 * empty.
 */
export function alarmResources(
  clusters: ClustersFile,
  prefix: string,
  topicArn: string,
): Readonly<Record<string, object>> {
  const numbers = new Map<string, number>();
  const resources = alarmsOf(clusters, prefix).map((alarm) => {
    const number = (numbers.get(alarm.id) ?? 0) + 1;
    numbers.set(alarm.id, number);
    return [logicalId(alarm, number), resourceOf(alarm, prefix, topicArn)] as const;
  });
  return Object.fromEntries(resources);
}

export function alarmName({ id, of }: Alarm, prefix: string): string {
  const name = of === undefined ? `${prefix}-${id}` : `${prefix}-${id}-${of.replaceAll(', ', '-')}`;
  return name.slice(0, 255);
}

/** `RelaySilentAlarm`, and `RelaySilentAlarm2` for the next cluster. */
function logicalId({ id }: Alarm, number: number): string {
  const words = id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Alarm${number === 1 ? '' : number}`;
}

function resourceOf(alarm: Alarm, prefix: string, topicArn: string): object {
  const actions = topicArn === '' ? [] : [topicArn];
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ...alarmProperties(alarm, prefix),
      ...(actions.length > 0 && { AlarmActions: actions, OKActions: actions }),
    },
  };
}

/** The path of what to do about an alarm. */
function runbookOf({ id }: Pick<Alarm, 'id'>): string {
  return `${runbooks}/${id}.md`;
}

/** What CloudWatch evaluates. */
export function alarmProperties(alarm: Alarm, prefix: string) {
  const { meaning, comparison, threshold, periods, withoutData } = alarm;
  return {
    AlarmName: alarmName(alarm, prefix),
    AlarmDescription: `${meaning} What to do: ${runbookOf(alarm)}`,
    Metrics: queriesOf(alarm),
    ComparisonOperator: comparison,
    Threshold: threshold,
    EvaluationPeriods: periods,
    DatapointsToAlarm: periods,
    TreatMissingData: withoutData,
  };
}

function queriesOf({ series, expression, meaning, periodSeconds }: Alarm) {
  const inputs = Object.entries(series).map(([Id, { namespace, metric, dimensions, statistic }]) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  }));
  const Label = meaning.slice(0, 100);
  return [...inputs, { Id: 'result', Expression: expression, Label, ReturnData: true }];
}
