import type { ClustersFile } from '../../shared/model/cluster-config.ts';

const sid = 'RefusesOtherClustersOfAName';
const clusterArn = 'aws:PrincipalTag/eks-cluster-arn';

/** The part of a statement that is not the same for all. */
export interface PolicyDocument {
  Statement: { readonly Sid?: string }[];
}

/**
 * The tag with the name of a relay's cluster is the same for two clusters of one name in two Regions; the one with its ARN is not, which
 * EKS Pod Identity sets, too. A role of a relay's own has no such tag.
 */
export function pinRelayRegions(document: PolicyDocument, { clusters }: ClustersFile): void {
  const others = document.Statement.filter((statement) => statement.Sid !== sid);
  const isElsewhere = clusters.some(({ kubernetes: { region } = {} }) => region !== undefined);
  const arns = isElsewhere
    ? clusters.map(({ name, kubernetes: { region = ownRegion } = {} }) => arnOf(region, name))
    : [arnOf(ownRegion, '*')];
  const statement = {
    ...{ Sid: sid, Effect: 'Deny', Action: 'events:PutEvents' },
    Resource: { 'Fn::GetAtt': ['EventBus', 'Arn'] },
    Condition: { StringNotLike: { [clusterArn]: arns }, Null: { [clusterArn]: 'false' } },
  };
  document.Statement = [...others, statement];
}

const ownRegion = `\${AWS::Region}`;

/** Of any account: the trust policy of the relays' role pins it, and a role of a relay's own may be of another. */
function arnOf(region: string, cluster: string): object | string {
  const arn = `arn:*:eks:${region}:*:cluster/${cluster}`;
  return region === ownRegion ? { 'Fn::Sub': arn } : arn;
}
