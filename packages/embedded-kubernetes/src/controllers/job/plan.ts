import { parseIndexes } from './indexes.ts';

/** What the plan needs to know of a pod of a Job. */
export interface JobPod {
  readonly name: string;
  readonly state: 'active' | 'succeeded' | 'failed';
  /** Its completion index; undefined for a Job that is not Indexed. */
  readonly index: number | undefined;
  /** How often its containers were restarted. */
  readonly restarts: number;
  /** Whether it is in the Job's status. */
  readonly isCounted: boolean;
  readonly endedAtMs: number;
}

export interface JobInput {
  readonly parallelism: number;
  /** Undefined for a work queue: it is complete when one pod has succeeded and none is active. */
  readonly completions: number | undefined;
  readonly isIndexed: boolean;
  readonly backoffLimit: number;
  readonly activeDeadlineMs: number | undefined;
  readonly isSuspended: boolean;
  /** Undefined while suspended or not started. */
  readonly startedAtMs: number | undefined;
  readonly nowMs: number;
  /** How long a new pod waits after a failure; doubled with each one. */
  readonly backoffMs: number;
  readonly counts: JobCounts;
  readonly pods: readonly JobPod[];
}

/** What a Job's status remembers of pods that may be deleted by now. */
export interface JobCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** Such as `0-2,4`. */
  readonly completedIndexes: string;
}

export type JobEnd =
  | { readonly type: 'Complete' }
  | { readonly type: 'Failed'; readonly reason: 'BackoffLimitExceeded' | 'DeadlineExceeded' };

export interface JobPlan {
  readonly counts: {
    readonly succeeded: number;
    readonly failed: number;
    readonly completed: readonly number[];
  };
  readonly end: JobEnd | undefined;
  /** The completion index of each new pod; undefined for a Job that is not Indexed. */
  readonly creates: readonly (number | undefined)[];
  readonly deletes: readonly string[];
  /** When to plan again, although nothing else has changed. */
  readonly againInMs: number | undefined;
}

/** The next step of a Job that has not ended (job/job_controller.go). */
export function planJob(input: JobInput): JobPlan {
  const counts = countsOf(input);
  const active = input.pods.filter(({ state }) => state === 'active');
  const end = endOf(input, counts, active);
  const names = (pods: readonly JobPod[]) => pods.map(({ name }) => name);
  if (end || input.isSuspended)
    return { counts, end, creates: [], deletes: names(active), againInMs: undefined };
  const wanted = wantedPods(input, counts.succeeded, active.length);
  const surplus = surplusOf(input, active, counts.completed, wanted);
  const missing = wanted - (active.length - surplus.length);
  const waitMs = missing > 0 ? backoffOf(input) : 0;
  const creates = waitMs > 0 ? [] : newPods(input, active, counts.completed, missing);
  return { counts, end, creates, deletes: names(surplus), againInMs: nextMs(input, waitMs) };
}

function countsOf({ counts, pods, isIndexed, completions }: JobInput): JobPlan['counts'] {
  const fresh = pods.filter(({ isCounted }) => !isCounted);
  const failed = counts.failed + fresh.filter(({ state }) => state === 'failed').length;
  const ended = fresh.filter(({ state }) => state === 'succeeded');
  if (!isIndexed) return { succeeded: counts.succeeded + ended.length, failed, completed: [] };
  const indexes = [...parseIndexes(counts.completedIndexes), ...ended.flatMap(({ index }) => index ?? [])];
  const completed = [...new Set(indexes)].filter((index) => index < (completions ?? 0)).sort((a, b) => a - b);
  return { succeeded: completed.length, failed, completed };
}

function endOf(input: JobInput, counts: JobPlan['counts'], active: readonly JobPod[]): JobEnd | undefined {
  const { completions, backoffLimit, activeDeadlineMs, startedAtMs, nowMs, isSuspended } = input;
  const restarts = active.reduce((sum, pod) => sum + pod.restarts, 0);
  if (counts.failed > backoffLimit || (restarts > 0 && restarts >= backoffLimit))
    return { type: 'Failed', reason: 'BackoffLimitExceeded' };
  const runsMs = startedAtMs === undefined || isSuspended ? 0 : nowMs - startedAtMs;
  const isComplete =
    completions === undefined ? counts.succeeded > 0 && active.length === 0 : counts.succeeded >= completions;
  if (isComplete) return { type: 'Complete' };
  return activeDeadlineMs !== undefined && startedAtMs !== undefined && runsMs >= activeDeadlineMs
    ? { type: 'Failed', reason: 'DeadlineExceeded' }
    : undefined;
}

function wantedPods({ completions, parallelism }: JobInput, succeeded: number, active: number): number {
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  return Math.min(parallelism, completions - succeeded);
}

/** Active pods whose index is complete or taken twice, then the surplus of all. */
function surplusOf(
  { isIndexed, completions = 0 }: JobInput,
  active: readonly JobPod[],
  completed: readonly number[],
  wanted: number,
): readonly JobPod[] {
  const useless = active.filter(
    ({ index }, at) =>
      isIndexed &&
      (index === undefined ||
        index >= completions ||
        completed.includes(index) ||
        active.findIndex((pod) => pod.index === index) < at),
  );
  const useful = active.filter((pod) => !useless.includes(pod));
  return [...useless, ...useful.slice(wanted)];
}

function newPods(
  { isIndexed, completions = 0 }: JobInput,
  active: readonly JobPod[],
  completed: readonly number[],
  missing: number,
): (number | undefined)[] {
  if (!isIndexed) return Array.from({ length: Math.max(0, missing) }, () => undefined);
  const taken = new Set([...completed, ...active.map(({ index }) => index)]);
  return Array.from({ length: completions }, (_, index) => index)
    .filter((index) => !taken.has(index))
    .slice(0, Math.max(0, missing));
}

/** What is left of the wait after the last failure: 1, 2, 4, … times `backoffMs`, at most 64 times. */
function backoffOf({ pods, backoffMs, nowMs }: JobInput): number {
  const failed = pods.filter(({ state }) => state === 'failed').map(({ endedAtMs }) => endedAtMs);
  const lastSuccess = Math.max(
    0,
    ...pods.filter(({ state }) => state === 'succeeded').map((pod) => pod.endedAtMs),
  );
  const since = failed.filter((atMs) => atMs >= lastSuccess);
  if (since.length === 0) return 0;
  return Math.max(0, Math.max(...since) + backoffMs * 2 ** Math.min(6, since.length - 1) - nowMs);
}

function nextMs({ activeDeadlineMs, startedAtMs, nowMs }: JobInput, waitMs: number): number | undefined {
  const deadlines = [
    ...(waitMs > 0 ? [waitMs] : []),
    ...(activeDeadlineMs !== undefined && startedAtMs !== undefined
      ? [Math.max(0, startedAtMs + activeDeadlineMs - nowMs)]
      : []),
  ];
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}
