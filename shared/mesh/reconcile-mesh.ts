import { NotDueError, PermanentError } from '../model/errors.ts';
import { meshReconcileRequested } from '../model/events/mesh-reconcile-requested.ts';
import { objectNameText } from '../model/records/mesh-claim.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import { hasNews } from './has-news.ts';
import type { ReconcileDependencies } from './mesh-target.ts';
import type { Directory } from './plan/directory.ts';
import { StatusPublisher } from './publish-status.ts';
import { readMesh } from './read-mesh.ts';
import { reconcileTarget, type TargetResult } from './reconcile-target.ts';

export interface MeshRequest {
  readonly cluster: string;
  /** Also compare the claims with the mesh targets themselves. */
  readonly verify?: boolean | undefined;
  /** The mesh targets to compare with; all by default. */
  readonly targets?: readonly string[] | undefined;
  /** Only if what the targets read from outside the cluster has changed since the last run. */
  readonly poll?: boolean | undefined;
}

/**
 * Reconciles the mesh targets of a cluster with its stored mesh objects, all at once: each has its own claims and its own time, so
 * that none waits for another that fails or is slow. May run at any time, any number of times, by the one writer of the
 * cluster's mesh. A retryable error is thrown at the end. For steps that did not fit into the time, another run is requested.
 */
export async function reconcileMesh(
  deps: ReconcileDependencies,
  { cluster, verify, targets: verified, poll }: MeshRequest,
): Promise<void> {
  const config = deps.cluster(cluster);
  const targets = deps.meshTargets(config);
  if (targets.length === 0) return;
  if (poll === true && !(await hasNews(deps, cluster, targets))) return;
  const mesh = await readMesh(deps.objects, cluster);
  const records = await Array.fromAsync(deps.statuses.all(cluster));
  const publisher = new StatusPublisher(deps, config, {
    targets: targets.map(({ rules }) => rules),
    records,
  });
  const reconciling = targets.map((target) => {
    const verifies = verify === true && (verified?.includes(target.rules.name) ?? true);
    return reconcileTarget(deps, { cluster, target, mesh, publisher, verify: verifies });
  });
  const settled = await Promise.allSettled(reconciling);
  const results = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const errors = settled.map((each) => (each.status === 'rejected' ? each.reason : each.value.error));
  if (results.length > 0) await forgetGone(publisher, records, mesh.directory);
  await note(deps, cluster, results);
  await continueLater(deps, cluster, results);
  throwFirst(errors.filter((error) => error !== undefined));
}

/** What may pass comes first: a request with a permanent error is not retried. */
function throwFirst(errors: readonly unknown[]): void {
  const lasting = (error: unknown) => error instanceof PermanentError || error instanceof NotDueError;
  const error = errors.find((each) => !lasting(each)) ?? errors[0];
  if (error !== undefined) throw error;
}

/** Records the run even if steps failed: those are retried by the queue. */
async function note(
  deps: ReconcileDependencies,
  cluster: string,
  results: readonly TargetResult[],
): Promise<void> {
  const ended = results.filter(({ isContinued, isVerified }) => !isContinued || isVerified);
  if (ended.length === 0) return;
  const endedAtMs = deps.clock.now();
  const verified = ended.filter(({ isVerified }) => isVerified).map(({ name }) => [name, endedAtMs] as const);
  const inputs = ended.flatMap(({ name, inputs: read }) => (read === undefined ? [] : [[name, read]]));
  const last = await deps.meshRuns.last(cluster);
  await deps.meshRuns.save(cluster, {
    endedAtMs,
    verifiedAtMs: { ...last?.verifiedAtMs, ...Object.fromEntries(verified) },
    ...(inputs.length > 0 && { inputs: { ...last?.inputs, ...Object.fromEntries(inputs) } }),
  });
}

async function continueLater(
  deps: ReconcileDependencies,
  cluster: string,
  results: readonly TargetResult[],
): Promise<void> {
  const continued = results.filter(({ isContinued }) => isContinued);
  if (continued.length === 0) return;
  const run = `continued ${deps.newToken()}`;
  const reason = 'the previous run did not have time for all steps';
  const unverified = continued.filter(({ isUnverified }) => isUnverified).map(({ name }) => name);
  const verify = unverified.length === results.length ? true : unverified;
  await deps.requests.send([
    meshReconcileRequested(cluster, { run, reason, ...(unverified.length > 0 && { verify }) }),
  ]);
}

/** Removes the statuses of deleted objects. */
async function forgetGone(
  publisher: StatusPublisher,
  records: readonly StatusRecord[],
  { entries }: Directory,
): Promise<void> {
  const live = new Set(entries.map(({ id }) => objectNameText(id)));
  for (const record of records) if (!live.has(objectNameText(record.object))) await publisher.forget(record);
}
