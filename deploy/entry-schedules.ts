import type { ClusterConfig, ClustersFile } from '../shared/model/cluster-config.ts';
import { pollRequested } from '../shared/model/events/service-entry-requests.ts';

/** EventBridge's limit for the targets of a rule. */
const maxTargets = 5;

/**
 * The schedules that request a comparison of ServiceEntries for each cluster that has them, as CloudFormation resources.
 * Each sends a message to the queue, in the group of the cluster. The scheduled time makes each message unique: SQS would
 * drop a constant one as a duplicate for five minutes. `prefix` begins the names of the rules.
 */
export function entrySchedules({ clusters }: ClustersFile, prefix: string): Record<string, object> {
  const rates = Map.groupBy(
    clusters.filter(({ serviceEntries }) => serviceEntries !== undefined),
    ({ serviceEntries }) => serviceEntries?.everyMinutes ?? 1,
  );
  const rules = [...rates].flatMap(([everyMinutes, some]) =>
    chunks(some).map((part, index) => [
      `EntrySchedule${everyMinutes}n${index + 1}`,
      rule(`${prefix}-service-entries-${everyMinutes}-${index + 1}`, everyMinutes, part),
    ]),
  );
  return Object.fromEntries(rules);
}

function rule(name: string, everyMinutes: number, clusters: readonly ClusterConfig[]): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: name,
      Description: `Compares the ServiceEntries of up to ${maxTargets} clusters with Cloud Map`,
      ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
      Targets: clusters.map((cluster, index) => ({
        Id: `service-entries-${index + 1}`,
        Arn: { 'Fn::GetAtt': ['EntriesQueue', 'Arn'] },
        InputTransformer: pollInput(cluster.name),
        SqsParameters: { MessageGroupId: pollRequested(cluster.name, '', '').group },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 5 },
      })),
    },
  };
}

/** `<time>` is replaced by the time of the scheduled event. */
export function pollInput(cluster: string) {
  return {
    InputPathsMap: { time: '$.time' },
    InputTemplate: JSON.stringify(pollRequested(cluster, '<time>', 'schedule')),
  };
}

function chunks(clusters: readonly ClusterConfig[]): ClusterConfig[][] {
  return Array.from({ length: Math.ceil(clusters.length / maxTargets) }, (_, index) =>
    clusters.slice(index * maxTargets, (index + 1) * maxTargets),
  );
}
