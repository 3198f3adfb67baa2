import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cluster as EmbeddedCluster,
  type Faults as KubernetesFaults,
  startCluster,
} from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { meshDefinitions } from '../deploy/definitions/mesh-definitions.ts';
import { startKubeconfigProxy } from './kubeconfig-proxy.ts';
import { type Manifest, manifestText } from './manifests.ts';
import { definitionsFor, namespacesFor } from './mesh/local-cluster.ts';
import { reportObjects } from './mesh/object-progress.ts';
import { type PlaygroundOptions, UsageError } from './options.ts';
import type { LocalPods } from './pods/local-pods.ts';
import { podsFor } from './pods/pods-for.ts';
import { portNamed } from './port-named.ts';
import type { Report } from './progress.ts';
import { admitSidecars } from './sidecars.ts';

/** The cluster and how the relay connects to it. */
export interface Cluster {
  /** The URL of its API server, as EKS DescribeCluster returns it. */
  readonly endpoint: string;
  readonly apply: (manifests: readonly Manifest[]) => void;
  readonly kubectl: string;
  /** The relay's arguments for it. */
  readonly relayArgs: readonly string[];
  readonly faults?: KubernetesFaults;
  /** The pods that run on this machine; undefined if they run nothing. */
  readonly pods?: LocalPods | undefined;
}

/** Starts the embedded cluster, or the proxy to a real one. */
export async function reachCluster(
  options: PlaygroundOptions,
  folder: string,
  started: AsyncDisposableStack,
  report: Report,
  log: (line: string) => void,
): Promise<Cluster> {
  if (options.kubeconfig !== undefined) {
    const proxy = await startKubeconfigProxy(options.kubeconfig);
    started.defer(() => proxy.close());
    report(`watching cluster ${proxy.server} of ${options.kubeconfig}, under the name local`);
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, proxy.token, { mode: 0o600 });
    const relayArgs = ['--kubernetes-server', proxy.url, '--kubernetes-token', tokenFile];
    const kubectl = `kubectl --kubeconfig ${options.kubeconfig}`;
    return { endpoint: proxy.server, kubectl, relayArgs, apply: () => undefined };
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
    apply: (manifests) => applyAll(cluster, manifests),
    faults: cluster.faults,
    pods,
  };
}

/** Throws a UsageError that names the object and the API server's reason. */
function applyAll(cluster: Pick<EmbeddedCluster, 'apply'>, manifests: readonly Manifest[]): void {
  for (const manifest of manifests)
    try {
      cluster.apply([asApplied(manifest)]);
    } catch (error) {
      throw new UsageError(`the API server rejected ${manifestText(manifest)}: ${messageOf(error)}`);
    }
}

/** Adds kubectl's last-applied annotation, so that kubectl can apply the next version of the file. */
function asApplied(manifest: Manifest): JsonObject {
  const lastApplied = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(manifest)}\n` };
  const annotations = { ...manifest.metadata.annotations, ...lastApplied };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
