import { at, objectAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, notSupported, required } from '../../model/status.ts';
import { immutableFaults, negativeFaults, optionFaults } from '../faults.ts';
import { matchesLabels, selectorOf } from '../label-selector.ts';
import { jobLabels } from './job-defaults.ts';
import { scheduleFault, zoneFault } from './schedule-faults.ts';
import { matchFaults, podTemplateFaults } from './validation.ts';

type Old = KubernetesObject | undefined;

export function validateJob(job: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(job, 'spec');
  return [
    ...generatedFaults(job, spec),
    ...jobSpecFaults(spec, 'spec'),
    ...(spec.selector === undefined ? [required('spec.selector')] : []),
    ...matchFaults(spec),
    ...(old ? jobUpdateFaults(spec, objectAt(old, 'spec')) : []),
  ];
}

/** A selector that the API server makes selects by the labels that it makes. */
function generatedFaults({ metadata }: KubernetesObject, spec: JsonObject): FieldFault[] {
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const labels = jobLabels(metadata.name, metadata.uid);
  if (matchesLabels(labels, selectorOf(spec.selector))) return [];
  return [invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')];
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

function jobSpecFaults(spec: JsonObject, path: string): FieldFault[] {
  const isIndexed = spec.completionMode === 'Indexed';
  return [
    ...counts.flatMap((count) => negativeFaults(spec[count], `${path}.${count}`)),
    ...optionFaults(spec.completionMode, ['NonIndexed', 'Indexed'], `${path}.completionMode`),
    ...(isIndexed && spec.completions === undefined
      ? [required(`${path}.completions`, 'when completion mode is Indexed')]
      : []),
    ...(!isIndexed && spec.backoffLimitPerIndex !== undefined
      ? [
          invalidValue(
            `${path}.backoffLimitPerIndex`,
            spec.backoffLimitPerIndex,
            'requires indexed completion mode',
          ),
        ]
      : []),
    ...podTemplateFaults(objectAt(spec, 'template'), `${path}.template`),
    ...restartFaults(spec, `${path}.template.spec.restartPolicy`),
  ];
}

function restartFaults(spec: JsonObject, path: string): FieldFault[] {
  const policy = at(spec, 'template', 'spec', 'restartPolicy') ?? 'Always';
  if (policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never')
    return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (spec.podFailurePolicy === undefined || policy === 'Never') return [];
  return [invalidValue(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

function jobUpdateFaults(spec: JsonObject, old: JsonObject): FieldFault[] {
  const isIndexed = spec.completionMode === 'Indexed';
  const fixed = ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'successPolicy'];
  return [
    ...(isIndexed ? [] : immutableFaults(spec.completions, old.completions, 'spec.completions')),
    ...(old.suspend === true ? [] : immutableFaults(spec.template, old.template, 'spec.template')),
    ...fixed.flatMap((name) => immutableFaults(spec[name], old[name], `spec.${name}`)),
  ];
}

function scheduleFaults({ schedule, timeZone }: JsonObject): FieldFault[] {
  const zone = typeof timeZone === 'string' ? zoneFault(timeZone) : undefined;
  const zoneFaults = zone === undefined ? [] : [invalidValue('spec.timeZone', timeZone, zone)];
  if (typeof schedule !== 'string' || schedule === '') return [required('spec.schedule'), ...zoneFaults];
  const fault = scheduleFault(schedule);
  return [...(fault === undefined ? [] : [invalidValue('spec.schedule', schedule, fault)]), ...zoneFaults];
}

const maxCronJobName = 52;

export function validateCronJob(cronJob: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(cronJob, 'spec');
  const { name } = cronJob.metadata;
  const template = objectAt(spec, 'jobTemplate', 'spec');
  return [
    ...scheduleFaults(spec),
    ...negativeFaults(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...optionFaults(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
    ...jobSpecFaults(template, 'spec.jobTemplate.spec'),
    ...(template.selector === undefined
      ? []
      : [
          invalidValue(
            'spec.jobTemplate.spec.selector',
            template.selector,
            '`selector` will be auto-generated',
          ),
        ]),
    ...['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].flatMap((limit) =>
      negativeFaults(spec[limit], `spec.${limit}`),
    ),
    ...(!old && (name ?? '').length > maxCronJobName
      ? [invalidValue('metadata.name', name, `must be no more than ${maxCronJobName} characters`)]
      : []),
  ];
}
