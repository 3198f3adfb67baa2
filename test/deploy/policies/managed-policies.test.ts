import { describe, expect, it } from 'vitest';
import { managedPolicies, maxManagedPolicySize } from '../../../deploy/policies/managed-policies.ts';
import { policySize } from '../../../deploy/policies/policy-size.ts';
import type { Statement } from '../../../deploy/policies/statement.ts';

const roles = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::111122223333:role/cloud-map-${index}`);
const assumes = (Resource: readonly string[]): Statement => ({
  ...{ Sid: 'Assumes', Effect: 'Allow', Action: ['sts:AssumeRole'] },
  Resource,
});
const policiesOf = (...statements: Statement[]) =>
  Object.entries(managedPolicies('Access', 'What', statements));
const statementsOf = (...statements: Statement[]) =>
  policiesOf(...statements).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

describe('managedPolicies', () => {
  it('managedPolicies are none without a statement', () => {
    expect(policiesOf()).toEqual([]);
  });

  it('managedPolicies are one, as it stands, where that has room', () => {
    expect(statementsOf(assumes(roles(3)))).toEqual([assumes(roles(3))]);
    expect(policiesOf(assumes(roles(3))).map(([id]) => id)).toEqual(['Access']);
  });

  it('managedPolicies are as many as it takes, each within the limit, and allow the same', () => {
    const policies = policiesOf(assumes(roles(400)));
    expect(policies.map(([id]) => id)).toEqual(['Access', 'Access2', 'Access3', 'Access4']);
    for (const [, { Properties }] of policies)
      expect(policySize(Properties.PolicyDocument)).toBeLessThanOrEqual(maxManagedPolicySize);
    expect(statementsOf(assumes(roles(400))).flatMap(({ Resource }) => Resource)).toEqual(roles(400));
  });

  it('managedPolicies have every Sid once', () => {
    for (const [, { Properties }] of policiesOf(assumes(roles(400)))) {
      const sids = Properties.PolicyDocument.Statement.map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
      for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
    }
  });

  it('managedPolicies divide the values of a condition, and leave its others as they are', () => {
    const names = Array.from({ length: 300 }, (_, index) => `*.namespace-${index}.example.com`);
    const types = { types: ['A', 'AAAA'] };
    const statement: Statement = {
      ...{ Sid: 'Writes', Effect: 'Allow', Action: ['route53:ChangeResourceRecordSets'], Resource: '*' },
      Condition: { 'ForAllValues:StringLike': { names }, 'ForAllValues:StringEquals': types },
    };
    const statements = statementsOf(statement);
    expect(statements.length).toBeGreaterThan(2);
    expect(
      statements.flatMap(({ Condition }) => Condition?.['ForAllValues:StringLike']?.names ?? []),
    ).toEqual(names);
    for (const { Condition } of statements) expect(Condition?.['ForAllValues:StringEquals']).toEqual(types);
  });
});

describe('policySize', () => {
  it('policySize counts what CloudFormation puts in, at its longest', () => {
    const region = { 'Fn::Sub': `arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/a` };
    expect(policySize(region)).toBe('"arn:aws-us-gov:eks:ap-southeast-99:000000000000:cluster/a"'.length);
    expect(policySize({ Ref: 'AWS::AccountId' })).toBe(14);
    expect(policySize({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toBe(162);
  });
});
