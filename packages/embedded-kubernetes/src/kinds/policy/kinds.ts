import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';
import { autoscalerToV1, autoscalerToV2 } from './autoscaler-versions.ts';
import { setAutoscalerDefaults, setBudgetDefaults, setLimitRangeDefaults } from './defaults.ts';
import * as printers from './printers.ts';
import {
  validateAutoscaler,
  validateBudget,
  validateLimitRange,
  validatePriorityClass,
} from './validation.ts';

const autoscaler = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  passive: true,
} as const;

const autoscalerV2 = builtIn({
  ...autoscaler,
  version: 'v2',
  model: 'V2HorizontalPodAutoscaler',
  printer: printers.autoscalerPrinter,
  setDefaults: setAutoscalerDefaults,
  validate: validateAutoscaler,
});

/** How pods are scaled, limited, ranked and evicted. */
export const policyKinds: readonly Kind[] = [
  autoscalerV2,
  builtIn({
    ...autoscaler,
    version: 'v1',
    setDefaults: defaultsOf({
      'spec.minReplicas': 1,
      'status.currentReplicas': 0,
      'status.desiredReplicas': 0,
    }),
    hub: { kind: autoscalerV2, toHub: autoscalerToV2, fromHub: autoscalerToV1 },
  }),
  builtIn({
    group: 'policy',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    subresources: ['status'],
    hasGeneration: true,
    passive: true,
    printer: printers.disruptionBudgetPrinter,
    setDefaults: setBudgetDefaults,
    validate: validateBudget,
  }),
  builtIn({
    kind: 'LimitRange',
    plural: 'limitranges',
    shortNames: ['limits'],
    passive: true,
    printer: printers.limitRangePrinter,
    setDefaults: setLimitRangeDefaults,
    validate: validateLimitRange,
  }),
  builtIn({
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    shortNames: ['quota'],
    subresources: ['status'],
    passive: true,
    printer: printers.quotaPrinter,
    setDefaults: defaultsOf({ status: {} }),
  }),
  builtIn({
    group: 'scheduling.k8s.io',
    kind: 'PriorityClass',
    plural: 'priorityclasses',
    shortNames: ['pc'],
    namespaced: false,
    hasGeneration: true,
    passive: true,
    printer: printers.priorityClassPrinter,
    setDefaults: defaultsOf({ preemptionPolicy: 'PreemptLowerPriority' }),
    validate: validatePriorityClass,
  }),
  builtIn({
    group: 'node.k8s.io',
    kind: 'RuntimeClass',
    plural: 'runtimeclasses',
    namespaced: false,
    passive: true,
    printer: printers.runtimeClassPrinter,
    validate: validationOf({ required: { handler: '' }, immutable: ['handler'] }),
  }),
];
