import { at, isObject, listAt, objectAt, setDefault } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { defaultsOf } from '../rules/defaults.ts';

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

export const setAutoscalerDefaults = defaultsOf({
  'spec.minReplicas': 1,
  'spec.metrics': [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ],
  'spec.behavior.scaleUp': {},
  'spec.behavior.scaleUp.stabilizationWindowSeconds': scaleUp.stabilizationWindowSeconds,
  'spec.behavior.scaleUp.selectPolicy': scaleUp.selectPolicy,
  'spec.behavior.scaleUp.policies': scaleUp.policies,
  'spec.behavior.scaleDown': {},
  'spec.behavior.scaleDown.selectPolicy': scaleDown.selectPolicy,
  'spec.behavior.scaleDown.policies': scaleDown.policies,
  'status.currentMetrics': null,
  'status.desiredReplicas': 0,
});

export const setBudgetDefaults = defaultsOf({
  'status.currentHealthy': 0,
  'status.desiredHealthy': 0,
  'status.disruptionsAllowed': 0,
  'status.expectedPods': 0,
});

/** A limit is a default, a default is a default request, and a limit alone is both (pkg/apis/core/v1/defaults.go). */
export function setLimitRangeDefaults(range: KubernetesObject): void {
  for (const item of listAt(range, 'spec', 'limits')) {
    if (!isObject(item) || item.type !== 'Container') continue;
    fill(item, 'default', at(item, 'max'));
    fill(item, 'defaultRequest', at(item, 'default'));
    fill(item, 'defaultRequest', at(item, 'min'));
  }
}

function fill(item: JsonObject, field: string, values: unknown): void {
  if (!isObject(values)) return;
  const target = { ...objectAt(item, field) };
  for (const [name, value] of Object.entries(values)) setDefault(target, name, value);
  item[field] = target;
}
