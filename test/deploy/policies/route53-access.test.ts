import { describe, expect, it } from 'vitest';
import { cloudMapAccess, cloudMapReading } from '../../../deploy/policies/cloud-map-access.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

type Cluster = { readonly tenancy?: object[] } & Record<string, unknown>;

const role = 'arn:aws:iam::111122223333:role/cloud-map';
const http = { kind: 'http' };
const names = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';
const types = 'route53:ChangeResourceRecordSetsRecordTypes';

function access(...clusters: Cluster[]) {
  return cloudMapAccess(
    clustersFile.parse({
      clusters: clusters.map((cluster, index) => ({ name: `cluster-${index}`, ...cluster })),
    }),
  );
}

const listing = (...namespaces: object[]): Cluster => ({ cloudMap: { namespaces } });
const route53 = (statements: ReturnType<typeof access>) =>
  statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('route53:'));
const recordsOf = (...clusters: Cluster[]) =>
  access(...clusters).find(({ Action }) => Action.includes('route53:ChangeResourceRecordSets'))?.Condition;
const namesOf = (...clusters: Cluster[]) => recordsOf(...clusters)?.['ForAllValues:StringLike']?.[names];

describe('changes of DNS records', () => {
  it('changes of DNS records are of the namespaces listed, and of types that an instance can have', () => {
    expect(recordsOf(listing({ name: 'shop.local' }, { name: 'Depot.example' }))).toEqual({
      'ForAllValues:StringEquals': { [types]: ['A', 'AAAA', 'CNAME', 'SRV'] },
      'ForAllValues:StringLike': { [names]: ['*.depot.example', '*.shop.local'] },
      Null: { [names]: ['false'], [types]: ['false'] },
    });
  });

  it('changes of DNS records are of the namespaces that tenancy rules allow, where there are rules', () => {
    const rule = { kubernetesNamespaces: ['a'], cloudMapNamespaces: ['a.local', 'a-*'] };
    expect(namesOf({ ...listing({ name: 'other.local' }), tenancy: [rule] })).toEqual(['*.a-*', '*.a.local']);
  });

  it('changes of DNS records are of any name where neither is said, since every namespace may be used', () => {
    expect(recordsOf({}, listing({ name: 'shop.local' }))).toEqual({
      'ForAllValues:StringEquals': { [types]: ['A', 'AAAA', 'CNAME', 'SRV'] },
      Null: { [types]: ['false'] },
    });
  });

  it('changes of DNS records are none where all namespaces are HTTP namespaces, by the first entry that matches', () => {
    const rule = { kubernetesNamespaces: ['a'], cloudMapNamespaces: ['internal-a', 'internal-*'] };
    const internal = listing({ name: 'internal-*', create: http }, { name: 'internal-a' });
    expect(route53(access(listing({ name: 'internal', create: http })))).toEqual([]);
    expect(route53(access({ ...internal, tenancy: [rule] }))).toEqual([]);
    expect(namesOf(internal)).toBeUndefined();
    expect(namesOf(listing({ name: 'internal-a' }, { name: 'internal-*', create: http }))).toEqual([
      '*.internal-a',
    ]);
  });

  it('changes of DNS records are none where every cluster uses a role, and never granted to those that only read', () => {
    expect(route53(access({ cloudMap: { roleArn: role } }))).toEqual([]);
    const { clusters } = clustersFile.parse({ clusters: [{ name: 'a' }] });
    expect(route53(cloudMapReading({ clusters }))).toEqual(['route53:GetHostedZone']);
  });
});

describe('new hosted zones', () => {
  it('new hosted zones are private ones of the VPCs that clusters name, in the Region of Cloud Map', () => {
    const create = (vpc: string) => ({ kind: 'private-dns', vpc });
    const statement = access(
      listing({ name: 'a.local', create: create('vpc-1') }, { name: 'b.local', create: create('vpc-1') }),
      { cloudMap: { region: 'eu-west-1', namespaces: [{ name: 'c.local', create: create('vpc-2') }] } },
      { cloudMap: { roleArn: role, namespaces: [{ name: 'd.local', create: create('vpc-3') }] } },
    ).find(({ Action }) => Action.includes('route53:CreateHostedZone'));
    expect(statement?.Condition).toEqual({
      'ForAllValues:StringEquals': {
        'route53:VPCs': [
          { 'Fn::Sub': `VPCId=vpc-1,VPCRegion=\${AWS::Region}` },
          'VPCId=vpc-2,VPCRegion=eu-west-1',
        ],
      },
      Null: { 'route53:VPCs': ['false'] },
    });
  });
});
