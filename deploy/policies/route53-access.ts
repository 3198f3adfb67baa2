import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { distinct, type Statement, stackRegion, type Value } from './statement.ts';

const hostedZones: readonly Value[] = [{ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/*` }];

/** Cloud Map calls it when it writes records; we call it to distinguish namespaces of one name by their VPC. */
export const readsHostedZones: Statement = {
  Sid: 'ReadsHostedZones',
  Effect: 'Allow',
  Action: ['route53:GetHostedZone'],
  Resource: hostedZones,
};

/**
 * Statements for Cloud Map's calls to Route 53, which it makes with the permissions of the caller that registers an instance
 * in a DNS namespace: it writes the records `<service>.<namespace>` and, for SRV, `<instance>.<service>.<namespace>`. AWS
 * generates the id of a namespace's hosted zone, so the records are restricted by name. Empty if only HTTP namespaces are
 * configured.
 */
export function dnsRecords(clusters: readonly ClusterConfig[]): Statement[] {
  const namespaces = clusters.map(dnsNamespaces);
  const names = distinct(namespaces.flatMap((known) => known ?? []));
  const isAnyName = namespaces.includes(undefined);
  if (!isAnyName && names.length === 0) return [];
  return [
    {
      Sid: 'WritesRecordsOfInstances',
      Effect: 'Allow',
      Action: ['route53:ChangeResourceRecordSets'],
      Resource: hostedZones,
      Condition: {
        // The types that a Cloud Map service can have; never the zone's own NS and SOA.
        'ForAllValues:StringEquals': { [recordTypes]: ['A', 'AAAA', 'CNAME', 'SRV'] },
        ...(!isAnyName && {
          'ForAllValues:StringLike': { [recordNames]: names.map((name) => `*.${name}`) },
        }),
        // A set operator also matches if the key is missing.
        Null: { [recordTypes]: ['false'], ...(!isAnyName && { [recordNames]: ['false'] }) },
      },
    },
    readsHostedZones,
    {
      Sid: 'FindsHostedZones',
      Effect: 'Allow',
      Action: ['route53:ListHostedZonesByName'],
      // Route 53 has no resource-level permission for it.
      Resource: '*',
    },
  ];
}

const recordTypes = 'route53:ChangeResourceRecordSetsRecordTypes';
/** Lower case, without the last dot. */
const recordNames = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';

/** The hosted zones of new private DNS namespaces: private ones, of the VPCs named. */
export function createsHostedZones(clusters: readonly ClusterConfig[]): Statement {
  const vpcs = clusters.flatMap(({ cloudMap: { namespaces, region = stackRegion } }) =>
    namespaces.flatMap(({ create }) =>
      create?.kind === 'private-dns' ? [`VPCId=${create.vpc},VPCRegion=${region}`] : [],
    ),
  );
  return {
    Sid: 'CreatesTheirHostedZones',
    Effect: 'Allow',
    Action: ['route53:CreateHostedZone'],
    // A hosted zone that does not exist yet has no ARN; and Route 53 is a global service, outside of these Regions.
    Resource: '*',
    Condition: {
      'ForAllValues:StringEquals': { 'route53:VPCs': distinct(vpcs).map(vpcValue) },
      Null: { 'route53:VPCs': ['false'] },
    },
  };
}

function vpcValue(vpc: string): Value {
  return vpc.includes(stackRegion) ? { 'Fn::Sub': vpc } : vpc;
}

/**
 * The names of the DNS namespaces that a cluster may register into: those of its tenancy rules, else those of its list.
 * Undefined if it has neither and may use every namespace.
 */
function dnsNamespaces({ cloudMap, tenancy }: ClusterConfig): readonly string[] | undefined {
  const listed = cloudMap.namespaces.map(({ name }) => name);
  const allowed = tenancy?.flatMap(({ cloudMapNamespaces }) => cloudMapNamespaces) ?? listed;
  if (tenancy === undefined && listed.length === 0) return undefined;
  return allowed
    .filter((name) => cloudMap.namespaces.find(matching(name))?.create?.kind !== 'http')
    .map((name) => name.toLowerCase());
}

export function mayWriteAnyName(cluster: ClusterConfig): boolean {
  return dnsNamespaces(cluster) === undefined;
}

/** As in the functions, the first matching entry counts. */
function matching(name: string): (entry: { readonly name: string }) => boolean {
  return (entry) => new RegExp(`^${entry.name.split('*').map(RegExp.escape).join('.*')}$`).test(name);
}
