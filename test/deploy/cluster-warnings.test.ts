import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../deploy/cluster-warnings.ts';
import { cloudMapAccess } from '../../deploy/policies/cloud-map-access.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';

const listing = { name: 'listing', cloudMap: { namespaces: [{ name: 'shop.local' }] } };
const ruled = {
  name: 'ruled',
  tenancy: [{ kubernetesNamespaces: ['a'], cloudMapNamespaces: ['a.local'] }],
};
const unlimited = { name: 'unlimited' };
const role = 'arn:aws:iam::111122223333:role/cloud-map';
const fileOf = (...clusters: object[]) => clustersFile.parse({ clusters });
const names = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';
const recordsOf = (...clusters: object[]) =>
  cloudMapAccess(fileOf(...clusters)).find(({ Sid }) => Sid === 'WritesRecordsOfInstances')?.Condition;

describe('the warning of DNS permissions', () => {
  it('names each cluster that lets the functions write records of any name, and what to add', () => {
    const [text = '', ...others] = warningsOf(fileOf(listing, unlimited));
    expect(others).toEqual([]);
    expect(text).toMatch(/^Cluster "unlimited" has neither cloudMap.namespaces nor tenancy rules/);
    expect(text).toContain(
      'for all clusters. Add to each of them the namespaces that it uses: cloudMap: { namespaces:',
    );
    expect(warningsOf(fileOf({ name: 'b' }, { name: 'a' }))[0]).toMatch(/^Clusters "a", "b" have neither/);
  });

  it.each([
    ['they list namespaces or have rules', [listing, ruled]],
    ['all names are asked for', [{ name: 'all', cloudMap: { namespaces: [{ name: '*' }] } }]],
    ['a role of another account limits it', [listing, { name: 'other', cloudMap: { roleArn: role } }]],
  ])('is not there where %s', (_, clusters) => {
    expect(warningsOf(fileOf(...clusters))).toEqual([]);
  });

  it('is there exactly where the policy has no names of records', () => {
    expect(recordsOf(listing, ruled)?.['ForAllValues:StringLike']?.[names]).toEqual([
      '*.a.local',
      '*.shop.local',
    ]);
    expect(recordsOf(listing, ruled, unlimited)).not.toHaveProperty(['ForAllValues:StringLike']);
  });

  it('is there for a place where the cluster registered formerly, too', () => {
    const moved = { name: 'moved', cloudMap: { roleArn: role, formerly: [{ region: 'us-east-1' }] } };
    expect(warningsOf(fileOf(moved))).toHaveLength(1);
  });
});
