import { prefix } from './names.ts';
import type { SmokeOptions } from './options.ts';

/** The IAM policy of a person who runs the test, for one stage. */
export function policyOf({ stage }: Pick<SmokeOptions, 'stage'>) {
  const stack = `eks-mesh-sync-${stage}`;
  const allow = (Sid: string, Action: readonly string[], Resource: string | readonly string[]) => ({
    ...{ Sid, Effect: 'Allow', Action, Resource },
  });
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
      allow('FindsItsRules', ['events:ListRules'], '*'),
      allow(
        'HasAQueueOfItsOwn',
        [
          ...['sqs:CreateQueue', 'sqs:DeleteQueue', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
          ...['sqs:ReceiveMessage', 'sqs:SendMessage', 'sqs:SetQueueAttributes', 'sqs:DeleteMessage'],
        ],
        `arn:aws:sqs:*:*:${prefix}-${stage}-*`,
      ),
      allow('FindsItsQueues', ['sqs:ListQueues'], '*'),
      allow(
        'CountsDeadLetters',
        ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
        [`arn:aws:sqs:*:*:${stack}-pods-dead-letters.fifo`, `arn:aws:sqs:*:*:${stack}-undelivered-events`],
      ),
      allow(
        'ReadsAndInvokesFunctions',
        ['lambda:GetFunctionConfiguration'],
        `arn:aws:lambda:*:*:function:${stack}-*`,
      ),
      allow(
        'InvokesFunctions',
        ['lambda:InvokeFunction'],
        ['explain', 'sweep', 'resync'].map((name) => `arn:aws:lambda:*:*:function:${stack}-${name}`),
      ),
      allow(
        'HasANamespaceOfItsOwn',
        [
          ...['CreateHttpNamespace', 'DeleteNamespace', 'ListNamespaces', 'CreateService', 'DeleteService'],
          ...['GetService', 'ListServices', 'RegisterInstance', 'DeregisterInstance', 'GetInstance'],
          ...['ListInstances', 'DiscoverInstances', 'DiscoverInstancesRevision', 'GetOperation'],
          ...['UpdateInstanceCustomHealthStatus', 'TagResource', 'ListTagsForResource'],
        ].map((action) => `servicediscovery:${action}`),
        '*',
      ),
    ],
  };
}

export function policyText(options: Pick<SmokeOptions, 'stage'>): string {
  return JSON.stringify(policyOf(options), null, 2);
}
