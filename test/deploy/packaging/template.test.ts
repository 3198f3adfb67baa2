import { beforeAll, describe, expect, it } from 'vitest';
import { relaySource } from '../../../shared/model/events/event.ts';
import { relayedTypes } from '../../../shared/model/events/relayed-event.ts';
import { queueOf } from '../../../shared/model/events/route.ts';
import { callsIn } from '../calls.ts';
import {
  idOf,
  packageTemplate,
  type Reference,
  resourcesOf,
  type Statement,
  type Template,
} from './template.ts';

/** Actions for which AWS knows no resource that could be named, and what each is needed for. */
const withoutResource: Readonly<Record<string, string>> = {
  'appmesh:ListMeshes': 'finding the meshes of the account',
  'servicediscovery:ListNamespaces': 'finding a namespace by its name',
  'servicediscovery:ListOperations': 'following operations, and finding those that failed',
  'servicediscovery:ListServices': 'finding a service by its name',
  'servicediscovery:ListTagsForResource': 'seeing whether this system made a service',
  'servicediscovery:TagResource': 'tagging what is created; narrowed to one tag',
  'servicediscovery:CreateHttpNamespace': 'a namespace that does not exist yet has no ARN',
  'servicediscovery:CreatePrivateDnsNamespace': 'a namespace that does not exist yet has no ARN',
  'route53:CreateHostedZone': 'the hosted zone of a new private DNS namespace has no ARN yet',
  'route53:ListHostedZonesByName': 'finding the hosted zone of a DNS namespace',
  'ec2:DescribeVpcs': 'the VPC of a new private DNS namespace',
  'ec2:DescribeRegions': 'the Region of that VPC',
};

let template: Template;
beforeAll(() => {
  template = packageTemplate('production');
});

/** Calls that Lambda makes with a function's role: taking messages, logging, and the queues' encryption. */
const madeByLambda = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
];

/** Calls that Cloud Map makes with the permissions of who calls it, for tags and for DNS namespaces. */
const madeByCloudMap = [
  'ec2:DescribeRegions',
  'ec2:DescribeVpcs',
  'route53:ChangeResourceRecordSets',
  'route53:CreateHostedZone',
  'route53:GetHostedZone',
  'route53:ListHostedZonesByName',
  'servicediscovery:TagResource',
];

/** Calls that App Mesh makes with the permissions of who creates the first mesh. */
const madeByAppMesh = ['iam:CreateServiceLinkedRole'];

/** A set operator holds for a key that is not there. */
const neverAbsent = { 'events:source': 'false', 'events:detail-type': 'false' };

const queues = () => new Map(resourcesOf(template, 'AWS::SQS::Queue'));
const functions = () => resourcesOf(template, 'AWS::Lambda::Function');

/** Names of the functions that a queue feeds. */
function fed(): ReadonlySet<string> {
  const byId = new Map(functions());
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
  return new Set(
    mappings.map(([, { Properties }]) =>
      String(byId.get(idOf(Properties.FunctionName))?.Properties.FunctionName),
    ),
  );
}

function grants(): { holder: string; statement: Statement }[] {
  const policies = resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(([id, { Properties }]) => ({
    holder: id,
    documents: [Properties],
  }));
  const roles = resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => ({
    holder: id,
    documents: Properties.Policies ?? [],
  }));
  return [...policies, ...roles].flatMap(({ holder, documents }) =>
    documents.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((statement) => ({ holder, statement })),
    ),
  );
}

