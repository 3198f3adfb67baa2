import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import { awsOperations, podManifest, startBenchSystem } from '../system.ts';

/** The whole system, with a cluster whose pods have the readiness gate. */
export interface GateCluster extends AsyncDisposable {
  readonly cloudMap: CloudMap;
  /** Creates a pod in the namespace `bench`; its containers are ready at once. */
  createPod(name: string): Promise<void>;
  /** A watch of these pods: JSON, a line for each event. */
  watchPods(): Promise<IncomingMessage>;
}

export async function startEmbeddedCluster(): Promise<GateCluster> {
  const system = await startBenchSystem(awsOperations);
  const { cluster, cloudMap } = system;
  return {
    cloudMap,
    createPod: async (name) => void cluster.apply([podManifest(name, [cloudMapReadinessGate])]),
    watchPods: async () => {
      const [response] = await once(
        get(`${cluster.url}/api/v1/namespaces/bench/pods?watch=true`),
        'response',
      );
      return response as IncomingMessage;
    },
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}
