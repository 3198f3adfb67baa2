import type { ClustersFile } from '../../shared/model/cluster-config.ts';

const sid = 'RefusesOtherClustersOfAName';
const clusterArn = 'aws:PrincipalTag/eks-cluster-arn';

/** The part of a statement that is not the same for all. */
export interface PolicyDocument {
  Statement: { readonly Sid?: string }[];
}

/**
 * The tag with the name of a relay's cluster is the same for two clusters of one name in two Regions; the one with its ARN is not, which
 * EKS Pod Identity sets, too. A role of a relay's own has no such tag. With many clusters in several Regions, only the Regions are named.
 */
export function pinRelayRegions(document: PolicyDocument, { clusters }: ClustersFile): void {
  const others = document.Statement.filter((statement) => statement.Sid !== sid);
  const regions = [...new Set(clusters.map(regionOf))];
  const each = clusters.map((cluster) => arnOf(regionOf(cluster), cluster.name));
  const isShort = JSON.stringify(each).length <= maxCharacters;
  const arns = regions.length > 1 && isShort ? each : regions.map((region) => arnOf(region, '*'));
  const statement = {
    ...{ Sid: sid, Effect: 'Deny', Action: 'events:PutEvents' },
    Resource: { 'Fn::GetAtt': ['EventBus', 'Arn'] },
    Condition: { StringNotLike: { [clusterArn]: arns }, Null: { [clusterArn]: 'false' } },
  };
  document.Statement = [...others, statement];
}

/** A policy has 6,144 characters at most. */
const maxCharacters = 3_000;

const ownRegion = `\${AWS::Region}`;

function regionOf({ kubernetes: { region = ownRegion } = {} }: ClustersFile['clusters'][number]): string {
  return region;
}

/** Of any account: the trust policy of the relays' role pins it, and a role of a relay's own may be of another. */
function arnOf(region: string, cluster: string): object | string {
  const arn = `arn:*:eks:${region}:*:cluster/${cluster}`;
  return region === ownRegion ? { 'Fn::Sub': arn } : arn;
}
