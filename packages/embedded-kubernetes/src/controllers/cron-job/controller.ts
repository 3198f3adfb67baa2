import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { controllerOf, isTerminating, type KubernetesObject } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { timestamp } from '../../verbs/api-context.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { endedAs } from '../job/status.ts';
import { controllerReference } from '../ownership.ts';
import { affectedOwners } from '../workload/affected-owners.ts';
import { recordOnce } from '../workload/create-pod.ts';
import { type CronInput, type CronPlan, planCron } from './plan.ts';

const resource = 'cronjobs.batch';
const jobs = 'jobs.batch';
const component = 'cronjob-controller';
const maxDelayMs = 3_600_000;
const timeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

interface Context {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly queue: WorkQueue;
}

/** Creates the Jobs of each CronJob at their times, and deletes old ones. */
export function startCronJobController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue: WorkQueue = new WorkQueue(plane.timers, (key) => reconcile({ plane, api, queue }, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe(jobs, (change) => {
    for (const key of affectedOwners(plane.store, { resource, kind: 'CronJob' }, change)) queue.add(key);
  });
}

function reconcile(context: Context, key: string): void {
  const { plane, api, queue } = context;
  const cron = plane.store.get(resource, key);
  if (!cron || isTerminating(cron)) return;
  const owned = plane.store
    .list(jobs, cron.metadata.namespace)
    .filter((job) => controllerOf(job)?.uid === cron.metadata.uid);
  const plan = planCron(inputOf(cron, owned));
  for (const name of [...plan.replaces, ...plan.forgets]) deleteJob(context, cron, owned, name);
  const deleted = new Set([...plan.replaces, ...plan.forgets]);
  const kept = owned.filter(({ metadata }) => !deleted.has(metadata.name));
  const started = plan.start && createJob(context, cron, plan.start);
  recordSkip(plane, cron, plan);
  recordEnds(plane, cron, owned);
  updateStatus(api, cron, started ? [...kept, started] : kept, lastSuccess(cron, owned), plan);
  if (plan.nextAt) queue.addLater(key, Math.min(maxDelayMs, Math.max(0, plan.nextAt.getTime() - Date.now())));
}

function inputOf(cron: KubernetesObject, owned: readonly KubernetesObject[]): CronInput {
  const { spec } = cron;
  const deadline = at(spec, 'startingDeadlineSeconds');
  const last = stringAt(cron, 'status', 'lastScheduleTime');
  return {
    schedule: stringAt(spec, 'schedule'),
    timeZone: stringAt(spec, 'timeZone') || undefined,
    isSuspended: at(spec, 'suspend') === true,
    concurrency: (stringAt(spec, 'concurrencyPolicy') || 'Allow') as CronInput['concurrency'],
    startingDeadlineMs: typeof deadline === 'number' ? deadline * 1000 : undefined,
    keepSuccessful: numberAt(spec, 'successfulJobsHistoryLimit'),
    keepFailed: numberAt(spec, 'failedJobsHistoryLimit'),
    createdAt: new Date(cron.metadata.creationTimestamp),
    lastScheduledAt: last ? new Date(last) : undefined,
    now: new Date(),
    jobs: owned.map((job) => ({
      name: job.metadata.name,
      state: stateOf(job),
      startedAtMs: Date.parse(job.metadata.creationTimestamp),
    })),
  };
}

function stateOf(job: KubernetesObject) {
  const ended = endedAs(job);
  if (ended === undefined) return 'active' as const;
  return ended === 'Complete' ? ('complete' as const) : ('failed' as const);
}

/** Its name holds the minute, so that a time has one Job. */
function createJob(
  { plane, api }: Context,
  cron: KubernetesObject,
  time: Date,
): KubernetesObject | undefined {
  const { namespace } = cron.metadata;
  const name = `${cron.metadata.name}-${Math.floor(time.getTime() / 60_000)}`;
  const known = api.get(jobs, namespace, name);
  if (known) return known;
  const template = objectAt(cron, 'spec', 'jobTemplate');
  const { labels, annotations } = objectAt(template, 'metadata');
  const job = api.create(jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      ...(labels !== undefined && { labels }),
      annotations: { ...(annotations as object | undefined), [timeAnnotation]: timestamp(time.getTime()) },
      ownerReferences: [controllerReference(cron)],
    },
    spec: objectAt(template, 'spec'),
  });
  plane.recorder.record(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`, component);
  return job;
}

function deleteJob(
  { plane, api }: Context,
  cron: KubernetesObject,
  owned: readonly KubernetesObject[],
  name: string,
): void {
  const job = owned.find(({ metadata }) => metadata.name === name);
  if (!job) return;
  api.delete(job, { propagationPolicy: 'Background' });
  plane.recorder.record(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`, component);
}

function recordSkip(plane: ControlPlane, cron: KubernetesObject, { skipped }: CronPlan): void {
  if (skipped === 'JobAlreadyActive') {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    recordOnce(plane, cron, 'Normal', skipped, message, component);
  } else if (skipped)
    recordOnce(plane, cron, 'Warning', skipped, 'Missed scheduled time to start a job', component);
}

/** Records the Jobs of the status's list of active ones that have ended. */
function recordEnds(plane: ControlPlane, cron: KubernetesObject, owned: readonly KubernetesObject[]): void {
  const known = listAt(cron, 'status', 'active').map((each) => stringAt(each, 'uid'));
  for (const job of owned) {
    const ended = known.includes(job.metadata.uid) ? endedAs(job) : undefined;
    const message = `Saw completed job: ${job.metadata.name}, condition: ${ended}`;
    if (ended) plane.recorder.record(cron, 'Normal', 'SawCompletedJob', message, component);
  }
}

/** A run that is skipped for an active Job counts as scheduled only when it starts. */
function updateStatus(
  api: Api,
  cron: KubernetesObject,
  owned: readonly KubernetesObject[],
  lastSuccessful: string,
  { start }: CronPlan,
): void {
  const active = owned
    .filter((job) => endedAs(job) === undefined)
    .map(({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }) => ({
      ...{ apiVersion, kind, name, namespace, uid, resourceVersion },
    }));
  const lastSchedule = start ? timestamp(start.getTime()) : stringAt(cron, 'status', 'lastScheduleTime');
  api.updateStatus(cron, {
    ...(active.length > 0 && { active }),
    ...(lastSchedule && { lastScheduleTime: lastSchedule }),
    ...(lastSuccessful && { lastSuccessfulTime: lastSuccessful }),
  });
}

/** Of all Jobs, also those that are deleted now. */
function lastSuccess(cron: KubernetesObject, owned: readonly KubernetesObject[]): string {
  const ends = owned.map((job) => stringAt(job, 'status', 'completionTime'));
  return [...ends, stringAt(cron, 'status', 'lastSuccessfulTime')].sort().at(-1) ?? '';
}
