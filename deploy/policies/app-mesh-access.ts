import type { ClusterConfig, ClustersFile } from '../../shared/model/cluster-config.ts';
import { meshTargetsOf } from '../../shared/model/config/mesh-targets.ts';
import { assumeRoles, distinct, inRegions, type Statement, stackRegion, type Value } from './statement.ts';

const kinds = ['GatewayRoute', 'Route', 'VirtualGateway', 'VirtualNode', 'VirtualRouter', 'VirtualService'];

/**
 * IAM policy statements of `reconcile-mesh` for the clusters of one file that have an App Mesh target: assume the roles in
 * the file and, for clusters without one, use App Mesh of this account, in that cluster's Region. Empty without such a
 * cluster.
 *
 * For actions with resource-level permissions see the Service Authorization Reference on AWS App Mesh.
 */
export function appMeshAccess({ clusters }: ClustersFile): Statement[] {
  const targets = clusters
    .filter((cluster) => meshTargetsOf(cluster).some(({ name }) => name === 'app-mesh'))
    .flatMap(({ appMesh }) => appMesh ?? []);
  const roles = distinct(targets.flatMap(({ roleArn }) => roleArn ?? []));
  const own = targets.filter(({ roleArn }) => roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? ownAccount(own) : [])];
}

function ownAccount(targets: readonly NonNullable<ClusterConfig['appMesh']>[]): Statement[] {
  const regions = distinct(targets.map(({ region }) => region ?? stackRegion));
  const ours = regions.map((region) => meshArn(region, `\${AWS::AccountId}`));
  return [
    {
      Sid: 'KeepsMeshes',
      Effect: 'Allow',
      Action: ['Mesh', ...kinds].flatMap((kind) =>
        ['Create', 'Update', 'Delete'].map((verb) => `appmesh:${verb}${kind}`),
      ),
      Resource: ours,
    },
    {
      Sid: 'TagsMeshes',
      Effect: 'Allow',
      Action: ['appmesh:TagResource'],
      Resource: ours,
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks-mesh-sync/cluster'] } },
    },
    ...reads(regions),
    {
      Sid: 'LetsAppMeshHaveItsRole',
      Effect: 'Allow',
      // App Mesh creates its service-linked role with the permissions of the creator of the account's first mesh.
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: [
        {
          'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/aws-service-role/appmesh.amazonaws.com/AWSServiceRoleForAppMesh`,
        },
      ],
      Condition: { StringEquals: { 'iam:AWSServiceName': ['appmesh.amazonaws.com'] } },
    },
  ];
}

function reads(regions: readonly string[]): Statement[] {
  return [
    {
      Sid: 'ReadsMeshes',
      Effect: 'Allow',
      Action: [
        'appmesh:DescribeMesh',
        'appmesh:ListTagsForResource',
        ...kinds.flatMap((kind) => [`appmesh:Describe${kind}`, `appmesh:List${kind}s`]),
      ],
      // A mesh shared by another account belongs to that account, which decides on the permissions.
      Resource: regions.map((region) => meshArn(region, '*')),
    },
    {
      Sid: 'FindsMeshes',
      Effect: 'Allow',
      Action: ['appmesh:ListMeshes'],
      // App Mesh has no resource-level permission for it.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

/** The ARN of every resource in a mesh begins with the mesh's ARN. */
function meshArn(region: string, account: string): Value {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:appmesh:${region}:${account}:mesh/*` };
}
