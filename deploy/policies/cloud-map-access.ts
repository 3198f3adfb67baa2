import type { ClusterConfig, ClustersFile } from '../../shared/model/cluster-config.ts';
import { formerConfigs } from '../../shared/model/target.ts';
import { createsHostedZones, dnsRecords, mayWriteAnyName, readsHostedZones } from './route53-access.ts';
import { assumeRoles, distinct, inRegions, type Statement, stackRegion, type Value } from './statement.ts';

/** Its value is the cluster that made a service. */
const ownerTag = 'eks-mesh-sync/cluster';

/**
 * IAM policy statements of `sync-pods` for the clusters of one file: assume the roles in the file and, for clusters without
 * one, use Cloud Map of this account, in that cluster's Region. Creating namespaces is allowed only if a cluster requests it.
 *
 * For actions with resource-level permissions see the Service Authorization Reference on AWS Cloud Map, Amazon Route 53 and
 * Amazon EC2.
 */
export function cloudMapAccess(file: ClustersFile): Statement[] {
  const clusters = withFormerPlaces(file);
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? ownAccount(own) : [])];
}

/**
 * IAM policy statements of the read-only functions (`explain`, `report`, `sweep`, `resync`) for the clusters of one file: assume the
 * roles in the file and, for clusters without one, read Cloud Map of this account.
 */
