import type { ClustersFile } from '../shared/model/cluster-config.ts';
import { clustersOfAnyName } from './policies/cloud-map-access.ts';

/** What a clusters file is allowed to say, and its author may not have meant. */
export function warningsOf(file: ClustersFile): readonly string[] {
  const unlimited = clustersOfAnyName(file).map((name) => JSON.stringify(name));
  if (unlimited.length === 0) return [];
  const subject = unlimited.length === 1 ? 'Cluster' : 'Clusters';
  const verb = unlimited.length === 1 ? 'has' : 'have';
  return [
    `${subject} ${unlimited.join(', ')} ${verb} neither cloudMap.namespaces nor tenancy rules in the clusters file. So the functions ` +
      'may write DNS records of any name in every hosted zone of this account, for all clusters. ' +
      'Add to each of them the namespaces that it uses: cloudMap: { namespaces: [{ name: example.local }] }, or the name "*" if all are meant.',
  ];
}