describe('permissions', () => {
  it('name every action in full', () => {
    const actions = grants().flatMap(({ statement }) => statement.Action);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([]);
  });

  it('name a resource wherever AWS knows one', () => {
    const everywhere = grants().filter(({ statement }) => [statement.Resource].flat().includes('*'));
    const actions = new Set(everywhere.flatMap(({ statement }) => statement.Action));
    expect([...actions].sort()).toEqual(Object.keys(withoutResource).sort());
  });

  it('of the functions are the calls that the code makes, no more and no fewer', () => {
    const granted = grants().filter(({ holder }) => holder !== 'RelayPolicy');
    const actions = new Set(granted.flatMap(({ statement }) => statement.Action));
    const indirect = ['sts:AssumeRole', ...madeByLambda, ...madeByCloudMap, ...madeByAppMesh];
    expect([...actions].sort()).toEqual([...callsIn('shared'), ...indirect].sort());
  });

  it('never read the whole table', () => {
    expect(grants().flatMap(({ statement }) => statement.Action)).not.toContain('dynamodb:Scan');
  });

  it('let each function write to its own log and take from its own queue only', () => {
    for (const [, { Properties }] of functions()) {
      const role = Properties.Role['Fn::Sub'].replace(/^\$\{(.+)\.Arn\}$/, '$1');
      const own = grants().filter(({ holder }) => holder === role);
      const log = own.find(({ statement }) => statement.Sid === 'WritesItsLog')?.statement.Resource;
      expect(log).toHaveProperty(
        ['Fn::Sub'],
        expect.stringContaining(`:log-group:/aws/lambda/${Properties.FunctionName}:*`),
      );
      const taken = own.filter(({ statement }) => statement.Action.includes('sqs:ReceiveMessage'));
      const { QUEUE_URL } = Properties.Environment.Variables;
      expect(taken.map(({ statement }) => statement.Resource)).toEqual(
        QUEUE_URL === undefined ? [] : [{ 'Fn::GetAtt': [Object(QUEUE_URL).Ref, 'Arn'] }],
      );
    }
  });

  it('let sweeps write their reports, budgets of calls and notes of services and send repairs, and change nothing else', () => {
    for (const holder of ['SweepRole', 'ResyncRole']) {
      const own = grants().filter((grant) => grant.holder === holder);
      const actions = own.flatMap(({ statement }) => statement.Action);
      const distinct = new Set(actions.filter((action) => !madeByLambda.includes(action)));
      expect([...distinct].sort()).toEqual([
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'sqs:SendMessage',
      ]);
      const writes = own.filter(({ statement }) => /(Put|Update|Delete)Item/.test(String(statement.Action)));
      const keysOf = (keys: string[]) => ({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
      expect(writes.map(({ statement: { Action, Condition } }) => [[Action].flat(), Condition])).toEqual([
        [['dynamodb:PutItem'], keysOf(['REPORT#*', 'BUDGET#*'])],
        [['dynamodb:PutItem', 'dynamodb:DeleteItem'], keysOf(['USED#*'])],
        [['dynamodb:UpdateItem'], keysOf(['SERVICE#*'])],
      ]);
      const role = new Map(resourcesOf(template, 'AWS::IAM::Role')).get(holder);
      expect(role?.Properties.ManagedPolicyArns).toEqual([
        { Ref: 'CloudMapReading' },
        { Ref: 'ClusterReading' },
      ]);
    }
  });

  it.each(['SyncPodsRole', 'ReconcileMeshRole', 'SweepRole', 'ResyncRole'])(
    'let %s send to the two queues that its function knows, by their key',
    (role) => {
      const own = grants().filter(({ holder }) => holder === role);
      const sends = own.find(({ statement }) => statement.Sid === 'SendsRequests')?.statement;
      expect(sends?.Action).toBe('sqs:SendMessage');
      expect([sends?.Resource].flat().map(idOf)).toEqual(['PodsQueue', 'MeshQueue']);
      const key = own.find(({ statement }) => statement.Sid === 'ReadsAndWritesEncryptedMessages')?.statement;
      expect(key).toMatchObject({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: { 'Fn::GetAtt': ['QueueKey', 'Arn'] },
      });
      const dead = own.filter(({ statement }) => statement.Sid === 'PutsBadMessagesAside');
      const letters = { SyncPodsRole: ['PodsDeadLetterQueue'], ReconcileMeshRole: ['MeshDeadLetterQueue'] };
      expect(dead.map(({ statement }) => idOf(statement.Resource as Reference))).toEqual(
        letters[role as keyof typeof letters] ?? [],
      );
    },
  );

  it('let nobody but the relay send to the bus', () => {
    const puts = grants().filter(({ statement }) => statement.Action.includes('events:PutEvents'));
    expect(puts.map(({ holder }) => holder)).toEqual(['RelayPolicy']);
  });

  it('let reconcile-mesh work in App Mesh, and nobody else', () => {
    const policies = resourcesOf(template, 'AWS::IAM::ManagedPolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes('appmesh:'),
    );
    expect(policies.map(([id]) => id)).toEqual(['AppMeshAccess']);
    const roles = resourcesOf(template, 'AWS::IAM::Role');
    expect(JSON.stringify(roles)).not.toContain('appmesh:');
    const holders = roles.filter(([, { Properties }]) =>
      Properties.ManagedPolicyArns?.some(({ Ref }) => Ref === 'AppMeshAccess'),
    );
    expect(holders.map(([id]) => id)).toEqual(['ReconcileMeshRole']);
  });

  it('let those reach the clusters that write there or read', () => {
    const holders = resourcesOf(template, 'AWS::IAM::Role').filter(([, { Properties }]) =>
      Properties.ManagedPolicyArns?.some(({ Ref }) => Ref === 'ClusterReading'),
    );
    expect(holders.map(([id]) => id)).toEqual([
      'SyncPodsRole',
      'ReconcileMeshRole',
      'SweepRole',
      'ResyncRole',
    ]);
  });

  it('let those that only look read, and change nothing', () => {
    const own = grants().filter(({ holder }) => ['ExplainRole', 'CloudMapReading'].includes(holder));
    const actions = own.flatMap(({ statement }) => statement.Action).sort();
    expect(actions.filter((action) => !madeByLambda.includes(action))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'route53:GetHostedZone',
      'servicediscovery:DiscoverInstances',
      'servicediscovery:GetInstance',
      'servicediscovery:GetNamespace',
      'servicediscovery:GetOperation',
      'servicediscovery:ListInstances',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListOperations',
      'servicediscovery:ListServices',
      'sts:AssumeRole',
    ]);
  });
});

describe('functions', () => {
  it('have a role each, which Lambda alone may assume', () => {
    const roles = functions().map(([, { Properties }]) => Properties.Role['Fn::Sub']);
    expect(new Set(roles).size).toBe(functions().length);
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Role'))
      if (id !== 'RelayRole')
        expect(Properties.AssumeRolePolicyDocument).toEqual({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        });
  });

  it('run on Node 24 on arm64, tagged, and not traced', () => {
    expect(functions().length).toBeGreaterThan(0);
    for (const [, { Properties }] of functions()) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Tags: [
          { Key: 'project', Value: 'eks-mesh-sync' },
          { Key: 'stage', Value: 'production' },
        ],
      });
      expect(Properties).not.toHaveProperty('TracingConfig');
    }
  });

  it('are traced where a parameter asks for it, and may then send traces', () => {
    const traced = packageTemplate('production', undefined, 'tracing=true');
    for (const [, { Properties }] of resourcesOf(traced, 'AWS::Lambda::Function'))
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
    const roles = resourcesOf(traced, 'AWS::IAM::Role').filter(([, { Properties }]) =>
      Properties.ManagedPolicyArns?.some(({ Ref }) => Ref === 'TracingAccess'),
    );
    expect(roles).toHaveLength(functions().length);
    const policy = new Map(resourcesOf(traced, 'AWS::IAM::ManagedPolicy')).get('TracingAccess');
    expect(policy?.Properties.PolicyDocument.Statement).toMatchObject([
      { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] },
    ]);
    expect(new Map(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).has('TracingAccess')).toBe(false);
  }, 120_000);

  it('are told what they need by their environment, and nothing else', () => {
    const queues = ['DEAD_LETTER_QUEUE_URL', 'QUEUE_URL'];
    const every = ['ACCOUNT_ID', 'POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME', 'TABLE_NAME'];
    const targets = ['MESH_QUEUE_URL', 'PODS_QUEUE_URL'];
    for (const [, { Properties }] of functions()) {
      const isFed = fed().has(String(Properties.FunctionName));
      const names = Object.keys(Properties.Environment.Variables).sort();
      const sends = !String(Properties.FunctionName).endsWith('-explain');
      expect(names).toEqual([...every, ...(isFed ? queues : []), ...(sends ? targets : [])].sort());
    }
  });

  it('that send to queues which feed them may be invoked in a chain', () => {
    const chained = functions().filter(([, { Properties }]) => Properties.RecursiveLoop === 'Allow');
    expect(chained.map(([, { Properties }]) => Properties.FunctionName)).toEqual([...fed()]);
  });

  it('keep their logs for a time', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    expect(groups).toEqual(
      functions().map(([, { Properties }]) => ({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: 90,
      })),
    );
  });

  it('answer message by message, to a queue that waits a little longer than they may take', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    expect([...fed()].map((name) => name.replace(/^eks-mesh-sync-[a-z]+-/, ''))).toEqual([
      'sync-pods',
      'reconcile-mesh',
    ]);
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
      const queue = queues().get(idOf(Properties.EventSourceArn))?.Properties;
      const timeout = new Map(functions()).get(idOf(Properties.FunctionName))?.Properties.Timeout;
      // Lambda takes no less; and a function that cannot start must not lock its groups for longer.
      expect((queue?.VisibilityTimeout ?? 0) - (timeout ?? 0)).toBe(5);
    }
  });
});

