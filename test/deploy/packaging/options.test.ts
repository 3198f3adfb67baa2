import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageTemplate, resourcesOf, type Template } from './template.ts';

describe('a package with options', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const clusters = join(folder, 'clusters.yml');
  let template: Template;
  beforeAll(() => {
    writeFileSync(clusters, 'clusters:\n  - name: production\n    kubernetes: { accessEntries: true }\n');
    template = packageTemplate(
      ...(['dev', clusters, 'vpcSubnets=subnet-12345678,subnet-23456789'] as const),
      ...['vpcSecurityGroups=sg-12345678', 'reservedConcurrency=sync-pods=20'],
      ...['logRetentionDays=60', 'tracing=true', 'podConcurrency=20'],
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a package with options has every function in the VPC, with a role that may connect it', () => {
    const roles = new Map(resourcesOf(template, 'AWS::IAM::Role'));
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties.VpcConfig, id).toEqual({
        SubnetIds: ['subnet-12345678', 'subnet-23456789'],
        SecurityGroupIds: ['sg-12345678'],
      });
      const role = roles.get(Properties.Role['Fn::Sub'].slice(2, -5));
      expect(role?.Properties.ManagedPolicyArns, id).toContainEqual({ Ref: 'VpcAccess' });
    }
  });

  it('a package with options reserves concurrency for the functions that are named, and for no other', () => {
    const reserved = resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) =>
      Properties.ReservedConcurrentExecutions === undefined
        ? []
        : [[id, Properties.ReservedConcurrentExecutions]],
    );
    expect(reserved).toEqual([['SyncDashpodsLambdaFunction', 20]]);
  });

  it('a package with options keeps logs, traces and takes batches as they say', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Logs::LogGroup'))
      expect([id, Properties.RetentionInDays]).toEqual([id, 60]);
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function'))
      expect([id, Properties.TracingConfig]).toEqual([id, { Mode: 'Active' }]);
    const batches = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) => Properties.ScalingConfig,
    );
    expect(batches).toContainEqual({ MaximumConcurrency: 20 });
  });

  it('a package with options has an access entry for each role', () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type as string);
    expect(types.filter((type) => type === 'AWS::EKS::AccessEntry')).toHaveLength(4);
  });

  it('a package with options is refused if one is wrong, with the parameter and what was expected', () => {
    expect(() => packageTemplate('dev', clusters, 'vpcSubnets=subnet-12345678')).toThrow(
      'vpcSubnets is set without vpcSecurityGroups; expected both',
    );
  });
});
