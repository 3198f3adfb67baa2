import { describe, expect, it } from 'vitest';
import { appMeshAccess } from '../../../deploy/policies/app-mesh-access.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const role = 'arn:aws:iam::111122223333:role/app-mesh';

function access(...appMeshes: (object | undefined)[]) {
  const clusters = appMeshes.map((appMesh, index) => ({ name: `cluster-${index}`, appMesh }));
  return appMeshAccess(clustersFile.parse({ clusters }));
}

const actions = (statements: ReturnType<typeof access>) => statements.flatMap(({ Action }) => Action);

describe('appMeshAccess', () => {
  it('appMeshAccess is none, where no cluster has the target', () => {
    expect(access(undefined, undefined)).toEqual([]);
  });

  it('appMeshAccess lets in no more than the roles named, where every cluster with the target names one', () => {
    expect(access(undefined, { roleArn: role }, { roleArn: role })).toEqual([
      { Sid: 'AssumesTheRolesNamed', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [role] },
    ]);
  });

  it('appMeshAccess is none for a cluster whose mesh is another target, even if the section is there', () => {
    const clusters = [{ name: 'moved', mesh: 'istio', appMesh: { roleArn: role } }];
    expect(appMeshAccess(clustersFile.parse({ clusters }))).toEqual([]);
  });

  it('appMeshAccess assumes no role, where no cluster names one', () => {
    expect(actions(access({}))).not.toContain('sts:AssumeRole');
  });

  it('appMeshAccess changes meshes of this account only, in the Regions of the clusters, and reads those shared with it', () => {
    const statements = access({}, { region: 'eu-west-1' }, { region: 'ap-south-1', roleArn: role });
    const resourceOf = (action: string) =>
      statements.find(({ Action }) => Action.includes(`appmesh:${action}`))?.Resource;
    const arns = (account: string) =>
      [`\${AWS::Region}`, 'eu-west-1'].map((region) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:appmesh:${region}:${account}:mesh/*`,
      }));
    for (const action of ['CreateMesh', 'UpdateRoute', 'DeleteVirtualNode', 'TagResource'])
      expect(resourceOf(action)).toEqual(arns(`\${AWS::AccountId}`));
    for (const action of ['DescribeGatewayRoute', 'ListVirtualServices', 'ListTagsForResource'])
      expect(resourceOf(action)).toEqual(arns('*'));
    expect(statements.find(({ Action }) => Action.includes('appmesh:ListMeshes'))?.Condition).toEqual({
      StringEquals: { 'aws:RequestedRegion': [{ 'Fn::Sub': `\${AWS::Region}` }, 'eu-west-1'] },
    });
  });

  it('appMeshAccess sets no tag but the one of ours', () => {
    const tags = access({}).find(({ Action }) => Action.includes('appmesh:TagResource'));
    expect(tags?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks-mesh-sync/cluster'] },
    });
  });
});
