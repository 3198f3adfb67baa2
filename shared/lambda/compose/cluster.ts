import { EKSClient } from '@aws-sdk/client-eks';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { EksAdapter } from '../../adapters/aws/eks.ts';
import type { Connection } from '../../adapters/kubernetes/connection.ts';
import { eksToken } from '../../adapters/kubernetes/eks-token.ts';
import { KubernetesObjectsAdapter } from '../../adapters/kubernetes/kubernetes-objects.ts';
import { PodStatusAdapter } from '../../adapters/kubernetes/pod-status.ts';
import { StatusWriter } from '../../adapters/kubernetes/status-writer.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { KubernetesObjects } from '../../ports/kubernetes-objects.ts';

/** An API server that takes longer than this to accept a connection counts as unreachable. */
const connectTimeoutMs = 5_000;

/**
 * Finds a cluster in EKS. If clusters.yml does not configure access to it, it is expected in the functions' own account
 * and Region. `watch` receives the client, to count its calls.
 */
export async function connectCluster(
  { name, kubernetes }: ClusterConfig,
  watch: (client: EKSClient) => EKSClient = (client) => client,
): Promise<Connection> {
  const { region, roleArn } = kubernetes ?? {};
  const params = { RoleArn: roleArn, RoleSessionName: 'eks-mesh-sync' };
  const client = new EKSClient({
    ...(region && { region }),
    ...(roleArn && { credentials: fromTemporaryCredentials({ params }) }),
  });
  const eks = new EksAdapter(watch(client));
  const { server, ca } = await eks.describe(name);
  const identity = { cluster: name, region: () => eks.region(), credentials: () => eks.credentials() };
  return { server, ...(ca && { ca }), token: eksToken(identity), connectTimeoutMs };
}

/** The writer of object status, made once for each cluster. */
export function perStatusWriter(): (cluster: ClusterConfig) => StatusWriter {
  const made = new Map<string, StatusWriter>();
  return (cluster) => {
    const writer = made.get(cluster.name) ?? new StatusWriter(() => connectCluster(cluster));
    made.set(cluster.name, writer);
    return writer;
  };
}

/** The writer of pod conditions, made once for each cluster. */
export function perPodStatus(): (cluster: ClusterConfig) => PodStatusAdapter {
  const made = new Map<string, PodStatusAdapter>();
  const writerOf = perStatusWriter();
  return (cluster) => {
    const adapter = made.get(cluster.name) ?? new PodStatusAdapter(writerOf(cluster), () => Date.now());
    made.set(cluster.name, adapter);
    return adapter;
  };
}

/** The objects of a cluster, made once for each cluster. `onRequest` is called for each request to its API server. */
export function perKubernetesObjects(
  onRequest?: (action: string) => void,
): (cluster: ClusterConfig) => KubernetesObjects {
  const made = new Map<string, KubernetesObjects>();
  return (cluster) => {
    const objects =
      made.get(cluster.name) ?? new KubernetesObjectsAdapter(() => connectCluster(cluster), onRequest);
    made.set(cluster.name, objects);
    return objects;
  };
}
