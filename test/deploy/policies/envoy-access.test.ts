import { describe, expect, it } from 'vitest';
import { envoyAccess } from '../../../deploy/policies/envoy-access.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const role = 'arn:aws:iam::111122223333:role/cloud-map';
const shared = 'arn:aws:servicediscovery:eu-west-1:444455556666:namespace/ns-shared';

function access(...clusters: object[]) {
  const named = clusters.map((cluster, index) => ({ name: `cluster-${index}`, ...cluster }));
  return envoyAccess(clustersFile.parse({ clusters: named }));
}

describe('envoyAccess', () => {
  it('is none where no cluster has the target', () => {
    expect(access({}, { mesh: 'istio' })).toEqual([]);
  });

  it('lets in no more than the roles named, where each cluster with the target names one', () => {
    expect(access({ mesh: 'envoy', cloudMap: { roleArn: role } })).toEqual([
      { Sid: 'AssumesTheRolesNamed', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [role] },
    ]);
  });

  it('reads instances only, in the Regions of the clusters and in namespaces that are shared', () => {
    const statements = access(
      { mesh: 'envoy' },
      { mesh: 'envoy', cloudMap: { region: 'eu-west-1', namespaces: [{ name: 'shop', arn: shared }] } },
    );
    expect(statements.flatMap(({ Action }) => Action)).toEqual([
      'servicediscovery:DiscoverInstances',
      'servicediscovery:GetInstancesHealthStatus',
      'servicediscovery:ListInstances',
    ]);
    const resources = statements.flatMap(({ Resource }) => Resource);
    expect(resources).toContain(shared);
    expect(resources).toContain('arn:aws:servicediscovery:eu-west-1:444455556666:service/*');
    expect(resources).not.toContain('*');
    for (const region of ['eu-west-1', `\${AWS::Region}`])
      for (const kind of ['namespace', 'service'])
        expect(resources).toContainEqual({
          'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:${kind}/*`,
        });
  });
});
