import { isObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import { isTerminating, type JsonObject, type KubernetesObject } from '../../model/objects.ts';
import type { JobPod } from './plan.ts';

export const indexLabel = 'batch.kubernetes.io/job-completion-index';
/** Keeps a pod until the Job's status counts it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** A pod that is being deleted counts as failed, unless it has succeeded. */
export function jobPod(pod: KubernetesObject): JobPod {
  const phase = stringAt(pod, 'status', 'phase');
  const failed = phase === 'Failed' || isTerminating(pod) ? 'failed' : 'active';
  const index = pod.metadata.annotations?.[indexLabel];
  return {
    name: pod.metadata.name,
    state: phase === 'Succeeded' ? 'succeeded' : failed,
    index: index === undefined ? undefined : Number(index),
    restarts: listAt(pod, 'status', 'containerStatuses').reduce<number>(
      (sum, each) => sum + numberAt(each, 'restartCount'),
      0,
    ),
    isCounted: !pod.metadata.finalizers?.includes(trackingFinalizer),
    endedAtMs: endOf(pod),
  };
}

function endOf(pod: KubernetesObject): number {
  const ends = listAt(pod, 'status', 'containerStatuses').map((each) =>
    Date.parse(stringAt(each, 'state', 'terminated', 'finishedAt')),
  );
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length > 0 ? Math.max(...known) : Date.parse(pod.metadata.creationTimestamp);
}

/** The identity of a new pod. */
export function identityOf(job: KubernetesObject, index: number | undefined) {
  const finalizers = [trackingFinalizer];
  if (index === undefined) return { generateName: `${job.metadata.name}-`, finalizers };
  const mark = { [indexLabel]: String(index) };
  return { generateName: `${job.metadata.name}-${index}-`, labels: mark, annotations: mark, finalizers };
}

/** The spec of a new pod: an indexed one has its own hostname and the variable JOB_COMPLETION_INDEX. */
export function specOf(job: KubernetesObject, template: JsonObject, index: number | undefined): unknown {
  const { spec } = template;
  if (index === undefined || !isObject(spec)) return spec;
  const fieldPath = `metadata.annotations['${indexLabel}']`;
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } };
  const withIndex = (container: unknown) =>
    isObject(container) && !listAt(container, 'env').some((each) => stringAt(each, 'name') === variable.name)
      ? { ...container, env: [...listAt(container, 'env'), variable] }
      : container;
  return {
    ...spec,
    hostname: `${job.metadata.name}-${index}`,
    containers: listAt(spec, 'containers').map(withIndex),
    ...(Array.isArray(spec.initContainers) && { initContainers: spec.initContainers.map(withIndex) }),
  };
}
