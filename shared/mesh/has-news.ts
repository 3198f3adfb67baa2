import type { MeshTarget, ReconcileDependencies } from './mesh-target.ts';
import { readMesh } from './read-mesh.ts';

/**
 * Whether a target would read something else from outside the cluster than in the last run. Costs the kinds that are needed
 * for that, and nothing of the rest of the mesh. What cannot be read is no news: the last known state stays.
 */
export async function hasNews(
  deps: ReconcileDependencies,
  cluster: string,
  targets: readonly MeshTarget[],
): Promise<boolean> {
  const reading = targets.filter(({ informed }) => informed !== undefined);
  if (reading.length === 0) return false;
  const { directory } = await readMesh(deps.objects, cluster, ['Mesh', 'VirtualNode']);
  const { inputs: last } = (await deps.meshRuns.last(cluster)) ?? {};
  const informed = await Promise.all(reading.map((target) => target.informed?.(directory, deps)));
  return informed.some(
    (target) => target?.inputs !== undefined && target.inputs !== last?.[target.rules.name],
  );
}
