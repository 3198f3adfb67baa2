import type { ClusterConfig, ClustersFile } from '../../shared/model/cluster-config.ts';

/** EventBridge's limit for the targets of a rule. */
const maxTargets = 5;

/**
 * The schedules that invoke `sweep` for each cluster, and the permission for all of them, as CloudFormation resources. An
 * account has 300 rules on its default event bus, so up to five clusters with the same interval share one rule. A run that
 * cannot be started is retried for a minute and then dropped: the next run covers it.
 *
 * `prefix` begins the names of the rules.
 */
export function sweepSchedules({ clusters }: ClustersFile, prefix: string): Record<string, object> {
  const rates = Map.groupBy(clusters, ({ sweep }) => sweep.everyMinutes);
  const rules = [...rates].flatMap(([everyMinutes, swept]) =>
    chunks(swept).map((some, index) => [
      `SweepSchedule${everyMinutes}n${index + 1}`,
      rule(`${prefix}-sweep-${everyMinutes}-${index + 1}`, everyMinutes, some),
    ]),
  );
  return { ...Object.fromEntries(rules), SweepSchedulesPermission: permission(prefix) };
}

function rule(name: string, everyMinutes: number, clusters: readonly ClusterConfig[]): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: name,
      Description: `Sweeps up to ${maxTargets} clusters`,
      ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
      Targets: clusters.map((cluster, index) => ({
        Id: `sweep-${index + 1}`,
        Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] },
        Input: JSON.stringify({ cluster: cluster.name }),
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 5 },
      })),
    },
  };
}

/** One permission for all rules: one per rule would exceed the limit of the function's policy, 20 KB, at about 60 clusters. */
function permission(prefix: string): object {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: {
        'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${prefix}-sweep-*`,
      },
    },
  };
}

function chunks(clusters: readonly ClusterConfig[]): ClusterConfig[][] {
  return Array.from({ length: Math.ceil(clusters.length / maxTargets) }, (_, index) =>
    clusters.slice(index * maxTargets, (index + 1) * maxTargets),
  );
}