export function cloudMapReading(file: ClustersFile): Statement[] {
  const clusters = withFormerPlaces(file);
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  const regions = distinct(own.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  return [...assumeRoles(roles), ...(own.length > 0 ? readsOwnAccount(own, regions) : [])];
}

/** The clusters that let the functions write DNS records of any name in this account, for all clusters (`dnsRecords`). */
export function clustersOfAnyName(file: ClustersFile): readonly string[] {
  const own = withFormerPlaces(file).filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  return distinct(own.filter(mayWriteAnyName).map(({ name }) => name));
}

/** Former targets need the same calls as the current one, to be cleared. */
function withFormerPlaces({ clusters }: ClustersFile): readonly ClusterConfig[] {
  return clusters.flatMap((cluster) => [cluster, ...formerConfigs(cluster)]);
}

function readsOwnAccount(clusters: readonly ClusterConfig[], regions: readonly string[]): Statement[] {
  const { services, namespaces } = resourcesOf(clusters, regions);
  return [
    {
      Sid: 'ReadsInstances',
      Effect: 'Allow',
      Action: ['servicediscovery:GetInstance', 'servicediscovery:ListInstances'],
      Resource: services,
    },
    {
      Sid: 'DiscoversAndFollowsOperations',
      Effect: 'Allow',
      Action: ['servicediscovery:DiscoverInstances', 'servicediscovery:GetOperation'],
      Resource: [...namespaces, ...services],
    },
    {
      Sid: 'ReadsNamespaces',
      Effect: 'Allow',
      Action: ['servicediscovery:GetNamespace'],
      Resource: namespaces,
    },
    readsHostedZones,
    {
      Sid: 'FindsNamespacesServicesAndOperations',
      Effect: 'Allow',
      Action: [
        'servicediscovery:ListNamespaces',
        'servicediscovery:ListOperations',
        'servicediscovery:ListServices',
      ],
      // Cloud Map has no resource-level permissions for them.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

function ownAccount(clusters: readonly ClusterConfig[]): Statement[] {
  const regions = distinct(clusters.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  const kinds = clusters.flatMap(({ cloudMap }) => cloudMap.namespaces.map(({ create }) => create?.kind));
  return [
    ...instancesAndServices(clusters, regions),
    ...dnsRecords(clusters),
    ...(kinds.includes('http') ? httpNamespaces(regions) : []),
    ...(kinds.includes('private-dns')
      ? [...privateDnsNamespaces(regions), createsHostedZones(clusters)]
      : []),
  ];
}

/** AWS generates the ids of namespaces and services, so an ARN can be restricted only to account and Region. */
function instancesAndServices(clusters: readonly ClusterConfig[], regions: readonly string[]): Statement[] {
  const { services, namespaces } = resourcesOf(clusters, regions);
  const names = distinct(clusters.map(({ name }) => name));
  return [
    {
      Sid: 'KeepsInstances',
      Effect: 'Allow',
      Action: [
        'servicediscovery:DeregisterInstance',
        'servicediscovery:GetInstance',
        'servicediscovery:GetService',
        'servicediscovery:ListInstances',
        'servicediscovery:RegisterInstance',
        'servicediscovery:UpdateInstanceCustomHealthStatus',
      ],
      Resource: services,
    },
    {
      Sid: 'RemovesServicesThatItMade',
      Effect: 'Allow',
      Action: ['servicediscovery:DeleteService'],
      Resource: regions.map((region) => cloudMapArn(region, 'service/*')),
      Condition: { StringEquals: { [`aws:ResourceTag/${ownerTag}`]: names } },
    },
    {
      Sid: 'CreatesServicesAndFollowsOperations',
      Effect: 'Allow',
      Action: ['servicediscovery:CreateService', 'servicediscovery:GetOperation'],
      Resource: [...namespaces, ...services],
    },
    {
      Sid: 'ReadsNamespaces',
      Effect: 'Allow',
      Action: ['servicediscovery:GetNamespace'],
      Resource: namespaces,
    },
    {
      Sid: 'FindsNamespacesAndOperations',
      Effect: 'Allow',
      Action: ['servicediscovery:ListNamespaces', 'servicediscovery:ListOperations'],
      // Cloud Map has no resource-level permissions for them.
      Resource: '*',
      Condition: inRegions(regions),
    },
    {
      Sid: 'ReadsTags',
      Effect: 'Allow',
      Action: ['servicediscovery:ListTagsForResource'],
      // Cloud Map has no resource-level permission for it.
      Resource: '*',
      Condition: inRegions(regions),
    },
    {
      Sid: 'TagsWhatItCreates',
      Effect: 'Allow',
      Action: ['servicediscovery:TagResource'],
      // Cloud Map has no resource-level permission for it.
      Resource: '*',
      Condition: {
        ...inRegions(regions),
        'ForAllValues:StringEquals': { 'aws:TagKeys': [ownerTag] },
        StringEqualsIfExists: { [`aws:RequestTag/${ownerTag}`]: names },
      },
    },
  ];
}

/** All namespaces and services of this account, and those that other accounts share. */
function resourcesOf(clusters: readonly ClusterConfig[], regions: readonly string[]) {
  const shared = distinct(
    clusters.flatMap(({ cloudMap }) => cloudMap.namespaces.flatMap(({ arn }) => arn ?? [])),
  );
  const theirServices = distinct(shared.map((arn) => arn.replace(/:namespace\/.*$/, ':service/*')));
  return {
    services: [...regions.map((region) => cloudMapArn(region, 'service/*')), ...theirServices],
    namespaces: [...regions.map((region) => cloudMapArn(region, 'namespace/*')), ...shared],
  };
}

function httpNamespaces(regions: readonly string[]): Statement[] {
  return [
    {
      Sid: 'CreatesHttpNamespaces',
      Effect: 'Allow',
      Action: ['servicediscovery:CreateHttpNamespace'],
      // A namespace that does not exist yet has no ARN.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

function privateDnsNamespaces(regions: readonly string[]): Statement[] {
  return [
    {
      Sid: 'CreatesPrivateDnsNamespaces',
      Effect: 'Allow',
      Action: ['servicediscovery:CreatePrivateDnsNamespace', 'ec2:DescribeVpcs', 'ec2:DescribeRegions'],
      // A namespace that does not exist yet has no ARN, and EC2 has no resource-level permissions for Describe actions.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

function cloudMapArn(region: string, resource: string): Value {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:${resource}` };
}
