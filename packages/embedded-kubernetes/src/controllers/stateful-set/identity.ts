import { isObject, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
export const podIndexLabel = 'apps.kubernetes.io/pod-index';

export function startOf(set: KubernetesObject): number {
  return numberAt(set, 'spec', 'ordinals', 'start');
}

/** The ordinal in a pod's name; undefined for a pod of another name. */
export function ordinalOf(set: KubernetesObject, pod: KubernetesObject): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/** The name of the PersistentVolumeClaim of a claim template for a pod. */
export function claimName(template: unknown, podName: string): string {
  return `${stringAt(template, 'metadata', 'name')}-${podName}`;
}

/** A pod's spec: the template's with a stable hostname and, instead of volumes of the same name, its claims. */
export function podSpec(set: KubernetesObject, template: JsonObject, podName: string): JsonObject {
  const spec = objectAt(template, 'spec');
  const subdomain = stringAt(set, 'spec', 'serviceName');
  const claims = listAt(set, 'spec', 'volumeClaimTemplates').map((claim) => ({
    name: stringAt(claim, 'metadata', 'name'),
    persistentVolumeClaim: { claimName: claimName(claim, podName) },
  }));
  const others = listAt(spec, 'volumes').filter(
    (volume) => !claims.some(({ name }) => isObject(volume) && volume.name === name),
  );
  const volumes = [...claims, ...others];
  return {
    ...spec,
    hostname: podName,
    ...(subdomain && { subdomain }),
    ...(volumes.length > 0 && { volumes }),
  };
}

/** The PersistentVolumeClaims of one pod. */
export function claimsOf(set: KubernetesObject, podName: string): JsonObject[] {
  const labels = objectAt(set, 'spec', 'selector', 'matchLabels');
  return listAt(set, 'spec', 'volumeClaimTemplates').map((template) => {
    const metadata = objectAt(template, 'metadata');
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        ...metadata,
        name: claimName(template, podName),
        namespace: set.metadata.namespace,
        labels: { ...objectAt(metadata, 'labels'), ...labels },
      },
      spec: objectAt(template, 'spec'),
    };
  });
}
