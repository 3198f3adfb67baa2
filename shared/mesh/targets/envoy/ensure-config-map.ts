import { createHash } from 'node:crypto';
import { ConflictError, NotFoundError, RefusedError } from '../../../model/errors.ts';
import type { LiveObject } from '../../../model/kubernetes-object.ts';
import { applyOwnObject } from '../../../own-objects/apply-own-object.ts';
import { claimedBy, isApplied } from '../../objects-target/ensure-object.ts';
import type { ObjectContent, ObjectDesired } from '../../objects-target/plan/object-claim.ts';
import {
  idOfResource,
  isOurs,
  madeFrom,
  manifestOf,
  ownershipFor,
  resourceText,
} from '../../objects-target/plan/object-manifest.ts';
import type { Directory } from '../../plan/directory.ts';
import type { Ensure } from '../../plan/steps.ts';
import type { EnvoyClaim, Refresh } from './envoy-claim.ts';
import type { EnvoyRun } from './envoy-run.ts';
import { referencesIn } from './kept-references.ts';
import { generationsIn } from './plan/carriers.ts';
import { nextFiles, type Stage } from './stages/next-files.ts';
import { begun, nextDueMs, type Progress, resumed, settledIn, written } from './stages/progress.ts';
import type { Files } from './stages/resource-file.ts';
import { withKept } from './stages/with-kept.ts';
import type { Kept } from './translate/proxy.ts';

/** How often the ConfigMap is read again because somebody else replaced it meanwhile. */
const maxAttempts = 3;

/** The kubelet learns of the ConfigMap and of the pod's annotation by two watches: the annotation comes later. */
const refreshAfterMs = 1_000;

/** So long after the last annotations, pods are annotated again. */
const refreshEveryMs = 3_000;

/** What is applied of a ConfigMap. */
interface ProxyContent extends ObjectContent {
  readonly data?: Files | undefined;
  readonly kept?: Kept | undefined;
}

/**
 * Brings a proxy's ConfigMap one stage further, or to the end if one write is enough. The claim says before a write what it
 * adds, and after it when that counts as settled: a crash at any point costs time, never the order. Until the last write
 * the claim has phase `claimed`, so each run comes here again.
 */
export async function ensureConfigMap(
  target: EnvoyRun,
  { desired, claim }: Ensure<EnvoyClaim>,
): Promise<void> {
  const { run } = target;
  if (claim !== undefined && isApplied(claim, desired)) {
    await run.put({ ...claim, dependsOn: referencesIn(desired, claim, undefined) });
    return;
  }
  if (claim !== undefined && isWaiting(claim, desired, run.deps.clock.now())) return;
  for (let count = 1; ; count++)
    try {
      return await advance(target, desired, run.claims.get(desired.key));
    } catch (error) {
      // The namespace is missing. A retry within the hour would not help; the next verification tries again.
      if (error instanceof NotFoundError) throw new RefusedError(error.message, { cause: error });
      if (!(error instanceof ConflictError) || count === maxAttempts) throw error;
    }
}

/** Whether nothing changed since the last write, and its time to settle is not over. */
function isWaiting({ phase, stage }: EnvoyClaim, desired: ObjectDesired, now: number): boolean {
  return phase === 'claimed' && stage?.fingerprint === desired.fingerprint && stage.dueAtMs > now;
}

async function advance(
  target: EnvoyRun,
  desired: ObjectDesired,
  claim: EnvoyClaim | undefined,
): Promise<void> {
  const { run, objects, kinds, options } = target;
  const now = run.deps.clock.now();
  const version = await kinds.require(desired.resource);
  const claimed = { ...claimedBy(desired, claim), refresh: claim?.refresh, carried: claim?.carried };
  const read = await objects.get(idOfResource(desired.resource, version));
  const progress = resumed(claim?.progress ?? {}, now, options.settleMs);
  const live = read && isOurs(read, run.cluster, claimed) ? (read.data ?? {}) : undefined;
  const stage = nextFiles(live, filesWanted(desired, live), settledIn(progress, now));
  if (stage.isChange || stage.isDone)
    await write(target, desired, { version, claimed, read, stage, progress, hasPods: live !== undefined });
  else {
    const next = written(progress, stage, now, options.settleMs);
    await run.put({ ...claimed, progress: next, stage: waiting(desired, next, now) });
  }
}

interface Writing {
  readonly version: string;
  readonly claimed: Omit<EnvoyClaim, 'revision'>;
  readonly read: LiveObject | undefined;
  readonly stage: Stage;
  readonly progress: Progress;
  /** Whether there may be pods that have former files. */
  readonly hasPods: boolean;
}

async function write(target: EnvoyRun, desired: ObjectDesired, writing: Writing): Promise<void> {
  const { run, objects, options } = target;
  const { version, claimed, read, stage, progress, hasPods } = writing;
  const { clock } = run.deps;
  const isRefreshed = options.refreshPods && hasPods && stage.isChange;
  const refreshNow = () =>
    isRefreshed ? nextRefresh(stage.files, claimed.refresh, clock.now()) : claimed.refresh;
  // Recorded before the write, too, since a run after a crash finds nothing to change any more.
  const put = await run.put({ ...claimed, refresh: refreshNow(), progress: begun(progress, stage) });
  const ownership = ownershipFor(desired, run.cluster);
  const content = { ...desired, spec: { ...desired.spec, data: stage.files } };
  const wanted = { manifest: manifestOf(content, version), ownership, isMadeFrom: madeFrom(put) };
  const { metadata } = await applyOwnObject(objects, wanted, read);
  const now = clock.now();
  const next = written(progress, stage, now, options.settleMs);
  const ended = stage.isDone
    ? { ...applied(desired, target.directory), dependsOn: referencesIn(desired, put, stage.files) }
    : { ...put, stage: waiting(desired, next, now) };
  await run.put({ ...ended, id: metadata.uid, progress: next, refresh: refreshNow() });
}

function applied(desired: ObjectDesired, directory: Directory) {
  const { key, resource, sourceObject, fingerprint, entry } = desired;
  const carried = generationsIn(entry, directory);
  return { key, resource, sourceObject, phase: 'applied' as const, fingerprint, carried };
}

/** What is desired, with what has to stay of the live files. */
export function filesWanted({ spec }: ObjectDesired, live: Files | undefined): Files {
  const { data = {}, kept } = spec as ProxyContent;
  return withKept(data, kept, live);
}

function nextRefresh(files: Files, former: Refresh | undefined, now: number): Refresh {
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const soonest = now + refreshAfterMs;
  if (former === undefined) return { digest, times: 0, dueAtMs: soonest };
  // Annotated a few seconds ago, or about to be: not at once again.
  const dueAtMs = former.times > 0 ? now + refreshEveryMs : Math.max(soonest, former.dueAtMs);
  return { digest, times: 0, dueAtMs };
}

function waiting(desired: ObjectDesired, progress: Progress, now: number): EnvoyClaim['stage'] {
  const isAdding = progress.added?.some(({ dueAtMs = now }) => dueAtMs > now) ?? false;
  const what = isAdding
    ? 'has the new clusters; listeners and routes that use them follow'
    : 'has the new listeners and routes; what they no longer use is removed';
  const message = `${resourceText(desired.resource)} ${what}`;
  return { fingerprint: desired.fingerprint, message, dueAtMs: nextDueMs(progress, now) ?? now };
}
