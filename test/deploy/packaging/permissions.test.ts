import { describe, expect, it } from 'vitest';
import { callsIn } from '../calls.ts';
import { functions, grants, template } from './production-template.ts';
import { idOf, type Reference, resourcesOf } from './template.ts';

/** Actions for which AWS knows no resource that could be named, and what each is needed for. */
const withoutResource: Readonly<Record<string, string>> = {
  'appmesh:ListMeshes': 'finding the meshes of the account',
  'servicediscovery:ListNamespaces': 'finding a namespace by its name',
  'servicediscovery:ListOperations': 'following operations, and finding those that failed',
  'servicediscovery:ListServices': 'finding a service by its name',
  'servicediscovery:ListTagsForResource': 'seeing whether this system made a service',
  'servicediscovery:TagResource': 'tagging what is created; narrowed to one tag and the clusters of the file',
  'servicediscovery:CreateHttpNamespace': 'a namespace that does not exist yet has no ARN',
  'servicediscovery:CreatePrivateDnsNamespace': 'a namespace that does not exist yet has no ARN',
  'route53:CreateHostedZone': 'the hosted zone of a new private DNS namespace has no ARN yet',
  'route53:ListHostedZonesByName': 'finding the hosted zone of a DNS namespace',
  'ec2:DescribeVpcs': 'the VPC of a new private DNS namespace',
  'ec2:DescribeRegions': 'the Region of that VPC',
};

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

