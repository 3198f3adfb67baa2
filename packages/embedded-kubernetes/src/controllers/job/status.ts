import { at, isObject, listAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { timestamp } from '../../verbs/api-context.ts';
import { indexesText } from './indexes.ts';
import type { JobEnd, JobPlan } from './plan.ts';

const texts = {
  CompletionsReached: 'Reached expected number of succeeded pods',
  BackoffLimitExceeded: 'Job has reached the specified backoff limit',
  DeadlineExceeded: 'Job was active longer than specified deadline',
} as const;

/** Whether a Job has ended, and how. */
export function endedAs(job: KubernetesObject): 'Complete' | 'Failed' | undefined {
  return (['Complete', 'Failed'] as const).find((type) => isTrue(job, type));
}

export function isTrue(job: KubernetesObject, type: string): boolean {
  return listAt(job, 'status', 'conditions').some(
    (each) => at(each, 'type') === type && at(each, 'status') === 'True',
  );
}

/** The words of a Job's end, for its conditions and its Event. */
export function endText(end: JobEnd): { readonly reason: string; readonly message: string } {
  const reason = end.type === 'Complete' ? 'CompletionsReached' : end.reason;
  return { reason, message: texts[reason] };
}

/** The status after a plan; `active` and `ready` count the pods that are left. */
export function jobStatus(
  job: KubernetesObject,
  { counts, end }: JobPlan,
  { active, ready }: { readonly active: number; readonly ready: number },
  isSuspended: boolean,
): JsonObject {
  const now = timestamp();
  const startTime = isSuspended ? undefined : stringAt(job, 'status', 'startTime') || now;
  const isIndexed = stringAt(job, 'spec', 'completionMode') === 'Indexed';
  const completedIndexes = isIndexed ? indexesText(counts.completed) : '';
  return {
    ...(startTime && { startTime }),
    ...(end?.type === 'Complete' && { completionTime: now }),
    ...positive({ active: end ? 0 : active, succeeded: counts.succeeded, failed: counts.failed }),
    ready: end ? 0 : ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(completedIndexes && { completedIndexes }),
    ...conditionsOf(job, end, isSuspended, now),
  };
}

function positive(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function conditionsOf(
  job: KubernetesObject,
  end: JobEnd | undefined,
  isSuspended: boolean,
  now: string,
): JsonObject {
  const known = listAt(job, 'status', 'conditions').filter(isObject);
  const wanted = [...endConditions(end), ...suspension(job, isSuspended)];
  const next = wanted.map((condition) => {
    const old = known.find(({ type }) => type === condition.type);
    if (old?.status === condition.status) return old;
    return { ...condition, lastProbeTime: now, lastTransitionTime: now };
  });
  const others = known.filter(({ type }) => !wanted.some((condition) => condition.type === type));
  const conditions = [...others, ...next];
  return conditions.length === 0 ? {} : { conditions };
}

function endConditions(end: JobEnd | undefined) {
  if (!end) return [];
  const types = end.type === 'Complete' ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
  return types.map((type) => ({ type, status: 'True', ...endText(end) }));
}

function suspension(job: KubernetesObject, isSuspended: boolean) {
  if (isSuspended)
    return [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }];
  return isTrue(job, 'Suspended')
    ? [{ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }]
    : [];
}
