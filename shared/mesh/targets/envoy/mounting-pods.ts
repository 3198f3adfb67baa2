import type { LiveObject } from '../../../model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../../ports/kubernetes-objects.ts';

const podType = { apiVersion: 'v1', kind: 'Pod' };

interface Volume {
  readonly configMap?: { readonly name?: string };
  readonly projected?: { readonly sources?: readonly Volume[] };
}

/** The pods of a namespace that have the ConfigMap as a volume and still run or are about to. */
export async function mountingPods(
  objects: KubernetesObjects,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  labelSelector?: string,
): Promise<readonly LiveObject[]> {
  const pods = await objects.list(podType, { namespace, ...(labelSelector && { labelSelector }) });
  return pods.filter((pod) => !hasEnded(pod) && mounts(pod, name));
}

function hasEnded({ status }: LiveObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function mounts({ spec }: LiveObject, name: string): boolean {
  const { volumes = [] } = (spec ?? {}) as { readonly volumes?: readonly Volume[] };
  return volumes.some(
    ({ configMap, projected }) =>
      configMap?.name === name || projected?.sources?.some((source) => source.configMap?.name === name),
  );
}