describe('permissions', () => {
  it('permissions name every action in full', () => {
    const actions = grants().flatMap(({ statement }) => statement.Action);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([]);
  });

  it('permissions name a resource wherever AWS knows one', () => {
    const everywhere = grants().filter(({ statement }) => [statement.Resource].flat().includes('*'));
    const actions = new Set(everywhere.flatMap(({ statement }) => statement.Action));
    expect([...actions].sort()).toEqual(Object.keys(withoutResource).sort());
  });

  it('permissions of the functions are the calls that the code makes, no more and no fewer', () => {
    const granted = grants().filter(({ holder }) => holder !== 'RelayPolicy');
    const actions = new Set(granted.flatMap(({ statement }) => statement.Action));
    const indirect = ['sts:AssumeRole', ...madeByLambda, ...madeByCloudMap, ...madeByAppMesh];
    expect([...actions].sort()).toEqual([...new Set([...callsIn('shared'), ...indirect])].sort());
  });

  it('permissions never read the whole table', () => {
    expect(grants().flatMap(({ statement }) => statement.Action)).not.toContain('dynamodb:Scan');
  });

  it('permissions let each function write to its own log and take from its own queue only', () => {
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

  it('permissions let sweeps write their reports, budgets of calls, statuses and notes of services and send repairs, and change nothing else', () => {
    for (const holder of ['SweepRole', 'ResyncRole']) {
      const own = grants().filter((grant) => grant.holder === holder);
      const actions = own.flatMap(({ statement }) => statement.Action);
      const distinct = new Set(actions.filter((action) => !madeByLambda.includes(action)));
      expect([...distinct].sort()).toEqual([
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'sqs:SendMessage',
      ]);
      const writes = own.filter(({ statement }) => /(Put|Update|Delete)Item/.test(String(statement.Action)));
      const changes = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
      const keysOf = (keys: string[]) => ({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
      expect(writes.map(({ statement: { Action, Condition } }) => [[Action].flat(), Condition])).toEqual([
        [['dynamodb:PutItem'], keysOf(['REPORT#*', 'BUDGET#*', 'MESH-STATUS#*'])],
        [['dynamodb:PutItem', 'dynamodb:DeleteItem'], keysOf(['USED#*'])],
        ...(holder === 'ResyncRole' ? [[changes, keysOf(['DRAIN#*'])]] : []),
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
    'permissions let %s send to the two queues that its function knows, by their key',
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

  it('permissions let nobody but the relay send to the bus', () => {
    const puts = grants().filter(
      ({ statement }) => statement.Effect === 'Allow' && statement.Action.includes('events:PutEvents'),
    );
    expect(puts.map(({ holder }) => holder)).toEqual(['RelayPolicy']);
  });

  it('permissions let reconcile-mesh work in App Mesh, and nobody else', () => {
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

  it('permissions let those reach the clusters that write there or read', () => {
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

  it('permissions let sync-service-entries read Cloud Map, keep its own records, and send to its own queue', () => {
    const own = grants().filter(({ holder }) =>
      ['SyncServiceEntriesRole', 'ServiceEntriesAccess'].includes(holder),
    );
    const actions = own.flatMap(({ statement }) => statement.Action);
    expect(actions.filter((action) => action.startsWith('servicediscovery:')).sort()).toEqual([
      'servicediscovery:DiscoverInstances',
      'servicediscovery:DiscoverInstancesRevision',
      'servicediscovery:GetInstancesHealthStatus',
      'servicediscovery:GetNamespace',
      'servicediscovery:GetService',
      'servicediscovery:ListInstances',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
      'servicediscovery:ListTagsForResource',
    ]);
    const sends = own.filter(({ statement }) => [statement.Action].flat().includes('sqs:SendMessage'));
    expect(sends.map(({ statement }) => idOf(statement.Resource as Reference)).sort()).toEqual([
      'EntriesDeadLetterQueue',
      'EntriesQueue',
    ]);
    const [state] = own.filter(({ statement }) => [statement.Action].flat().includes('dynamodb:PutItem'));
    expect(state?.statement.Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ENTRIES#*', 'BUDGET#*', 'DEAD#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
    const reads = own.filter(({ statement }) => [statement.Action].flat().includes('dynamodb:BatchGetItem'));
    const keys = reads.map(({ statement }) => JSON.stringify(statement.Condition));
    expect(keys.filter((text) => text.includes('SERVICE#*') && text.includes('ENTRIES#*'))).toHaveLength(1);
    const clusters = own.find(({ statement }) => [statement.Action].flat().includes('eks:DescribeCluster'));
    // Of the clusters of the example, one has ServiceEntries.
    expect(JSON.stringify(clusters?.statement.Resource)).toContain('cluster/production');
    expect(JSON.stringify(clusters?.statement.Resource)).not.toContain('cluster/development');
  });

  it('permissions let report count the messages of the four dead-letter queues, and read none', () => {
    const own = grants().filter(
      ({ holder, statement }) => holder === 'ReportRole' && /sqs:|kms:/.test(`${statement.Action}`),
    );
    expect(own.map(({ statement }) => statement.Action)).toEqual(['sqs:GetQueueAttributes']);
    expect(own.flatMap(({ statement }) => [statement.Resource].flat().map(idOf))).toEqual([
      ...['PodsDeadLetterQueue', 'MeshDeadLetterQueue', 'EntriesDeadLetterQueue', 'UndeliveredEventsQueue'],
    ]);
  });

  it('permissions let read-only functions read, and change nothing', () => {
    const own = grants().filter(({ holder }) => ['ExplainRole', 'CloudMapReading'].includes(holder));
    const actions = own.flatMap(({ statement }) => statement.Action).sort();
    expect(actions.filter((action) => !madeByLambda.includes(action))).toEqual([
      'dynamodb:BatchGetItem',
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

  it('the relay may send no events of a cluster of the same name in another Region', () => {
    const denied = grants().filter(
      ({ holder, statement }) => holder === 'RelayPolicy' && statement.Effect === 'Deny',
    );
    const tag = 'aws:PrincipalTag/eks-cluster-arn';
    expect(denied.map(({ statement }) => statement.Condition)).toEqual([
      {
        StringNotLike: { [tag]: expect.arrayContaining(['arn:*:eks:eu-west-1:*:cluster/shared-services']) },
        Null: { [tag]: 'false' },
      },
    ]);
  });
});
