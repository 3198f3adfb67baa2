import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../shared/lambda/parse-event.ts';
import { cloudMapCallGroup, cloudMapCalls } from '../../../shared/model/events/cloud-map-call.ts';
import { relaySource } from '../../../shared/model/events/event.ts';
import { relayedTypes } from '../../../shared/model/events/relayed-event.ts';
import { queueOf } from '../../../shared/model/events/route.ts';
import { serviceEntriesPollRequested } from '../../../shared/model/events/schema.ts';
import { grants, queues, template } from './production-template.ts';
import { idOf, resourcesOf } from './template.ts';

/** A set operator holds for a key that is not there. */
const neverAbsent = { 'events:source': 'false', 'events:detail-type': 'false' };

describe('queues', () => {
  it('queues are encrypted with the key that lets EventBridge in', () => {
    for (const [, { Properties }] of queues()) expect(idOf(Properties.KmsMasterKeyId)).toBe('QueueKey');
    const [key] = resourcesOf(template, 'AWS::KMS::Key');
    expect(key?.[1].Properties.EnableKeyRotation).toBe(true);
    expect(key?.[1].Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('queues that feed a function are FIFO, with limits by message group, and hand over what crashes its function for an hour', () => {
    const sources = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) =>
      queues().get(idOf(Properties.EventSourceArn)),
    );
    for (const queue of sources) {
      expect(queue?.Properties).toMatchObject({
        FifoQueue: true,
        ContentBasedDeduplication: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        RedrivePolicy: { maxReceiveCount: 500 },
      });
      const target = queues().get(idOf(queue?.Properties.RedrivePolicy?.deadLetterTargetArn))?.Properties;
      expect(target).toMatchObject({
        FifoQueue: true,
        MessageRetentionPeriod: 1209600,
        RedriveAllowPolicy: {
          redrivePermission: 'byQueue',
          sourceQueueArns: [
            { 'Fn::Sub': expect.stringMatching(new RegExp(`:${queue?.Properties.QueueName}$`)) },
          ],
        },
      });
    }
  });
});

describe('rules', () => {
  const withPattern = () =>
    resourcesOf(template, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.EventPattern);
  /** Those of the relays' bus. */
  const rules = () => withPattern().filter(([, { Properties }]) => 'EventBusName' in Properties);

  it('rules route what relays send, and nothing else, to the queues that functions send it to', () => {
    const patterns = rules().map(([, { Properties }]) => Properties.EventPattern);
    const routed = rules().flatMap(([, { Properties }]) =>
      (Properties.EventPattern?.['detail-type'] ?? []).map((type) => [
        type,
        idOf(Properties.Targets[0]?.Arn),
      ]),
    );
    const queueIds = { pods: 'PodsQueue', mesh: 'MeshQueue', entries: 'EntriesQueue' };
    expect(routed.sort()).toEqual(relayedTypes.map((type) => [type, queueIds[queueOf(type)]]).sort());
    for (const pattern of patterns) expect(pattern?.source).toEqual([{ prefix: relaySource('') }]);
  });

  it('rules hand over source and detail in the group of the detail, and dead-letter what they cannot deliver', () => {
    for (const [, { Properties }] of rules()) {
      expect(Properties.Targets).toHaveLength(1);
      expect(Properties.Targets[0]).toMatchObject({
        InputTransformer: {
          InputPathsMap: { source: '$.source', detail: '$.detail' },
          InputTemplate: '{"source": "<source>", "detail": <detail>}',
        },
        SqsParameters: { MessageGroupId: '$.detail.group' },
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredEventsQueue', 'Arn'] } },
      });
    }
    // EventBridge takes no FIFO queue for what it could not deliver.
    expect(queues().get('UndeliveredEventsQueue')?.Properties.FifoQueue).toBeUndefined();
  });

  it('the rule of pods is the only one that their queue lets in', () => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    const policy = policies.find(({ Queues }) => Queues.some(({ Ref }) => Ref === 'PodsQueue'));
    expect(policy?.PolicyDocument.Statement).toEqual([
      {
        Sid: 'OnlyThisRuleSends',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['PodsQueue', 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['PodsRule', 'Arn'] } } },
      },
    ]);
  });

  it('let the schedules of polls for Envoys in, beside the rule of the relays', () => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    const policy = policies.find(({ Queues }) => Queues.some(({ Ref }) => Ref === 'MeshQueue'));
    expect(policy?.PolicyDocument.Statement).toEqual([
      {
        Sid: 'OnlyTheseRulesSend',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['MeshQueue', 'Arn'] },
        Condition: {
          ArnLike: {
            'aws:SourceArn': [
              { 'Fn::GetAtt': ['MeshRule', 'Arn'] },
              { 'Fn::Sub': expect.stringMatching(/:rule\/eks-mesh-sync-production-envoy-\*$/) },
            ],
          },
        },
      },
    ]);
  });

  it('let the calls that CloudTrail records in, without those that were refused', () => {
    const [rule, ...others] = withPattern().filter(([, { Properties }]) => !('EventBusName' in Properties));
    expect(others).toEqual([]);
    expect(rule?.[1].Properties).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.servicediscovery'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['servicediscovery.amazonaws.com'],
          eventName: [...cloudMapCalls],
          errorCode: [{ exists: false }],
        },
      },
    });
    expect(rule?.[1].Properties.Targets).toMatchObject([
      {
        Arn: { 'Fn::GetAtt': ['EntriesQueue', 'Arn'] },
        SqsParameters: { MessageGroupId: cloudMapCallGroup },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredEventsQueue', 'Arn'] } },
      },
    ]);
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    const policy = policies.find(({ Queues }) => Queues.some(({ Ref }) => Ref === 'EntriesQueue'));
    expect(policy?.PolicyDocument.Statement).toMatchObject([
      {
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: {
          ArnLike: {
            'aws:SourceArn': [
              { 'Fn::GetAtt': ['CloudMapCallsRule', 'Arn'] },
              { 'Fn::Sub': expect.stringMatching(/:rule\/eks-mesh-sync-production-service-entries-\*$/) },
            ],
          },
        },
      },
    ]);
  });
});

