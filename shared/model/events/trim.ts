import {
  annotationPrefix,
  type ClusterObject,
  type ObjectMeta,
  type PodCondition,
  type PodObject,
} from '../kubernetes.ts';

/**
 * Trims a core/v1 Pod to the fields that the system uses. Pure: the relay (events) and the sweep (listings) use the same
 * function and see the same pod. Kept condition types: Ready, ContainersReady and the pod's readiness gates.
 */
export function trimPod(pod: PodObject): PodObject {
  const gates = pod.spec.readinessGates?.map(({ conditionType }) => ({ conditionType }));
  const kept = new Set(['Ready', 'ContainersReady', ...(gates ?? []).map((gate) => gate.conditionType)]);
  const conditions = pod.status?.conditions
    ?.filter((condition) => kept.has(condition.type))
    .map(trimCondition);
  return {
    metadata: trimMeta(pod.metadata),
    spec: defined({
      nodeName: pod.spec.nodeName,
      hostNetwork: pod.spec.hostNetwork,
      readinessGates: gates,
    }),
    status: defined({
      phase: pod.status?.phase,
      podIPs: pod.status?.podIPs?.map(({ ip }) => ({ ip })),
      conditions,
    }),
  };
}

/** The reason of a pod that is not ready distinguishes a lost node from other causes. */
function trimCondition({ type, status, reason = '' }: PodCondition): PodCondition {
  return type === 'Ready' && status !== 'True' ? { type, status, reason } : { type, status };
}

/**
 * Trims an App Mesh object or a Namespace to metadata, spec and the ARNs in the status, which prove what was created for
 * the object. This system writes the rest of the status and does not read it.
 */
export function trimClusterObject(object: ClusterObject): ClusterObject {
  const { apiVersion, kind, metadata, spec, status = {} } = object;
  if (kind === 'Namespace') return { apiVersion, kind, metadata: trimMeta(metadata) };
  const arns = Object.entries(status).filter(
    ([field, value]) => field.endsWith('ARN') && typeof value === 'string' && value !== '',
  );
  return {
    ...{ apiVersion, kind, metadata: trimMeta(metadata) },
    ...(spec && { spec }),
    ...(arns.length > 0 && { status: Object.fromEntries(arns) }),
  };
}

function trimMeta(meta: ObjectMeta): ObjectMeta {
  const annotations = Object.entries(meta.annotations ?? {}).filter(([key]) =>
    key.startsWith(annotationPrefix),
  );
  return defined({
    name: meta.name,
    namespace: meta.namespace,
    uid: meta.uid,
    resourceVersion: meta.resourceVersion,
    creationTimestamp: meta.creationTimestamp,
    deletionTimestamp: meta.deletionTimestamp,
    generation: meta.generation,
    labels: meta.labels,
    annotations: annotations.length > 0 ? Object.fromEntries(annotations) : undefined,
  });
}

/** Removes undefined and null members, so that equal objects are equal as JSON. */
function defined<T extends object>(object: T): T {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  ) as T;
}
