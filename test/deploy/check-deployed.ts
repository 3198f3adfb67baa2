/**
 * Checks what `sls deploy` left at AWS_ENDPOINT_URL (in CI: moto), by asking each service. Prints a line a fact, and
 * ends with status 1 if one of them is not so. What moto does not keep of a template (point-in-time recovery, TTL,
 * encryption of the table, architecture, tracing) is checked on the template, in test/deploy/packaging.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { checkAlarms } from './alarms/check-deployed-alarms.ts';

const prefix = `eks-mesh-sync-${process.argv[2] ?? 'dev'}`;
const events = new EventBridgeClient();
const lambda = new LambdaClient();
const dynamodb = new DynamoDBClient();
const sqs = new SQSClient();
let faults = 0;

function check(fact: string, actual: unknown, expected: unknown): void {
  const holds = isDeepStrictEqual(actual, expected);
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${fact}`);
  if (holds) return;
  faults += 1;
  console.log(`     expected ${JSON.stringify(expected)}\n     found    ${JSON.stringify(actual)}`);
}

/** The attributes of a queue by name, JSON parsed where they hold JSON. */
async function queueAttributes(name: string): Promise<Record<string, unknown>> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${prefix}-${name}` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Object.fromEntries(
    Object.entries(Attributes ?? {}).map(([key, value]) => [
      key,
      value.startsWith('{') ? JSON.parse(value) : value,
    ]),
  );
}

async function arnOf(queue: string): Promise<unknown> {
  return (await queueAttributes(queue)).QueueArn;
}

async function checkQueue(name: string, visibilitySeconds: number): Promise<void> {
  const queue = await queueAttributes(`${name}.fifo`);
  const picked = ['FifoQueue', 'ContentBasedDeduplication', 'VisibilityTimeout'].map((key) => queue[key]);
  check(
    `queue ${name}.fifo is FIFO, deduplicates by content, hides a message for ${visibilitySeconds} s`,
    picked,
    ['true', 'true', String(visibilitySeconds)],
  );
  check(
    `queue ${name}.fifo has limits and deduplication by message group`,
    [queue.DeduplicationScope, queue.FifoThroughputLimit],
    ['messageGroup', 'perMessageGroupId'],
  );
  check(
    `queue ${name}.fifo hands over to ${name}-dead-letters.fifo after 500 receipts`,
    queue.RedrivePolicy,
    {
      deadLetterTargetArn: await arnOf(`${name}-dead-letters.fifo`),
      maxReceiveCount: 500,
    },
  );
  check(
    `queue ${name}.fifo is encrypted with a key of the customer`,
    /^arn:aws:kms:.*:key\//.test(String(queue.KmsMasterKeyId)),
    true,
  );
}

async function checkRule(name: string, detailTypes: readonly string[]): Promise<void> {
  const { Rules } = await events.send(
    new ListRulesCommand({ EventBusName: prefix, NamePrefix: `${prefix}-${name}` }),
  );
  const rule = Rules?.[0];
  check(`rule ${name} matches ${detailTypes.join(', ')}`, JSON.parse(rule?.EventPattern ?? 'null'), {
    source: [{ prefix: 'eks-mesh-sync/' }],
    'detail-type': detailTypes,
  });
  const { Targets } = await events.send(
    new ListTargetsByRuleCommand({ EventBusName: prefix, Rule: rule?.Name }),
  );
  check(`rule ${name} sends source and detail to ${name}.fifo, in the detail's group`, Targets, [
    {
      Id: `${name}-queue`,
      Arn: await arnOf(`${name}.fifo`),
      InputTransformer: {
        InputPathsMap: { source: '$.source', detail: '$.detail' },
        InputTemplate: '{"source": "<source>", "detail": <detail>}',
      },
      SqsParameters: { MessageGroupId: '$.detail.group' },
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 },
      DeadLetterConfig: { Arn: await arnOf('undelivered-events') },
    },
  ]);
}

async function checkTable(name: string | undefined): Promise<void> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  check('table has the keys pk and sk', Table?.KeySchema, [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]);
  check('table is paid for by request', Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
}

