import { describe, expect, it } from 'vitest';
import { functions, queues, template } from './production-template.ts';
import { idOf, packageTemplate, resourcesOf } from './template.ts';

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

describe('functions', () => {
  it('functions have a role each, which Lambda alone may assume', () => {
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

  it('functions run on Node 24 on arm64, tagged, and not traced', () => {
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

  it('functions are traced where a parameter asks for it, and may then send traces', () => {
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

  it('functions get what they need from their environment, and nothing else', () => {
    const queues = ['DEAD_LETTER_QUEUE_URL', 'QUEUE_URL'];
    const every = ['ACCOUNT_ID', 'POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME', 'TABLE_NAME'];
    const targets = ['MESH_QUEUE_URL', 'PODS_QUEUE_URL'];
    const requestsEntries = ['sync-pods', 'resync'];
    const counted = ['PODS', 'MESH', 'ENTRIES'].map((queue) => `${queue}_DEAD_LETTER_QUEUE_URL`);
    const counts = [...counted, 'UNDELIVERED_EVENTS_QUEUE_URL'];
    for (const [, { Properties }] of functions()) {
      const isFed = fed().has(String(Properties.FunctionName));
      const names = Object.keys(Properties.Environment.Variables).sort();
      const name = String(Properties.FunctionName).replace('eks-mesh-sync-production-', '');
      const sends = !['explain', 'report', 'sync-service-entries'].includes(name);
      const entries = requestsEntries.includes(name) ? ['ENTRIES_QUEUE_URL'] : [];
      expect(names).toEqual(
        [
          ...[...every, ...(isFed ? queues : []), ...(sends ? targets : []), ...entries],
          ...(name === 'report' ? counts : []),
        ].sort(),
      );
    }
  });

  it('functions that send to queues which feed them may be invoked in a chain', () => {
    const chained = functions().filter(([, { Properties }]) => Properties.RecursiveLoop === 'Allow');
    expect(chained.map(([, { Properties }]) => Properties.FunctionName)).toEqual([...fed()]);
  });

  it('functions keep their logs for a time', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    expect(groups).toEqual(
      functions().map(([, { Properties }]) => ({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: 90,
      })),
    );
  });

  it('functions answer message by message, to a queue that waits a little longer than they may take', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    expect([...fed()].map((name) => name.replace(/^eks-mesh-sync-[a-z]+-/, ''))).toEqual([
      'sync-pods',
      'reconcile-mesh',
      'sync-service-entries',
    ]);
    const concurrency = mappings.map(([, { Properties }]) => Properties.ScalingConfig);
    expect(concurrency).toEqual([10, 5, 5].map((MaximumConcurrency) => ({ MaximumConcurrency })));
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      const queue = queues().get(idOf(Properties.EventSourceArn))?.Properties;
      const timeout = new Map(functions()).get(idOf(Properties.FunctionName))?.Properties.Timeout;
      // Lambda takes no less; and a function that cannot start must not lock its groups for longer.
      expect((queue?.VisibilityTimeout ?? 0) - (timeout ?? 0)).toBe(5);
    }
  });
});
