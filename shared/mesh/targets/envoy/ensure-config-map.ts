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
import type { Ensure } from '../../plan/steps.ts';
import type { EnvoyClaim, Refresh } from './envoy-claim.ts';
import type { EnvoyRun } from './envoy-run.ts';
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
    await run.put({ ...claim, dependsOn: desired.dependsOn });
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
  const claimed = { ...claimedBy(desired, claim), refresh: claim?.refresh };
  const read = await objects.get(idOfResource(desired.resource, version));
  const progress = resumed(claim?.progress ?? {}, now, options.settleMs);
  const live = read && isOurs(read, run.cluster, { ...claimed }) ? (read.data ?? {}) : undefined;
  const stage = nextFiles(live, filesWanted(desired, live), settledIn(progress, now));
  if (!stage.isChange && !stage.isDone) {
    await run.put({ ...claimed, progress, stage: waiting(desired, progress, now) });
    return;
  }
  const put = await run.put({ ...claimed, progress: begun(progress, stage) });
  const ownership = ownershipFor(desired, run.cluster);
  const content = { ...desired, spec: { ...desired.spec, data: stage.files } };
  const manifest = manifestOf(content, version);
  const { metadata } = await applyOwnObject(
    objects,
    { manifest, ownership, isMadeFrom: madeFrom(put) },
    read,
  );
  await record(target, desired, { put, stage, progress, isRead: live !== undefined, metadata });
}

/** What is desired, with what has to stay of the live files. */
export function filesWanted({ spec }: ObjectDesired, live: Files | undefined): Files {
  const { data = {}, kept } = spec as ProxyContent;
  return withKept(data, kept, live);
}

interface Applied {
  readonly put: EnvoyClaim;
  readonly stage: Stage;
  readonly progress: Progress;
  /** Whether there may be pods that have former files. */
  readonly isRead: boolean;
  readonly metadata: LiveObject['metadata'];
}

async function record(
  { run, options }: EnvoyRun,
  desired: ObjectDesired,
  { put, stage, progress: before, isRead, metadata }: Applied,
): Promise<void> {
  const { key, resource, sourceObject, dependsOn, fingerprint } = desired;
  const now = run.deps.clock.now();
  const progress = written(before, stage, now, options.settleMs);
  const isRefreshed = options.refreshPods && isRead && stage.isChange;
  const refresh = isRefreshed ? nextRefresh(stage.files, put.refresh, now) : put.refresh;
  const further = { progress, ...(refresh && { refresh }) };
  if (stage.isDone)
    await run.put({
      ...{ key, resource, sourceObject, dependsOn },
      ...{ phase: 'applied', fingerprint, id: metadata.uid, ...further },
    });
  else await run.put({ ...put, id: metadata.uid, ...further, stage: waiting(desired, progress, now) });
}

function nextRefresh(files: Files, former: Refresh | undefined, now: number): Refresh {
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  // After the first time, the second one is due later by more than `refreshEveryMs`.
  const isRecent = former !== undefined && former.times > 0;
  return { digest, times: 0, dueAtMs: now + (isRecent ? refreshEveryMs : refreshAfterMs) };
}

function waiting(desired: ObjectDesired, progress: Progress, now: number): EnvoyClaim['stage'] {
  const dueAtMs = nextDueMs(progress, now) ?? now;
  const time = new Date(dueAtMs).toISOString().replace(/\.\d+/, '');
  const isAdding = progress.added?.some(({ dueAtMs: due = now }) => due > now) ?? false;
  const what = isAdding
    ? 'has the new clusters; listeners and routes that use them follow'
    : 'has the new listeners and routes; what they no longer use is removed';
  const message = `${resourceText(desired.resource)} ${what} at ${time}, when all proxies have read it`;
  return { fingerprint: desired.fingerprint, message, dueAtMs };
}
