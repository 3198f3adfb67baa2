import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { meshTargetsOf } from '../../shared/model/config/mesh-targets.ts';
import { assumeRoles, distinct, type Statement, stackRegion, type Value } from './statement.ts';

/**
 * IAM policy statements of `reconcile-mesh` for the clusters of one file with the target envoy, whose proxies may
 * send requests to instances of Cloud Map: assume the roles in the file and, for clusters without one, read instances of this account and of namespaces shared with it.
 */
export function envoyAccess(file: ClustersFile): Statement[] {
  const clusters = file.clusters.filter((cluster) =>
    meshTargetsOf(cluster).some(({ name }) => name === 'envoy'),
  );
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? reads(own) : [])];
}

function reads(clusters: ClustersFile['clusters']): Statement[] {
  const regions = distinct(clusters.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  const shared = distinct(
    clusters.flatMap(({ cloudMap }) => cloudMap.namespaces.flatMap(({ arn }) => arn ?? [])),
  );
  const theirServices = distinct(shared.map((arn) => arn.replace(/:namespace\/.*$/, ':service/*')));
  const services = [...regions.map((region) => arnIn(region, 'service/*')), ...theirServices];
  const namespaces = [...regions.map((region) => arnIn(region, 'namespace/*')), ...shared];
  return [
    {
      Sid: 'DiscoversInstances',
      Effect: 'Allow',
      Action: ['servicediscovery:DiscoverInstances'],
      Resource: [...namespaces, ...services],
    },
    {
      Sid: 'ListsInstances',
      Effect: 'Allow',
      // Only for a service with more instances than DiscoverInstances returns.
      Action: ['servicediscovery:GetInstancesHealthStatus', 'servicediscovery:ListInstances'],
      Resource: services,
    },
  ];
}

/** AWS generates the ids of namespaces and services, so an ARN can be restricted only to account and Region. */
function arnIn(region: string, resource: string): Value {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:${resource}` };
}