describe('queues', () => {
  it('are encrypted with the key that lets EventBridge in', () => {
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

  it('that feed a function are FIFO, with limits by message group, and hand over what crashes its function for an hour', () => {
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
  const rules = () =>
    resourcesOf(template, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.EventPattern);

  it('route what relays send, and nothing else, to the queues that functions send it to', () => {
    const patterns = rules().map(([, { Properties }]) => Properties.EventPattern);
    const routed = rules().flatMap(([, { Properties }]) =>
      (Properties.EventPattern?.['detail-type'] ?? []).map((type) => [
        type,
        idOf(Properties.Targets[0]?.Arn),
      ]),
    );
    const queueIds = { pods: 'PodsQueue', mesh: 'MeshQueue' };
    expect(routed.sort()).toEqual(relayedTypes.map((type) => [type, queueIds[queueOf(type)]]).sort());
    for (const pattern of patterns) expect(pattern?.source).toEqual([{ prefix: relaySource('') }]);
  });

  it('hand over source and detail in the group of the detail, and put aside what they cannot deliver', () => {
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

  it('are the only ones that the queues let in', () => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    for (const [rule, { Properties }] of rules()) {
      const queue = idOf(Properties.Targets[0]?.Arn);
      const policy = policies.find(({ Queues }) => Queues.some(({ Ref }) => Ref === queue));
      expect(policy?.PolicyDocument.Statement).toEqual([
        {
          Sid: 'OnlyThisRuleSends',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } } },
        },
      ]);
    }
  });
});

describe('schedules', () => {
  const schedules = () =>
    resourcesOf(template, 'AWS::Events::Rule').filter(([, { Properties }]) => Properties.ScheduleExpression);

  it('sweep each cluster, as often as it asks for', () => {
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

  it('are the only ones that may invoke a function', () => {
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
    for (const [, { Properties }] of schedules())
      expect(Properties.Name).toMatch(/^eks-mesh-sync-production-sweep-/);
  });

  it('leave a run that waited too long to the next', () => {
    const settings = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { Properties }]) => Properties,
    );
    expect(settings).toMatchObject([{ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 1 }]);
  });
});

describe('state', () => {
  it('is one table that outlives the stack, can be brought back, and is encrypted', () => {
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
  it('gets a policy to send events to the bus and to see that it exists', () => {
    const bus = { 'Fn::GetAtt': ['EventBus', 'Arn'] };
    const statements = grants().filter(({ holder }) => holder === 'RelayPolicy');
    expect(statements.map(({ statement }) => [statement.Action, statement.Resource])).toEqual([
      ['events:PutEvents', bus],
      ['events:DescribeEventBus', bus],
    ]);
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining([
        'EventBusName',
        'EventBusArn',
        'RelayRoleArn',
        'RelayPolicyArn',
        'SyncPodsRoleArn',
      ]),
    );
  });

  it('may send the three types of events that a relay sends, of the cluster that it is tagged with', () => {
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

  it('gets a role that only EKS Pod Identity of this account may assume', () => {
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
