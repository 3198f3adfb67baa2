import { describe, expect, it } from 'vitest';
import { accessEntries } from '../../../deploy/options/access-entries.ts';
import { reservedConcurrencyOf } from '../../../deploy/options/reserved-concurrency.ts';
import { vpcAccess, vpcOf } from '../../../deploy/options/vpc.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const subnet = 'subnet-0123456789abcdef0';
const group = 'sg-0123456789abcdef0';

describe('the VPC of the functions', () => {
  it('the VPC of the functions is none without its parameters', () => {
    expect(vpcOf('', '')).toBeUndefined();
  });

  it('the VPC of the functions has the subnets and security groups that are named', () => {
    expect(vpcOf(`${subnet}, subnet-12345678`, group)).toEqual({
      subnetIds: [subnet, 'subnet-12345678'],
      securityGroupIds: [group],
    });
  });

  it.each([
    ['', group, 'vpcSecurityGroups is set without vpcSubnets; expected both'],
    [subnet, '', 'vpcSubnets is set without vpcSecurityGroups; expected both'],
    [
      'vpc-0123456789abcdef0',
      group,
      'vpcSubnets has "vpc-0123456789abcdef0"; expected names such as subnet-0123456789abcdef0, separated by commas',
    ],
    [subnet, Array(6).fill(group).join(), 'vpcSecurityGroups has 6 members; expected 5 at most'],
  ])('the VPC of the functions cannot be "%s" with "%s"', (subnets, groups, message) => {
    expect(() => vpcOf(subnets, groups)).toThrow(message);
  });

  it('the VPC of the functions gives their code no right to change network interfaces', () => {
    const [allowed, denied] = vpcAccess();
    expect(denied).toMatchObject({
      ...{ Effect: 'Deny', Action: allowed?.Action },
      Condition: { ArnLike: { 'lambda:SourceFunctionArn': [expect.anything()] } },
    });
  });
});

describe('reserved concurrency', () => {
  const functions = ['sync-pods', 'sweep'];
  const reserved = (text: string) => reservedConcurrencyOf(text, functions, { 'sync-pods': 10 });

  it('reserved concurrency is for the functions that are named', () => {
    expect(reserved('')).toEqual(new Map());
    expect(reserved('sync-pods=20, sweep=2')).toEqual(
      new Map([...[['sync-pods', 20] as const], ['sweep', 2]]),
    );
  });

  it.each([
    ['sync-pod=20', 'reservedConcurrency names "sync-pod"; expected one of sync-pods, sweep'],
    ['sync-pods=20,sync-pods=30', 'reservedConcurrency names sync-pods twice'],
    [
      'sync-pods=9',
      'reservedConcurrency of sync-pods is 9; expected at least 10, which its queue invokes at a time',
    ],
    ['sweep=0', 'reservedConcurrency of sweep is 0; expected at least 1'],
    [
      'sweep:2',
      'reservedConcurrency has "sweep:2"; expected names such as sync-pods=20, separated by commas',
    ],
  ])('reserved concurrency cannot be "%s"', (text, message) => {
    expect(() => reserved(text)).toThrow(message);
  });
});

describe('access entries', () => {
  const entriesOf = (...clusters: object[]) => accessEntries(clustersFile.parse({ clusters }));

  it('access entries are created only for clusters that ask for them', () => {
    const kubernetes = { accessEntries: true };
    const entries = entriesOf({ name: 'one' }, { name: 'two', kubernetes });
    expect(Object.keys(entries)).toEqual([
      'AccessEntry2SweepRole',
      'AccessEntry2ResyncRole',
      'AccessEntry2ReconcileMeshRole',
      'AccessEntry2SyncPodsRole',
    ]);
    expect(entries.AccessEntry2SweepRole).toEqual({
      Type: 'AWS::EKS::AccessEntry',
      Properties: {
        ClusterName: 'two',
        PrincipalArn: { 'Fn::GetAtt': ['SweepRole', 'Arn'] },
        KubernetesGroups: ['eks-mesh-sync-sweep'],
        Type: 'STANDARD',
      },
    });
  });

  it('access entries of a cluster with ServiceEntries let explain and sync-service-entries in, too', () => {
    const entries = entriesOf({ name: 'one', kubernetes: { accessEntries: true }, serviceEntries: {} });
    expect(Object.keys(entries)).toEqual(
      expect.arrayContaining(['AccessEntry1ExplainRole', 'AccessEntry1SyncServiceEntriesRole']),
    );
  });

  it.each([
    [{ region: 'eu-west-1' }, 'in another Region'],
    [{ roleArn: 'arn:aws:iam::111122223333:role/cluster' }, 'in another account, or under another role'],
  ])('access entries of a cluster that is elsewhere are refused: %j', (place, text) => {
    const clusters = [{ name: 'one', kubernetes: { accessEntries: true, ...place } }];
    const result = clustersFile.safeParse({ clusters });
    expect(result.error?.issues).toMatchObject([
      {
        path: ['clusters', 0, 'kubernetes', 'accessEntries'],
        message: `the deployment cannot create access entries ${text}; remove accessEntries and create them there`,
      },
    ]);
  });
});
