import { createHash } from 'node:crypto';
import type { ClustersFile } from '../shared/model/cluster-config.ts';

/** EventBridge's limit for the name of a rule. */
const longestName = 64;

/**
 * A schedule for each cluster, which invokes `sweep` for it, and the permission for them all, as CloudFormation
 * resources. A run that could not be started is tried for a minute and then left out: the next one finds the same.
 *
 * `prefix` begins the names of the rules; those of two clusters differ even where they are too long to be spelt out.
 */
export function sweepSchedules({ clusters }: ClustersFile, prefix: string): Record<string, object> {
  const rules = clusters.map(({ name, sweep: { everyMinutes } }) => [
    `SweepSchedule${digest(name)}`,
    {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: ruleName(prefix, name),
        Description: `Sweeps the cluster ${name}`,
        ScheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
        Targets: [
          {
            Id: 'sweep',
            Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] },
            Input: JSON.stringify({ cluster: name }),
            RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 5 },
          },
        ],
      },
    },
  ]);
  return { ...Object.fromEntries(rules), SweepSchedulesPermission: permission(prefix) };
}

/** One for all: a permission for each would fill the function's policy, which may have 20 KB, at some sixty clusters. */
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

function ruleName(prefix: string, cluster: string): string {
  const end = `-${digest(cluster)}`;
  return `${`${prefix}-sweep-${cluster}`.slice(0, longestName - end.length)}${end}`;
}

/** Eight hexadecimal digits: a logical id may have letters and digits only, which a cluster's name may exceed. */
function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}
