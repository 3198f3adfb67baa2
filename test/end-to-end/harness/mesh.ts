import type { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { type Playground, startPlayground } from '../../../playground/playground.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { type Aws, clients, type Kubectl } from './clients.ts';

/** What may pass on a machine that has other things to do. */
export const timeout = 20_000;

/** The playground in this process, so that its App Mesh can be looked into, and the clients that people use. */
export interface MeshPlace {
  readonly playground: Playground;
  readonly engine: AppMesh;
  readonly kubectl: Kubectl;
  readonly aws: Aws;
  readonly apply: (text: string) => Promise<string>;
  readonly remove: (text: string) => Promise<string>;
  /** Waits until nothing happens any more, in a test. */
  readonly quiet: () => Promise<void>;
}

/** An empty cluster, and an App Mesh that throttles nobody: a call that is throttled is retried and counts twice. */
export async function startMeshPlace(): Promise<MeshPlace> {
  const ports = { awsPort: 0, kubernetesPort: 0 };
  const options = { exit: false, manifests: [], kubeconfig: undefined, awsEndpoint: undefined, ...ports };
  const playground = await startPlayground(options, () => undefined);
  const { appMesh: engine, kubernetesUrl: kubernetes, awsUrl: aws } = playground;
  if (engine === undefined) throw new Error('the playground has no App Mesh');
  engine.settings.rates = {};
  await playground.relayReady;
  const tools = clients({ kubernetes, aws });
  return {
    playground,
    engine,
    ...tools,
    apply: (text) => tools.kubectl(['apply', '-f', '-'], text),
    remove: (text) => tools.kubectl(['delete', '-f', '-'], text),
    quiet: () => expect.poll(() => playground.isQuiet(), { timeout, interval: 20 }).toBe(true),
  };
}

/** An object as `kubectl get -o json` prints it. */
export interface MeshObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly Readonly<Record<'type' | 'status' | 'reason' | 'message', string>>[];
  };
}

export function asYaml(manifest: Manifest): string {
  const apiVersion = manifest.kind === 'Namespace' ? 'v1' : 'appmesh.k8s.aws/v1beta2';
  return stringify({ apiVersion, ...manifest });
}
