import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { clusterAccess } from './cluster-access.ts';
import { assumeRoles, distinct, inRegions, type Statement, stackRegion, type Value } from './statement.ts';

type Clusters = ClustersFile['clusters'];

/**
 * IAM policy statements of `sync-service-entries` and `explain` for the clusters of one file that have ServiceEntries: assume the roles in
 * the file and, for clusters without one, read Cloud Map of this account and describe the clusters.
 */
export function serviceEntriesAccess(file: ClustersFile): Statement[] {
  const clusters = file.clusters.filter(({ serviceEntries }) => serviceEntries !== undefined);
  if (clusters.length === 0) return [];
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? reads(own) : []), ...clusterAccess({ clusters })];
}

function reads(clusters: Clusters): Statement[] {
  const regions = distinct(clusters.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  const shared = distinct(
    clusters.flatMap(
      ({ serviceEntries }) => serviceEntries?.namespaces.flatMap(({ arn }) => arn ?? []) ?? [],
    ),
  );
  const namespaces = [...regions.map((region) => arnIn(region, 'namespace/*')), ...shared];
  const theirServices = distinct(shared.map((arn) => arn.replace(/:namespace\/.*$/, ':service/*')));
  const services = [...regions.map((region) => arnIn(region, 'service/*')), ...theirServices];
  return [
    {
      Sid: 'ReadsServices',
      Effect: 'Allow',
      Action: [
        'servicediscovery:GetInstancesHealthStatus',
        'servicediscovery:GetService',
        'servicediscovery:ListInstances',
      ],
      Resource: services,
    },
    {
      Sid: 'DiscoversInstances',
      Effect: 'Allow',
      Action: ['servicediscovery:DiscoverInstances', 'servicediscovery:DiscoverInstancesRevision'],
      Resource: [...namespaces, ...services],
    },
    ...(shared.length > 0 ? [readsNamespaces(shared)] : []),
    {
      Sid: 'FindsNamespacesServicesAndTags',
      Effect: 'Allow',
      Action: [
        'servicediscovery:ListNamespaces',
        'servicediscovery:ListServices',
        'servicediscovery:ListTagsForResource',
      ],
      // Cloud Map has no resource-level permissions for them.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

function readsNamespaces(shared: readonly string[]): Statement {
  return {
    Sid: 'ReadsSharedNamespaces',
    Effect: 'Allow',
    Action: ['servicediscovery:GetNamespace'],
    Resource: shared,
  };
}

/** AWS generates the ids of namespaces and services, so an ARN can be restricted only to account and Region. */
function arnIn(region: string, resource: string): Value {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:${resource}` };
}
