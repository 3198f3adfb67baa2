import { type Cluster as EmbeddedCluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshDefinitions } from '../deploy/definitions/mesh-definitions.ts';
import type { Identity } from './identity.ts';
import { type RealCluster, watchCluster } from './kubeconfig/real-cluster.ts';
import { definitionsFor, namespacesFor } from './mesh/local-cluster.ts';
import { reportObjects } from './mesh/object-progress.ts';
import type { PlaygroundOptions } from './options.ts';
import type { LocalPods } from './pods/local-pods.ts';
import { podsFor } from './pods/pods-for.ts';
import { portNamed } from './port-named.ts';
import type { Report } from './progress.ts';
import { admitSidecars } from './sidecars.ts';

/** The cluster and how the relay connects to it. */
export interface Cluster {
  /** The URL of its API server, as EKS DescribeCluster returns it. */
  readonly endpoint: string;
  /** Undefined for a real cluster. */
  readonly embedded?: EmbeddedCluster;
  readonly kubectl: string;
  /** With --kubeconfig. */
  readonly real?: RealCluster;
  /** The relay's arguments for it. */
  readonly relayArgs: readonly string[];
  /** The pods that run on this machine; undefined if they run nothing. */
  readonly pods?: LocalPods | undefined;
}

/** Starts the embedded cluster, or the proxy to a real one. `identity`: that of the functions. */
export async function reachCluster(
  options: PlaygroundOptions,
  identity: Identity,
  folder: string,
  started: AsyncDisposableStack,
  report: Report,
  log: (line: string) => void,
): Promise<Cluster> {
  if (options.kubeconfig !== undefined) {
    const { kubeconfig, writeStatus: writesStatus = false } = options;
    const real = await watchCluster({ kubeconfig, writesStatus, identity, folder }, started, report);
    const { endpoint, kubectl, relayArgs } = real;
    return { endpoint, kubectl, relayArgs, real };
  }
  const { mesh = ['app-mesh'] } = options;
  const pods = await podsFor(options, folder, report, log);
  if (pods) started.defer(() => pods.close());
  const cluster = await portNamed('--kubernetes-port', options.kubernetesPort, (port) =>
    startCluster({
      port,
      definitions: [...meshDefinitions(), ...definitionsFor(mesh)],
      ...(mesh.includes('envoy') && { admission: admitSidecars }),
      ...pods?.clusterOptions,
    }),
  );
  started.defer(() => cluster.stop());
  pods?.watch(cluster.store);
  cluster.apply(namespacesFor(mesh) as JsonObject[]);
  started.defer(reportObjects(cluster.store, report));
  report(`embedded Kubernetes at ${cluster.url}, cluster local`);
  const { url } = cluster;
  return {
    endpoint: url,
    kubectl: `kubectl --server ${url}`,
    relayArgs: ['--kubernetes-server', url],
    embedded: cluster,
    pods,
  };
}
