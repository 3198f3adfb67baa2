import type { ClusterConfig } from '../shared/model/cluster-config.ts';
import { distinct, type Statement, stackRegion, type Value } from './statement.ts';

const hostedZones: readonly Value[] = [{ 'Fn::Sub': `arn:\${AWS::Partition}:route53:::hostedzone/*` }];

/** Cloud Map does when it writes records; so do we, to tell namespaces of one name apart by their VPC. */
export const readsHostedZones: Statement = {
  Sid: 'ReadsHostedZones',
  Effect: 'Allow',
  Action: ['route53:GetHostedZone'],
  Resource: hostedZones,
};

/**
 * What Cloud Map does in Route 53 with the permissions of who registers an instance in a DNS namespace: it writes the
 * records `<service>.<namespace>` and, for SRV, `<instance>.<service>.<namespace>`. A namespace's hosted zone has an id that
 * AWS makes up, so the records are narrowed by name. Nothing where only HTTP namespaces are configured.
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
        // A set operator holds for a key that is not there.
        Null: { [recordTypes]: ['false'], ...(!isAnyName && { [recordNames]: ['false'] }) },
      },
    },
    readsHostedZones,
    {
      Sid: 'FindsHostedZones',
      Effect: 'Allow',
      Action: ['route53:ListHostedZonesByName'],
      // Route 53 has no resource for it.
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
    // A hosted zone that does not exist yet has no ARN; and Route 53 is a global service, in no Region of these.
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
 * The names of the DNS namespaces that a cluster may register into: those that its tenancy rules name, else those of
 * its list. Undefined where it has neither, and may use every namespace.
 */
function dnsNamespaces({ cloudMap, tenancy }: ClusterConfig): readonly string[] | undefined {
  const listed = cloudMap.namespaces.map(({ name }) => name);
  const allowed = tenancy?.flatMap(({ cloudMapNamespaces }) => cloudMapNamespaces) ?? listed;
  if (tenancy === undefined && listed.length === 0) return undefined;
  return allowed
    .filter((name) => cloudMap.namespaces.find(matching(name))?.create?.kind !== 'http')
    .map((name) => name.toLowerCase());
}

/** As the functions do it: the first entry that matches counts. */
function matching(name: string): (entry: { readonly name: string }) => boolean {
  return (entry) => new RegExp(`^${entry.name.split('*').map(RegExp.escape).join('.*')}$`).test(name);
}
