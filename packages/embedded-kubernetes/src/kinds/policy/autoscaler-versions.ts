import { at, isObject, listAt, objectAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

/** autoscaling/v1 has one target, of CPU; other metrics and the behavior of v2 are in its annotations, as JSON. */
const annotations = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
};

const cpuMetric = (averageUtilization: unknown) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

export function autoscalerToV2(object: KubernetesObject): KubernetesObject {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = objectAt(object, 'spec');
  const { [annotations.metrics]: metrics, [annotations.behavior]: behavior, ...kept } = annotationsOf(object);
  const all = [...(cpu === undefined ? [] : [cpuMetric(cpu)]), ...(metrics ? JSON.parse(metrics) : [])];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object, kept),
    spec: {
      ...spec,
      ...(all.length > 0 && { metrics: all }),
      ...(behavior !== undefined && { behavior: JSON.parse(behavior) }),
    },
    ...(isObject(object.status) && { status: statusToV2(object.status) }),
  };
}

function statusToV2({
  currentCPUUtilizationPercentage: cpu,
  currentReplicas,
  ...rest
}: JsonObject): JsonObject {
  // Only v1 has a zero.
  const status = currentReplicas === 0 ? rest : { currentReplicas, ...rest };
  if (cpu === undefined) return { ...status, currentMetrics: null };
  const current = { averageUtilization: cpu };
  return { ...status, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current } }] };
}

export function autoscalerToV1(object: KubernetesObject): KubernetesObject {
  const { metrics, behavior, ...spec } = objectAt(object, 'spec');
  const all = Array.isArray(metrics) ? metrics : [];
  const cpu = all.find(isCpuUtilization);
  const others = all.filter((metric) => metric !== cpu);
  const utilization = at(cpu, 'resource', 'target', 'averageUtilization');
  const kept = {
    ...annotationsOf(object),
    ...(others.length > 0 && { [annotations.metrics]: JSON.stringify(others) }),
    ...(behavior !== undefined && { [annotations.behavior]: JSON.stringify(behavior) }),
  };
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object, kept),
    spec: { ...spec, ...(utilization !== undefined && { targetCPUUtilizationPercentage: utilization }) },
    ...(isObject(object.status) && { status: statusToV1(object.status) }),
  };
}

function isCpuUtilization(metric: unknown): boolean {
  return (
    at(metric, 'resource', 'name') === 'cpu' &&
    at(metric, 'resource', 'target', 'averageUtilization') !== undefined
  );
}

function statusToV1({ currentMetrics, conditions: _, ...status }: JsonObject): JsonObject {
  const cpu = listAt({ currentMetrics }, 'currentMetrics').find(
    (metric) => at(metric, 'resource', 'name') === 'cpu',
  );
  const utilization = at(cpu, 'resource', 'current', 'averageUtilization');
  return {
    currentReplicas: 0,
    ...status,
    ...(utilization !== undefined && { currentCPUUtilizationPercentage: utilization }),
  };
}

const annotationsOf = ({ metadata }: KubernetesObject): Record<string, string> => ({
  ...metadata.annotations,
});

function withAnnotations(
  { metadata: { annotations: _, ...metadata } }: KubernetesObject,
  kept: Record<string, string>,
): KubernetesObject['metadata'] {
  return Object.keys(kept).length === 0 ? metadata : { ...metadata, annotations: kept };
}
