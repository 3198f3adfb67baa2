import { at, ensureObject, isObject, setDefault } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { setTemplateDefaults } from './defaults.ts';

/** Sets the defaults of batch/v1 in place (pkg/apis/batch/v1/defaults.go). */
export function setJobDefaults(job: KubernetesObject): void {
  const spec = ensureObject(job, 'spec');
  setJobSpecDefaults(spec);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(
    spec,
    'podReplacementPolicy',
    spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
  );
  setDefault(spec, 'manualSelector', false);
  const labels = at(spec, 'template', 'metadata', 'labels');
  if (isObject(labels) && Object.keys(job.metadata.labels ?? {}).length === 0)
    job.metadata.labels = { ...(labels as Record<string, string>) };
  ensureObject(job, 'status');
}

const maxInt32 = 2 ** 31 - 1;

function setJobSpecDefaults(spec: JsonObject): void {
  if (spec.parallelism === undefined) setDefault(spec, 'completions', 1);
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : maxInt32);
  setTemplateDefaults(spec);
}

const uidLabel = 'batch.kubernetes.io/controller-uid';

/** The labels of a Job's pods, in the old form and in the new one. */
export function jobLabels(name: string, uid: string): Record<string, string> {
  return { 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, [uidLabel]: uid };
}

/** Labels the pods of a new Job with its name and uid, and selects them by the uid (the job strategy's generateSelector). */
export function selectOwnPods(job: KubernetesObject): void {
  const spec = ensureObject(job, 'spec');
  if (spec.manualSelector === true) return;
  const { name, uid } = job.metadata;
  const labels = ensureObject(ensureObject(ensureObject(spec, 'template'), 'metadata'), 'labels');
  for (const [label, value] of Object.entries(jobLabels(name, uid))) labels[label] ??= value;
  ensureObject(ensureObject(spec, 'selector'), 'matchLabels')[uidLabel] ??= uid;
  if (Object.keys(job.metadata.labels ?? {}).length === 0)
    job.metadata.labels = { ...(labels as Record<string, string>) };
}

export function setCronJobDefaults(cronJob: KubernetesObject): void {
  const spec = ensureObject(cronJob, 'spec');
  setDefault(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  const template = ensureObject(spec, 'jobTemplate');
  ensureObject(template, 'metadata');
  const jobSpec = ensureObject(template, 'spec');
  ensureObject(ensureObject(jobSpec, 'template'), 'metadata');
  setTemplateDefaults(jobSpec);
  ensureObject(cronJob, 'status');
}
