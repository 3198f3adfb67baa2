import { resourceText } from '../../objects-target/plan/object-manifest.ts';
import { releaseObject } from '../../objects-target/release-object.ts';
import type { Problem } from '../../plan/problem.ts';
import type { EnvoyClaim } from './envoy-claim.ts';
import type { EnvoyRun } from './envoy-run.ts';
import { mountingPods } from './mounting-pods.ts';

/** Between two attempts; doubled each time. */
const minWaitMs = 15_000;
const maxWaitMs = 600_000;

/** Pods named in a message. */
const maxNamed = 3;

/**
 * Deletes the ConfigMap of a deleted virtual node or gateway once no pod mounts it: a pod that starts without it would wait,
 * and one that is restarted in place would lose its proxy.
 */
export async function releaseConfigMap(target: EnvoyRun, claim: EnvoyClaim): Promise<Problem | null> {
  const { run, objects } = target;
  const now = run.deps.clock.now();
  if (claim.mounted !== undefined && claim.mounted.dueAtMs > now) return problemOf(claim.mounted.message);
  const pods = await mountingPods(objects, claim.resource);
  const { mounted, refresh: _, stage: __, ...rest } = claim;
  if (pods.length === 0) return releaseObject(target, rest);
  const times = (mounted?.times ?? 0) + 1;
  const dueAtMs = now + Math.min(minWaitMs * 2 ** (times - 1), maxWaitMs);
  const message = `${resourceText(claim.resource)} is not deleted yet: ${namesOf(pods)} still use it`;
  await run.put({ ...rest, phase: 'releasing', mounted: { times, message, dueAtMs } });
  run.deps.note(`cluster ${run.cluster}: ${message}`);
  return problemOf(message);
}

function problemOf(message: string): Problem {
  return { reason: 'Pending', message };
}

function namesOf(pods: readonly { readonly metadata: { readonly name: string } }[]): string {
  const names = pods.slice(0, maxNamed).map(({ metadata }) => metadata.name);
  const more = pods.length - names.length;
  return `pods ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
