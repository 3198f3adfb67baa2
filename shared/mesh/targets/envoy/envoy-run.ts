import type { KubernetesObjects } from '../../../ports/kubernetes-objects.ts';
import type { MeshRun } from '../../mesh-run.ts';
import type { ServedKinds } from '../../objects-target/objects-run.ts';
import type { Directory } from '../../plan/directory.ts';
import type { EnvoyClaim } from './envoy-claim.ts';

/** A run of which the steps write the files of proxies. */
export interface EnvoyRun {
  readonly run: MeshRun<EnvoyClaim>;
  readonly objects: KubernetesObjects;
  readonly kinds: ServedKinds;
  readonly options: EnvoyOptions;
  readonly directory: Directory;
}

export interface EnvoyOptions {
  readonly refreshPods: boolean;
  /** How long proxies get to read what was written. */
  readonly settleMs: number;
}

/** Without an annotation on the pod, a kubelet reads a ConfigMap again after 60 to 90 seconds. */
export const unrefreshedSettleMs = 100_000;

const refreshedSettleMs = 10_000;

export function envoyOptions({
  refreshPods,
  settleSeconds,
}: {
  readonly refreshPods: boolean;
  readonly settleSeconds?: number | undefined;
}): EnvoyOptions {
  const byDefaultMs = refreshPods ? refreshedSettleMs : unrefreshedSettleMs;
  return { refreshPods, settleMs: settleSeconds === undefined ? byDefaultMs : settleSeconds * 1000 };
}
