import type { ClusterConfig, ClustersFile } from '../shared/model/cluster-config.ts';

export type Value = string | { readonly 'Fn::Sub': string };
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly Value[] | '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly Value[]>>>>;
}

export const stackRegion = `\${AWS::Region}`;

/**
 * What `sync-pods` may do for the clusters of one file, as statements of an IAM policy: assume the roles that the file
 * names and, where a cluster names none, work in Cloud Map of this account, in that cluster's Region. Namespaces may
 * be created only where a cluster asks for it.
 *
 * Which actions know resources: the Service Authorization Reference on AWS Cloud Map, Amazon Route 53 and Amazon EC2.
 */
export function cloudMapAccess({ clusters }: ClustersFile): Statement[] {
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  return [...assumeRoles(roles), ...(own.length > 0 ? ownAccount(own) : [])];
}

/**
 * What those functions may do for the clusters of one file that only look (`explain`, `sweep`, `resync`): assume the
 * roles that the file names and, where a cluster names none, read Cloud Map of this account.
 */
export function cloudMapReading({ clusters }: ClustersFile): Statement[] {
  const roles = distinct(clusters.flatMap(({ cloudMap }) => cloudMap.roleArn ?? []));
  const own = clusters.filter(({ cloudMap }) => cloudMap.roleArn === undefined);
  const regions = distinct(own.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  return [...assumeRoles(roles), ...(own.length > 0 ? readsOwnAccount(own, regions) : [])];
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
    readsHostedZones(),
    {
      Sid: 'FindsNamespacesServicesAndOperations',
      Effect: 'Allow',
      Action: [
        'servicediscovery:ListNamespaces',
        'servicediscovery:ListOperations',
        'servicediscovery:ListServices',
      ],
      // Cloud Map has no resource for them.
      Resource: '*',
      Condition: inRegions(regions),
    },
  ];
}

export function assumeRoles(roles: readonly string[]): Statement[] {
  if (roles.length === 0) return [];
  return [{ Sid: 'AssumesTheRolesNamed', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: roles }];
}

function ownAccount(clusters: readonly ClusterConfig[]): Statement[] {
  const regions = distinct(clusters.map(({ cloudMap }) => cloudMap.region ?? stackRegion));
  const kinds = clusters.flatMap(({ cloudMap }) => cloudMap.namespaces.map(({ create }) => create?.kind));
  return [
    ...instancesAndServices(clusters, regions),
    ...dnsRecords(),
    ...(kinds.includes('http') ? httpNamespaces(regions) : []),
    ...(kinds.includes('private-dns') ? privateDnsNamespaces(regions) : []),
  ];
}

/** Namespaces and services have ids that AWS makes up, so that an ARN can be narrowed to account and Region only. */
function instancesAndServices(clusters: readonly ClusterConfig[], regions: readonly string[]): Statement[] {
  const { services, namespaces } = resourcesOf(clusters, regions);
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
      Sid: 'FindsNamespaces',
      Effect: 'Allow',
      Action: ['servicediscovery:ListNamespaces'],
      // Cloud Map has no resource for it.
      Resource: '*',
      Condition: inRegions(regions),
    },
    {
      Sid: 'TagsWhatItCreates',
      Effect: 'Allow',
      Action: ['servicediscovery:TagResource'],
      // Cloud Map has no resource for it.
      Resource: '*',
      Condition: {
        ...inRegions(regions),
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks-mesh-sync/cluster'] },
      },
    },
  ];
}

/** In a DNS namespace, Cloud Map writes the records of an instance with the permissions of who registers it. */
function dnsRecords(): Statement[] {
  return [
    {
      Sid: 'WritesRecordsOfInstances',
      Effect: 'Allow',
      Action: ['route53:ChangeResourceRecordSets'],
      // A namespace's hosted zone has an id that AWS makes up.
      Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/*` }],
      // The types that a Cloud Map service can have; never the zone's own NS and SOA.
      Condition: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME', 'SRV'],
        },
      },
    },
    readsHostedZones(),
    {
      Sid: 'FindsHostedZones',
      Effect: 'Allow',
      Action: ['route53:ListHostedZonesByName'],
      // Route 53 has no resource for it.
      Resource: '*',
    },
  ];
}

/** All of this account, and the namespaces that other accounts share, with their services. */
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

/** Cloud Map does when it writes records; so do we, to tell namespaces of one name apart by their VPC. */
function readsHostedZones(): Statement {
  return {
    Sid: 'ReadsHostedZones',
    Effect: 'Allow',
    Action: ['route53:GetHostedZone'],
    // A namespace's hosted zone has an id that AWS makes up.
    Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/*` }],
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
      // A namespace that does not exist yet has no ARN, and EC2 has no resource for its Describe actions.
      Resource: '*',
      Condition: inRegions(regions),
    },
    {
      Sid: 'CreatesTheirHostedZones',
      Effect: 'Allow',
      Action: ['route53:CreateHostedZone'],
      // A hosted zone that does not exist yet has no ARN; and Route 53 is a global service, in no Region of these.
      Resource: '*',
    },
  ];
}

function cloudMapArn(region: string, resource: string): Value {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:${resource}` };
}

export function inRegions(regions: readonly string[]): NonNullable<Statement['Condition']> {
  return { StringEquals: { 'aws:RequestedRegion': regions.map(regionValue) } };
}

function regionValue(region: string): Value {
  return region === stackRegion ? { 'Fn::Sub': region } : region;
}

export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
