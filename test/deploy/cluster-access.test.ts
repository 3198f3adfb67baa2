import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterAccess } from '../../deploy/cluster-access.ts';
import { meshResources, namespaces, nodes, pods } from '../../shared/kubernetes/resources.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';

const role = 'arn:aws:iam::111122223333:role/cluster';
const access = (...clusters: object[]) => clusterAccess(clustersFile.parse({ clusters }));
const arn = (region: string, name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:cluster/${name}`,
});

describe('clusterAccess', () => {
  it('describes the clusters of this account by name, in their Regions', () => {
    expect(access({ name: 'a' }, { name: 'b', kubernetes: { region: 'eu-west-1' } })).toEqual([
      {
        Sid: 'FindsTheApiServers',
        Effect: 'Allow',
        Action: ['eks:DescribeCluster'],
        Resource: [arn(`\${AWS::Region}`, 'a'), arn('eu-west-1', 'b')],
      },
    ]);
  });

  it('leaves a cluster of another account to the role that the file names', () => {
    const kubernetes = { roleArn: role };
    const [assumes, ...others] = access({ name: 'a', kubernetes }, { name: 'b', kubernetes });
    expect(assumes).toMatchObject({ Action: ['sts:AssumeRole'], Resource: [role] });
    expect(others).toEqual([]);
  });
});

describe('deploy/cluster-access.yml', () => {
  const [clusterRole, binding] = parseAllDocuments(readFileSync('deploy/cluster-access.yml', 'utf8')).map(
    (document) => document.toJS(),
  );

  it('lets a sweep list what it reads, and nothing else', () => {
    const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
    const read = [pods, nodes, namespaces, ...Object.values(meshResources)].map(
      ({ apiVersion, plural }) => `list ${groupOf(apiVersion)}/${plural}`,
    );
    const allowed = clusterRole.rules.flatMap(
      ({ apiGroups, resources, verbs }: Record<'apiGroups' | 'resources' | 'verbs', string[]>) =>
        verbs.flatMap((verb) => resources.map((resource) => `${verb} ${apiGroups.join()}/${resource}`)),
    );
    expect(allowed.sort()).toEqual(read.sort());
  });

  it('binds it to the group of the access entries', () => {
    expect(binding.roleRef).toMatchObject({ kind: 'ClusterRole', name: clusterRole.metadata.name });
    expect(binding.subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'eks-mesh-sync-sweep' },
    ]);
  });
});
