/** EventBridge's limit for the targets of a rule. */
const maxTargets = 5;

interface Scheduled {
  readonly cluster: string;
  readonly everyMinutes: number;
}

export interface MessageSchedule {
  /** Begins the logical ids of the rules: `EntrySchedule`. */
  readonly id: string;
  /** Begins their names. */
  readonly name: string;
  /** What it does with up to five clusters: `Compares the ServiceEntries of`. */
  readonly does: string;
  /** Logical id of the FIFO queue. */
  readonly queue: string;
  /** The request for a cluster. `run` makes it unique: SQS would drop a constant message as a duplicate for five minutes. */
  readonly requestOf: (cluster: string, run: string) => { readonly group: string };
}

/** Schedules of which each sends a message to a queue, in the group of the cluster, as CloudFormation resources. */
export function messageSchedules(
  clusters: readonly Scheduled[],
  schedule: MessageSchedule,
): Record<string, object> {
  const rates = Map.groupBy(clusters, ({ everyMinutes }) => everyMinutes);
  const rules = [...rates].flatMap(([everyMinutes, some]) =>
    chunks(some).map((part, index) => [
      `${schedule.id}${everyMinutes}n${index + 1}`,
      rule(`${schedule.name}-${everyMinutes}-${index + 1}`, everyMinutes, part, schedule),
    ]),
  );
  return Object.fromEntries(rules);
}

function rule(
  name: string,
  everyMinutes: number,
  clusters: readonly Scheduled[],
  { does, queue, requestOf }: MessageSchedule,
): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: name,
      Description: `${does} up to ${maxTargets} clusters`,
      ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
      Targets: clusters.map(({ cluster }, index) => ({
        Id: `cluster-${index + 1}`,
        Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
        InputTransformer: inputOf((run) => requestOf(cluster, run)),
        SqsParameters: { MessageGroupId: requestOf(cluster, '').group },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 5 },
      })),
    },
  };
}

/** `<time>` is replaced by the time of the scheduled event. */
export function inputOf(requestOf: (run: string) => object) {
  return {
    InputPathsMap: { time: '$.time' },
    InputTemplate: JSON.stringify(requestOf('<time>')),
  };
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / maxTargets) }, (_, index) =>
    all.slice(index * maxTargets, (index + 1) * maxTargets),
  );
}
