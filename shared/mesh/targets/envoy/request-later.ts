import { meshReconcileRequested } from '../../../model/events/mesh-reconcile-requested.ts';
import type { EnvoyRun } from './envoy-run.ts';

/**
 * Requests a run for the next time at which something is due. It waits in a message group of its own, which holds up nothing.
 * `isDeferred`: statuses name a time that does not hold any more, so the run is requested at once.
 */
export async function requestLater({ run }: EnvoyRun, isDeferred: boolean): Promise<void> {
  const times = [...run.claims.values()]
    .flatMap(({ stage, refresh, mounted }) => [stage?.dueAtMs, refresh?.dueAtMs, mounted?.dueAtMs])
    .filter((time) => time !== undefined);
  if (times.length === 0) return;
  const now = run.deps.clock.now();
  // Claims that are due at almost the same time share a run.
  const dueAtMs = Math.ceil(Math.max(isDeferred ? now : Math.min(...times), now) / 1000) * 1000;
  const reason = 'files of proxies are due';
  await run.deps.later(meshReconcileRequested(run.cluster, { run: `due at ${dueAtMs}`, reason }), dueAtMs);
}
