import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterAccess } from '../../../deploy/policies/cluster-access.ts';
import { meshResources, namespaces, nodes, pods } from '../../../shared/adapters/kubernetes/resources.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const role = 'arn:aws:iam::111122223333:role/cluster';
const access = (...clusters: object[]) => clusterAccess(clustersFile.parse({ clusters }));
const arn = (region: string, name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:cluster/${name}`,
});

describe('clusterAccess', () => {
  it('clusterAccess describes the clusters of this account by name, in their Regions', () => {
    expect(access({ name: 'a' }, { name: 'b', kubernetes: { region: 'eu-west-1' } })).toEqual([
      {
        Sid: 'FindsTheApiServers',
        Effect: 'Allow',
        Action: ['eks:DescribeCluster'],
        Resource: [arn(`\${AWS::Region}`, 'a'), arn('eu-west-1', 'b')],
      },
    ]);
  });

  it('clusterAccess leaves a cluster of another account to the role that the file names', () => {
    const kubernetes = { roleArn: role };
    const [assumes, ...others] = access({ name: 'a', kubernetes }, { name: 'b', kubernetes });
    expect(assumes).toMatchObject({ Action: ['sts:AssumeRole'], Resource: [role] });
    expect(others).toEqual([]);
  });
});

const services = { apiVersion: 'v1', plural: 'services' };
const serviceEntries = { apiVersion: 'networking.istio.io/v1', plural: 'serviceentries' };

describe('deploy/cluster-access.yml', () => {
  const objects = parseAllDocuments(readFileSync('deploy/cluster-access.yml', 'utf8')).map((document) =>
    document.toJS(),
  );
  const roleOf = (name: string) =>
    objects.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name);
  const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
  const mesh = Object.values(meshResources);

  it.each([
    ['eks-mesh-sync-sweep', 'list what it reads', 'list', [pods, nodes, namespaces, ...mesh], ''],
    ['eks-mesh-sync-mesh', 'patch the status of mesh objects', 'patch', mesh, '/status'],
    ['eks-mesh-sync-pods', 'patch the status of pods', 'patch', [pods], '/status'],
    ['eks-mesh-sync-explain', 'list ServiceEntries and Services', 'list', [services, serviceEntries], ''],
  ] as const)(
    'deploy/cluster-access.yml lets %s %s, and nothing else',
    (name, _, verb, resources, subresource) => {
      const allowed = roleOf(name).rules.flatMap(
        ({ apiGroups, resources, verbs }: Record<'apiGroups' | 'resources' | 'verbs', string[]>) =>
          verbs.flatMap((verb) => resources.map((resource) => `${verb} ${apiGroups.join()}/${resource}`)),
      );
      const needed = resources.map(
        ({ apiVersion, plural }) => `${verb} ${groupOf(apiVersion)}/${plural}${subresource}`,
      );
      expect(allowed.sort()).toEqual(needed.sort());
    },
  );

  it('deploy/cluster-access.yml binds each to the group of its access entries', () => {
    const bindings = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');
    expect(bindings.map(({ metadata }) => metadata.name)).toEqual(
      objects.filter(({ kind }) => kind === 'ClusterRole').map(({ metadata }) => metadata.name),
    );
    for (const { metadata, roleRef, subjects } of bindings) {
      expect(roleRef).toMatchObject({ kind: 'ClusterRole', name: metadata.name });
      expect(subjects).toEqual([
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: metadata.name },
      ]);
    }
  });
});
