import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { RunNames } from '../names.ts';

/**
 * A rule and a queue of the test's own beside those of the stage: a copy of the test pod's events, in the message group
 * that EventBridge gives them. Nothing is taken from the stage's own queue.
 */
export interface Probe {
  readonly url: string;
  readonly arn: string;
}

const targetId = 'smoke-queue';

/** The target is the stage's own in all but the queue (deploy/messaging.yml). */
export async function makeProbe(
  { events, sqs }: { readonly events: EventBridgeClient; readonly sqs: SQSClient },
  names: Pick<RunNames, 'queue' | 'rule' | 'pod'>,
  { bus, source }: { readonly bus: string; readonly source: string },
): Promise<Probe> {
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: names.queue,
      // EventBridge cannot deliver to a queue that is encrypted with a key of AWS; test data needs none.
      Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true', SqsManagedSseEnabled: 'false' },
    }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.QueueArn ?? '';
  const { RuleArn } = await events.send(
    new PutRuleCommand({
      Name: names.rule,
      EventBusName: bus,
      Description: 'Temporary: npm run smoke',
      EventPattern: JSON.stringify({
        source: [source],
        detail: { pod: { metadata: { name: [names.pod] } } },
      }),
    }),
  );
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policyOf(arn, RuleArn) } }),
  );
  const { FailedEntries = [] } = await events.send(
    new PutTargetsCommand({
      Rule: names.rule,
      EventBusName: bus,
      Targets: [
        {
          Id: targetId,
          Arn: arn,
          InputTransformer: {
            InputPathsMap: { source: '$.source', detail: '$.detail' },
            InputTemplate: '{"source": "<source>", "detail": <detail>}',
          },
          SqsParameters: { MessageGroupId: '$.detail.group' },
        },
      ],
    }),
  );
  if (FailedEntries[0]) throw new Error(`PutTargets: ${FailedEntries[0].ErrorMessage}`);
  return { url, arn };
}

function policyOf(queueArn: string, ruleArn: string | undefined): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    },
  });
}

export interface Arrived {
  readonly group: string | undefined;
  readonly body: string;
  readonly receipt: string | undefined;
}

/** One message, if there is one within two seconds. */
export async function receive(sqs: SQSClient, QueueUrl: string): Promise<Arrived | undefined> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: 2,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  const [message] = Messages ?? [];
  if (message === undefined) return undefined;
  return {
    group: message.Attributes?.MessageGroupId,
    body: message.Body ?? '',
    receipt: message.ReceiptHandle,
  };
}

export async function removeRule(events: EventBridgeClient, bus: string, Rule: string): Promise<void> {
  try {
    await events.send(new RemoveTargetsCommand({ EventBusName: bus, Rule, Ids: [targetId] }));
    await events.send(new DeleteRuleCommand({ EventBusName: bus, Name: Rule }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

export async function removeQueue(sqs: SQSClient, QueueName: string): Promise<void> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
  }
}