describe('schedules', () => {
  const schedulesOf = (kind: 'sweep' | 'service-entries') =>
    resourcesOf(template, 'AWS::Events::Rule').filter(
      ([, { Properties }]) =>
        Properties.ScheduleExpression && Properties.Name.startsWith(`eks-mesh-sync-production-${kind}-`),
    );
  const schedules = () => schedulesOf('sweep');

  it('schedules sweep each cluster, as often as it asks for', () => {
    const runs = schedules().flatMap(([, { Properties }]) =>
      Properties.Targets.map((target) => [target.Input, Properties.ScheduleExpression, target.Arn]),
    );
    const sweep = { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] };
    expect(runs).toEqual([
      ['{"cluster":"development"}', 'rate(5 minutes)', sweep],
      ['{"cluster":"production"}', 'rate(5 minutes)', sweep],
      ['{"cluster":"shared-services"}', 'rate(5 minutes)', sweep],
    ]);
  });

  it('schedules are the only ones that may invoke a function', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(
      ([, { Properties }]) => Properties,
    );
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::Sub': expect.stringMatching(/:rule\/eks-mesh-sync-production-sweep-\*$/) },
      },
    ]);
    const all = resourcesOf(template, 'AWS::Events::Rule').filter(
      ([, { Properties }]) => Properties.ScheduleExpression,
    );
    expect(all).toHaveLength(schedules().length + schedulesOf('service-entries').length);
  });

  it('request a comparison of the ServiceEntries of each cluster that has them, with a body of its own each time', () => {
    const [[, rule] = [], ...others] = schedulesOf('service-entries');
    expect(others).toEqual([]);
    expect(rule?.Properties.ScheduleExpression).toBe('rate(1 minute)');
    const [target, ...more] = rule?.Properties.Targets ?? [];
    expect(more).toEqual([]);
    expect(target).toMatchObject({
      Arn: { 'Fn::GetAtt': ['EntriesQueue', 'Arn'] },
      SqsParameters: { MessageGroupId: 'production' },
      InputTransformer: { InputPathsMap: { time: '$.time' } },
    });
    const transformer = target?.InputTransformer as { InputTemplate: string } | undefined;
    const body = String(transformer?.InputTemplate).replace('<time>', '2026-11-27T22:31:00Z');
    expect(parseEvent(serviceEntriesPollRequested, body)).toMatchObject({
      cluster: 'production',
      group: 'production',
      run: '2026-11-27T22:31:00Z',
    });
  });

  it('schedules leave a run that waited too long to the next', () => {
    const settings = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { Properties }]) => Properties,
    );
    expect(settings).toMatchObject([{ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 1 }]);
  });
});

describe('state', () => {
  it('state is one table that outlives the stack, can be brought back, and is encrypted', () => {
    const tables = resourcesOf(template, 'AWS::DynamoDB::Table').map(([, table]) => table);
    expect(tables).toHaveLength(1);
    expect(tables[0]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(tables[0]?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });
});

describe('the relay', () => {
  it('the relay gets a policy to send events to the bus and to see that it exists', () => {
    const bus = { 'Fn::GetAtt': ['EventBus', 'Arn'] };
    const statements = grants().filter(({ holder }) => holder === 'RelayPolicy');
    expect(statements.map(({ statement }) => [statement.Action, statement.Resource])).toEqual([
      ['events:PutEvents', bus],
      ['events:DescribeEventBus', bus],
      ['events:PutEvents', bus],
    ]);
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining([
        ...['EventBusName', 'EventBusArn'],
        'RelayRoleArn',
        'RelayPolicyArn',
        'SyncPodsRoleArn',
      ]),
    );
  });

  it('the relay may send the three types of events that a relay sends, of the cluster that it is tagged with', () => {
    const [puts] = grants().filter(
      ({ holder, statement }) => holder === 'RelayPolicy' && statement.Action === 'events:PutEvents',
    );
    expect(puts?.statement.Condition).toEqual({
      'ForAllValues:StringEquals': {
        'events:source': relaySource(`\${aws:PrincipalTag/eks-cluster-name}`),
        'events:detail-type': relayedTypes,
      },
      Null: { ...neverAbsent, 'aws:PrincipalTag/eks-cluster-name': 'false' },
    });
  });

  it('the relay gets a role that only EKS Pod Identity of this account may assume', () => {
    const role = new Map(resourcesOf(template, 'AWS::IAM::Role')).get('RelayRole');
    expect(role?.Properties.ManagedPolicyArns).toEqual([{ Ref: 'RelayPolicy' }]);
    expect(role?.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });
});
