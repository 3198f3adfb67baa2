import type { ClusterConfig, ClustersFile } from '../../shared/model/cluster-config.ts';

/** Which group a function's role is in, as deploy/cluster-access.yml and the relay's chart grant it rights. */
const groups = [
  { role: 'SweepRole', group: 'eks-mesh-sync-sweep' },
  { role: 'ResyncRole', group: 'eks-mesh-sync-sweep' },
  { role: 'ReconcileMeshRole', group: 'eks-mesh-sync-mesh' },
  { role: 'SyncPodsRole', group: 'eks-mesh-sync-pods' },
] as const;

const groupsForServiceEntries = [
  { role: 'SyncServiceEntriesRole', group: 'eks-mesh-sync-service-entries' },
  { role: 'ExplainRole', group: 'eks-mesh-sync-explain' },
] as const;

/**
 * The access entries of each cluster with `kubernetes.accessEntries`, as CloudFormation resources. EKS creates them in the
 * account and Region of the stack, so clusters.yml refuses the option for a cluster that is elsewhere.
 */
export function accessEntries({ clusters }: ClustersFile): Record<string, object> {
  return Object.fromEntries(
    clusters.flatMap((cluster, index) =>
      cluster.kubernetes?.accessEntries
        ? entriesOf(cluster).map(({ role, group }) => [
            `AccessEntry${index + 1}${role}`,
            entry(cluster.name, role, group),
          ])
        : [],
    ),
  );
}

function entriesOf({ serviceEntries }: ClusterConfig) {
  return serviceEntries === undefined ? groups : [...groups, ...groupsForServiceEntries];
}

function entry(cluster: string, role: string, group: string): object {
  return {
    Type: 'AWS::EKS::AccessEntry',
    Properties: {
      ClusterName: cluster,
      PrincipalArn: { 'Fn::GetAtt': [role, 'Arn'] },
      KubernetesGroups: [group],
      Type: 'STANDARD',
    },
  };
}
