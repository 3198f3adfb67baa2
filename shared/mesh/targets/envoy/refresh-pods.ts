import pLimit from 'p-limit';
import { ConflictError, NotFoundError } from '../../../model/errors.ts';
import { idOf, type LiveObject } from '../../../model/kubernetes-object.ts';
import type { LabelSelector } from '../../../model/mesh/label-selector.ts';
import type { Directory } from '../../plan/directory.ts';
import { isValid } from '../../plan/entry.ts';
import type { EnvoyClaim, Refresh } from './envoy-claim.ts';
import { type EnvoyRun, unrefreshedSettleMs } from './envoy-run.ts';
import { mountingPods } from './mounting-pods.ts';
import { deferred } from './stages/progress.ts';

/** A kubelet that gets to see a changed annotation reads the volumes of its pod again. */
const annotation = 'sidecar.eks-mesh-sync/configuration';

/** A kubelet may have read the former ConfigMap just before it got to know of the new one. */
const againAfterMs = 5_000;
const maxTimes = 2;

/** A run waits so long for refreshes that are about to be due. */
const maxWaitMs = 1_500;

/** Concurrent requests; each takes the API server some milliseconds. */
const concurrency = 10;

/**
 * Annotates the pods that mount a ConfigMap that was written. A failure never fails the run: kubelets read the ConfigMap
 * by themselves within two minutes, so the stages that follow get that time. Answers whether any was deferred so.
 */
export async function refreshPods(target: EnvoyRun): Promise<boolean> {
  const { run, directory } = target;
  const { clock } = run.deps;
  const soon = clock.now() + maxWaitMs;
  const due = [...run.claims.values()].flatMap((claim) =>
    claim.refresh && claim.refresh.dueAtMs <= soon ? [{ claim, refresh: claim.refresh }] : [],
  );
  const latest = Math.max(...due.map(({ refresh }) => refresh.dueAtMs));
  if (latest > clock.now()) await clock.sleep(latest - clock.now());
  const limit = pLimit(concurrency);
  const notes = new Set<string>();
  const refreshes = due.map(({ claim, refresh }) =>
    limit(() => refreshOne(target, { claim, refresh, selector: selectorOf(claim, directory) }, notes)),
  );
  const deferred = await Promise.all(refreshes);
  for (const note of notes)
    run.deps.note(
      `cluster ${run.cluster}: pods could not be annotated, so their kubelets read a change later: ${note}`,
    );
  return deferred.includes(true);
}

interface Refreshed {
  readonly claim: EnvoyClaim;
  readonly refresh: Refresh;
  /** undefined if no object selects pods. */
  readonly selector: LabelSelector | undefined;
}

async function refreshOne(
  target: EnvoyRun,
  { claim, refresh, selector }: Refreshed,
  notes: Set<string>,
): Promise<boolean> {
  const { run } = target;
  // What there is no time for is left to the next run.
  if (run.isOverdue()) return false;
  const isRefreshed = await annotateAll(target, claim, annotationValue(refresh), selector, notes);
  const times = refresh.times + 1;
  const now = run.deps.clock.now();
  const next = { ...refresh, times, dueAtMs: now + againAfterMs };
  const { refresh: _, ...rest } = claim;
  await run.put({
    ...(isRefreshed ? rest : withMoreTime(rest, now)),
    ...(times < maxTimes && { refresh: next }),
  });
  return !isRefreshed && claim.stage !== undefined;
}

/** Another value each time, since only a change is seen. */
function annotationValue({ digest, times }: Refresh): string {
  return times === 0 ? digest : `${digest}-${times + 1}`;
}

async function annotateAll(
  { objects }: EnvoyRun,
  { resource }: EnvoyClaim,
  value: string,
  selector: LabelSelector | undefined,
  notes: Set<string>,
): Promise<boolean> {
  if (selector === undefined) return true;
  try {
    const pods = await mountingPods(objects, resource, selectorText(selector));
    for (const pod of pods) await annotate(objects, pod, value);
    return true;
  } catch (error) {
    notes.add(error instanceof Error ? error.message : String(error));
    return false;
  }
}

async function annotate(objects: EnvoyRun['objects'], pod: LiveObject, value: string): Promise<void> {
  try {
    await objects.annotate({ id: idOf(pod), uid: pod.metadata.uid }, { [annotation]: value });
  } catch (error) {
    const isGone = error instanceof NotFoundError || error instanceof ConflictError;
    if (!isGone) throw error;
  }
}

/** What was written settles only when kubelets have read it by themselves. */
function withMoreTime(claim: EnvoyClaim, now: number): EnvoyClaim {
  const { progress = {}, stage } = claim;
  const dueAtMs = now + unrefreshedSettleMs;
  return {
    ...claim,
    progress: deferred(progress, now, dueAtMs),
    ...(stage && { stage: { ...stage, dueAtMs } }),
  };
}

function selectorOf({ sourceObject }: EnvoyClaim, directory: Directory): LabelSelector | undefined {
  const entry = directory.find(sourceObject.kind, sourceObject);
  if (entry === undefined || !isValid(entry)) return undefined;
  const { kind, spec } = entry.content;
  return kind === 'VirtualNode' || kind === 'VirtualGateway' ? (spec.podSelector ?? undefined) : undefined;
}

/** The part of a selector by equality; whoever it selects beyond that does not mount the ConfigMap. */
function selectorText({ matchLabels }: LabelSelector): string {
  return Object.entries(matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
