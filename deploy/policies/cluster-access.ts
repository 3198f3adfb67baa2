import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { assumeRoles, distinct, type Statement, stackRegion } from './statement.ts';

/**
 * IAM policy statements to reach the clusters of one file: assume the roles in the file, and describe the clusters without
 * one, which are in this account. The permissions in a cluster come from an access entry and deploy/cluster-access.yml.
 */
export function clusterAccess({ clusters }: ClustersFile): Statement[] {
  const roles = distinct(clusters.flatMap(({ kubernetes }) => kubernetes?.roleArn ?? []));
  const own = clusters.filter(({ kubernetes }) => kubernetes?.roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? [describes(own)] : [])];
}

function describes(clusters: ClustersFile['clusters']): Statement {
  return {
    Sid: 'FindsTheApiServers',
    Effect: 'Allow',
    Action: ['eks:DescribeCluster'],
    Resource: clusters.map(({ name, kubernetes }) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:eks:${kubernetes?.region ?? stackRegion}:\${AWS::AccountId}:cluster/${name}`,
    })),
  };
}
