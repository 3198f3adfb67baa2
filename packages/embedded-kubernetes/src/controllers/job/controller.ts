import { at, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { claim } from '../ownership.ts';
import { isReady } from '../pods.ts';
import { affectedOwners } from '../workload/affected-owners.ts';
import { createPod } from '../workload/create-pod.ts';
import { type JobInput, type JobPlan, planJob } from './plan.ts';
import { identityOf, jobPod, specOf, trackingFinalizer } from './pods.ts';
import { endedAs, endText, isTrue, jobStatus } from './status.ts';

const resource = 'jobs.batch';
const component = 'job-controller';

interface Context {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly queue: WorkQueue;
}

/** Runs the pods of each Job until enough have succeeded or too many have failed; deletes it after its time to live. */
export function startJobController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue: WorkQueue = new WorkQueue(plane.timers, (key) => reconcile({ plane, api, queue }, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe('pods', (change) => {
    for (const key of affectedOwners(plane.store, { resource, kind: 'Job' }, change)) queue.add(key);
    releaseOrphan(plane, api, change.object);
  });
}

function reconcile(context: Context, key: string): void {
  const { plane, api } = context;
  const job = plane.store.get(resource, key);
  if (!job) return;
  const pods = claim(api, job, plane.store.list('pods', job.metadata.namespace));
  if (isTerminating(job) || endedAs(job)) {
    for (const pod of pods) release(api, plane, pod);
    if (!isTerminating(job)) expire(context, key, job);
    return;
  }
  const input = inputOf(plane, job, pods);
  const plan = planJob(input);
  const created = carryOut(context, job, pods, plan);
  recordPlan(plane, job, plan, input.isSuspended);
  writeStatus(context, key, plan, [...pods, ...created], input.isSuspended);
  for (const pod of pods) if (jobPod(pod).state !== 'active') release(api, plane, pod);
  if (plan.againInMs !== undefined) context.queue.addLater(key, Math.min(plan.againInMs, maxDelayMs));
}

/** Longer timers overflow. */
const maxDelayMs = 24 * 3_600_000;

function inputOf(plane: ControlPlane, job: KubernetesObject, pods: readonly KubernetesObject[]): JobInput {
  const { spec, status } = job;
  const seconds = at(spec, 'activeDeadlineSeconds');
  const started = stringAt(status, 'startTime');
  const isSuspended = at(spec, 'suspend') === true;
  const completions = at(spec, 'completions');
  return {
    parallelism: numberAt(spec, 'parallelism'),
    completions: typeof completions === 'number' ? completions : undefined,
    isIndexed: stringAt(spec, 'completionMode') === 'Indexed',
    backoffLimit: numberAt(spec, 'backoffLimit'),
    activeDeadlineMs: typeof seconds === 'number' ? seconds * 1000 : undefined,
    isSuspended,
    startedAtMs: isSuspended ? undefined : started ? Date.parse(started) : Date.now(),
    nowMs: Date.now(),
    backoffMs: plane.timings.restartMs,
    counts: {
      succeeded: numberAt(status, 'succeeded'),
      failed: numberAt(status, 'failed'),
      completedIndexes: stringAt(status, 'completedIndexes'),
    },
    pods: pods.map(jobPod),
  };
}

function carryOut(
  { plane, api }: Context,
  job: KubernetesObject,
  pods: readonly KubernetesObject[],
  plan: JobPlan,
): KubernetesObject[] {
  for (const pod of pods) {
    if (!plan.deletes.includes(pod.metadata.name)) continue;
    api.delete(pod);
    plane.recorder.record(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component);
  }
  const template = objectAt(job, 'spec', 'template');
  const creator = { plane, api, component };
  return plan.creates.map((index) =>
    createPod(creator, job, template, identityOf(job, index), specOf(job, template, index)),
  );
}

function recordPlan(
  plane: ControlPlane,
  job: KubernetesObject,
  { end }: JobPlan,
  isSuspended: boolean,
): void {
  const record = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    plane.recorder.record(job, type, reason, message, component);
  if (end?.type === 'Complete') record('Normal', 'Completed', 'Job completed');
  else if (end) record('Warning', endText(end).reason, endText(end).message);
  const wasSuspended = isTrue(job, 'Suspended');
  if (isSuspended && !wasSuspended) record('Normal', 'Suspended', 'Job suspended');
  if (!isSuspended && wasSuspended) record('Normal', 'Resumed', 'Job resumed');
}

function writeStatus(
  { plane, api }: Context,
  key: string,
  plan: JobPlan,
  pods: readonly KubernetesObject[],
  isSuspended: boolean,
): void {
  const job = plane.store.get(resource, key);
  if (!job) return;
  const active = pods.filter(
    (pod) => jobPod(pod).state === 'active' && !plan.deletes.includes(pod.metadata.name),
  );
  const counts = { active: active.length, ready: active.filter(isReady).length };
  api.updateStatus(job, jobStatus(job, plan, counts, isSuspended));
}

/** Deletes a Job that has ended when its ttlSecondsAfterFinished has passed. */
function expire({ plane, api, queue }: Context, key: string, job: KubernetesObject): void {
  const seconds = at(job, 'spec', 'ttlSecondsAfterFinished');
  if (typeof seconds !== 'number') return;
  const conditions = objectAt(job, 'status').conditions as readonly {
    type: string;
    lastTransitionTime: string;
  }[];
  const ended = conditions.find(({ type }) => type === endedAs(job))?.lastTransitionTime ?? '';
  const leftMs = Date.parse(ended) + seconds * 1000 - Date.now();
  if (leftMs > 0) queue.addLater(key, Math.min(leftMs, maxDelayMs));
  else if (plane.store.get(resource, key)) api.delete(job, { propagationPolicy: 'Foreground' });
}

/** Releases a terminating pod that no Job owns. */
function releaseOrphan(plane: ControlPlane, api: Api, pod: KubernetesObject): void {
  if (!pod.metadata.finalizers?.includes(trackingFinalizer) || !isTerminating(pod)) return;
  const owned = plane.store
    .list(resource, pod.metadata.namespace)
    .some(({ metadata }) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  if (!owned) setImmediate(() => release(api, plane, pod));
}

/** Removes the finalizer of a pod that is counted. */
function release(api: Api, plane: ControlPlane, { metadata }: KubernetesObject): void {
  const pod = plane.store.get('pods', `${metadata.namespace}/${metadata.name}`);
  if (pod?.metadata.uid !== metadata.uid || !pod.metadata.finalizers?.includes(trackingFinalizer)) return;
  const finalizers = pod.metadata.finalizers.filter((each) => each !== trackingFinalizer);
  api.update({ ...pod, metadata: { ...pod.metadata, finalizers } });
}
