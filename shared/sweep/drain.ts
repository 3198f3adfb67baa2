import type { EventDetail } from '../model/events/event.ts';
import { serviceRemoval } from '../model/events/service-removal.ts';
import { formerConfigs, targetOf } from '../model/target.ts';
import type { SweepDependencies } from '../ports/sweep-ports.ts';
import { type SweepOptions, type SweepResult, sweep } from './sweep.ts';

/** A person's client gives up after a minute. */
const followedForMs = 40_000;
const pauseMs = 2_000;

/**
 * Drains a cluster: deregisters everything that is ours, and removes the empty services that were made for it. The state is
 * stored first, so that no event, sweep or old message registers again; then sweeps send the work to the pods' writers.
 * They are repeated for some time until nothing is left. What is left then, the scheduled sweeps continue. Whoever calls it
 * again sees how far it is.
 */
export async function drainCluster(
  deps: SweepDependencies,
  cluster: string,
  { dryRun }: Pick<SweepOptions, 'dryRun'>,
  run: string,
): Promise<SweepResult> {
  const startedAtMs = deps.clock.now();
  if (!dryRun) await deps.drains.begin(cluster, startedAtMs);
  for (let count = 1; ; count += 1) {
    const options = { force: true, adopt: false, dryRun, asIfDrained: true, reevaluate: true };
    const result = await sweep(deps, { cluster }, options, count === 1 ? run : `${run} ${count}`);
    if (dryRun) return result;
    if (count === 1) await requestRemovals(deps, cluster, run);
    await deps.drains.noteInstances(cluster, result.progress?.instances ?? 0);
    if (result.progress?.hasEnded || deps.clock.now() - startedAtMs >= followedForMs) return result;
    await deps.clock.sleep(pauseMs);
  }
}

/** Of all services whose ids are known: the cluster may have made one that it has not used for long. */
async function requestRemovals(deps: SweepDependencies, cluster: string, run: string): Promise<void> {
  const config = deps.cluster(cluster);
  const events: EventDetail[] = [];
  for (const target of [config, ...formerConfigs(config)].map(targetOf))
    for await (const names of deps.services.ofTarget(target)) {
      const service = { ...names, target };
      const known = await deps.services.find(service);
      if (known !== undefined)
        events.push(serviceRemoval(cluster, { service, serviceId: known.id }, `${run} known`));
    }
  await deps.requests.send(events);
}
