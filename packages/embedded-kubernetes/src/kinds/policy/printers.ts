import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import {
  ageColumn,
  boolean,
  createdColumn,
  field,
  integer,
  nameColumn,
  printerOf,
  text,
} from '../columns.ts';

const orNotAvailable = (path: string) => (object: KubernetesObject) => String(field(path, 'N/A')(object, 0));

export const disruptionBudgetPrinter = printerOf(
  nameColumn,
  text('Min Available', orNotAvailable('spec.minAvailable')),
  text('Max Unavailable', orNotAvailable('spec.maxUnavailable')),
  integer('Allowed Disruptions', field('status.disruptionsAllowed', 0)),
  ageColumn,
);

export const autoscalerPrinter = printerOf(
  nameColumn,
  text('Reference', (scaler) => {
    const { kind = '', name = '' } = objectAt(scaler, 'spec', 'scaleTargetRef');
    return `${String(kind)}/${String(name)}`;
  }),
  text('Targets', targetsText),
  text('MinPods', (scaler) => String(field('spec.minReplicas', '<unset>')(scaler, 0))),
  text('MaxPods', field('spec.maxReplicas', 0)),
  text('Replicas', field('status.currentReplicas', 0)),
  ageColumn,
);

const maxTargets = 2;

/** The first two targets of an autoscaling/v2 object. */
function targetsText(scaler: KubernetesObject): string {
  const statuses = listAt(scaler, 'status', 'currentMetrics');
  const texts = listAt(scaler, 'spec', 'metrics').map((metric, index) => targetText(metric, statuses[index]));
  if (texts.length === 0) return '<none>';
  const shown = texts.slice(0, maxTargets).join(', ');
  return texts.length > maxTargets ? `${shown} + ${texts.length - maxTargets} more...` : shown;
}

function targetText(metric: unknown, status: unknown): string {
  const type = stringAt(metric, 'type');
  const source = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const target = objectAt(metric, source, 'target');
  const current = objectAt(status, source, 'current');
  const average = String(current.averageValue ?? '<unknown>');
  if (type === 'Pods') return `${average}/${String(target.averageValue)}`;
  if (type === 'Object' || type === 'External')
    return target.averageValue === undefined
      ? `${String(current.value ?? '<unknown>')}/${String(target.value)}`
      : `${average}/${String(target.averageValue)} (avg)`;
  if (type !== 'Resource' && type !== 'ContainerResource') return '<unknown type>';
  const name = stringAt(metric, source, 'name');
  if (target.averageValue !== undefined) return `${name}: ${average}/${String(target.averageValue)}`;
  const used = percent(current.averageUtilization, '<unknown>');
  return `${name}: ${used}/${percent(target.averageUtilization, '<auto>')}`;
}

const percent = (value: unknown, absent: string) => (typeof value === 'number' ? `${value}%` : absent);

export const limitRangePrinter = printerOf(nameColumn, createdColumn);

export const quotaPrinter = printerOf(
  nameColumn,
  text('Request', (quota) => quotaText(quota, (name) => !name.startsWith('limits.'))),
  text('Limit', (quota) => quotaText(quota, (name) => name.startsWith('limits.'))),
  ageColumn,
);

function quotaText(quota: KubernetesObject, isShown: (name: string) => boolean): string {
  const hard = objectAt(quota, 'status', 'hard');
  const used = objectAt(quota, 'status', 'used');
  return Object.keys(hard)
    .filter(isShown)
    .sort()
    .map((name) => `${name}: ${String(used[name] ?? 0)}/${String(hard[name])}`)
    .join(', ');
}

export const priorityClassPrinter = printerOf(
  nameColumn,
  integer('Value', (priority) => numberAt(priority, 'value')),
  boolean('Global-Default', (priority) => at(priority, 'globalDefault') === true),
  ageColumn,
  text('PreemptionPolicy', field('preemptionPolicy')),
);

export const runtimeClassPrinter = printerOf(nameColumn, text('Handler', field('handler')), ageColumn);
