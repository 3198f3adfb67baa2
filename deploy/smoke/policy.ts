import { cloudMapStatements } from './cloud-map-policy.ts';
import { prefix } from './names.ts';
import type { SmokeOptions } from './options.ts';
import { allow } from './statement.ts';

/** The IAM policy of a person who runs the test, for one stage. */
export function policyOf(options: Pick<SmokeOptions, 'stage' | 'namespace'>) {
  const { stage } = options;
  const stack = `eks-mesh-sync-${stage}`;
  return {
    Version: '2012-10-17',
    Statement: [
      allow(
        'SendsEvents',
        ['events:DescribeEventBus', 'events:PutEvents'],
        `arn:aws:events:*:*:event-bus/${stack}`,
      ),
      allow(
        'HasARuleOfItsOwn',
        ['events:PutRule', 'events:PutTargets', 'events:RemoveTargets', 'events:DeleteRule'],
        `arn:aws:events:*:*:rule/${stack}/${prefix}-*`,
      ),
      // EventBridge has no resource-level permission for it.
      allow('FindsItsRules', ['events:ListRules'], '*'),
      allow(
        'HasAQueueOfItsOwn',
        [
          ...['sqs:CreateQueue', 'sqs:DeleteQueue', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
          ...['sqs:ReceiveMessage', 'sqs:SendMessage', 'sqs:SetQueueAttributes', 'sqs:DeleteMessage'],
        ],
        `arn:aws:sqs:*:*:${prefix}-${stage}-*`,
      ),
      // SQS has no resource-level permission for it.
      allow('FindsItsQueues', ['sqs:ListQueues'], '*'),
      allow(
        'CountsDeadLetters',
        ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
        [`arn:aws:sqs:*:*:${stack}-pods-dead-letters.fifo`, `arn:aws:sqs:*:*:${stack}-undelivered-events`],
      ),
      allow('ReadsFunctions', ['lambda:GetFunctionConfiguration'], `arn:aws:lambda:*:*:function:${stack}-*`),
      allow(
        'InvokesFunctions',
        ['lambda:InvokeFunction'],
        ['explain', 'sweep', 'resync'].map((name) => `arn:aws:lambda:*:*:function:${stack}-${name}`),
      ),
      ...cloudMapStatements(options),
    ],
  };
}

export function policyText(options: Pick<SmokeOptions, 'stage' | 'namespace'>): string {
  return JSON.stringify(policyOf(options), null, 2);
}