/** Checks a function and the mapping of its queue; answers the name of its table. */
async function checkFunction(
  name: string,
  queue: string,
  { concurrency, timeout }: { readonly concurrency: number; readonly timeout: number },
): Promise<string | undefined> {
  const FunctionName = `${prefix}-${name}`;
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  check(
    `function ${name} runs on nodejs24.x for at most ${timeout} s`,
    [found.Runtime, found.Timeout],
    ['nodejs24.x', timeout],
  );
  const variables = found.Environment?.Variables ?? {};
  check(
    `function ${name} knows its queue, and those that it sends to`,
    [
      variables.PODS_QUEUE_URL?.split('/').at(-1),
      variables.MESH_QUEUE_URL?.split('/').at(-1),
      variables.QUEUE_URL?.split('/').at(-1),
      variables.DEAD_LETTER_QUEUE_URL?.split('/').at(-1),
    ],
    ['pods', 'mesh', queue, `${queue}-dead-letters`].map((queue) => `${prefix}-${queue}.fifo`),
  );
  const { EventSourceMappings } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: found.FunctionArn }),
  );
  check(
    `function ${name} takes batches of 10 from ${queue}.fifo, ${concurrency} at a time, and answers by message`,
    EventSourceMappings?.map((mapping) => [
      mapping.EventSourceArn,
      mapping.BatchSize,
      mapping.ScalingConfig?.MaximumConcurrency,
      mapping.FunctionResponseTypes,
      mapping.State,
    ]),
    [[await arnOf(`${queue}.fifo`), 10, concurrency, ['ReportBatchItemFailures'], 'Enabled']],
  );
  return variables.TABLE_NAME;
}

/** Checks a function that people or a schedule invoke; answers its ARN. */
async function checkInvoked(
  name: string,
  { seconds, megabytes, table }: { seconds: number; megabytes: number; table: string | undefined },
): Promise<string | undefined> {
  const FunctionName = `${prefix}-${name}`;
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  check(
    `function ${name} runs on nodejs24.x for at most ${seconds} s, with ${megabytes} MB`,
    [found.Runtime, found.Timeout, found.MemorySize],
    ['nodejs24.x', seconds, megabytes],
  );
  const variables = found.Environment?.Variables ?? {};
  check(
    `function ${name} knows the table and no queue`,
    [variables.TABLE_NAME, variables.QUEUE_URL, variables.DEAD_LETTER_QUEUE_URL],
    [table, undefined, undefined],
  );
  return found.FunctionArn;
}

/** Checks that each cluster of clusters.json, which the deployment left behind, is swept by a schedule. */
async function checkSchedules(sweep: string | undefined): Promise<void> {
  const { clusters } = JSON.parse(readFileSync('clusters.json', 'utf8')) as ClustersFile;
  const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: `${prefix}-sweep-` }));
  const found = (await Promise.all(Rules.map(schedulesOf))).flat();
  check(
    `schedules sweep ${clusters.map(({ name }) => name).join(', ')}`,
    found.sort(),
    clusters
      .map(({ name, sweep: { everyMinutes } }) =>
        [JSON.stringify({ cluster: name }), `rate(${everyMinutes} minutes)`, 'ENABLED', sweep].join(' '),
      )
      .sort(),
  );
  const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName: `${prefix}-sweep` }));
  check(
    'the schedules may invoke sweep',
    JSON.parse(Policy).Statement.map((statement: { Principal: unknown }) => statement.Principal),
    [{ Service: 'events.amazonaws.com' }],
  );
}

async function schedulesOf({ Name, ScheduleExpression, State }: Rule): Promise<string[]> {
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return Targets.map(({ Input, Arn }) => [Input, ScheduleExpression, State, Arn].join(' '));
}

const bus = await events.send(new DescribeEventBusCommand({ Name: prefix }));
check('bus is there', bus.Name, prefix);
await checkQueue('pods', 35);
await checkQueue('mesh', 65);
await checkRule('pods', ['Pod Changed']);
await checkRule('mesh', ['Cluster Object Changed', 'Cluster Listed']);
const table = await checkFunction('sync-pods', 'pods', { concurrency: 10, timeout: 30 });
check(
  'both functions keep state in one table',
  await checkFunction('reconcile-mesh', 'mesh', { concurrency: 5, timeout: 60 }),
  table,
);
await checkTable(table);
await checkInvoked('explain', { seconds: 60, megabytes: 512, table });
await checkInvoked('report', { seconds: 60, megabytes: 1769, table });
await checkInvoked('resync', { seconds: 900, megabytes: 1769, table });
await checkSchedules(await checkInvoked('sweep', { seconds: 900, megabytes: 1769, table }));
await checkAlarms(prefix, check);
console.log(faults === 0 ? 'the deployment is as described' : `${faults} facts are not as described`);
process.exitCode = faults === 0 ? 0 : 1;
