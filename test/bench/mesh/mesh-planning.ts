import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { Directory } from '../../../shared/mesh/plan/directory.ts';
import { entryOf } from '../../../shared/mesh/plan/entry.ts';
import { planMesh } from '../../../shared/mesh/plan/plan.ts';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import { claimOn, rulesWith } from '../../mesh/harness/rules.ts';
import { median } from '../statistics.ts';
import { meshObjects } from './mesh-objects.ts';

export interface MeshPlanningFigures {
  readonly resources: number;
  /** CPU time, from objects to steps: median of several, after a warm-up. */
  readonly firstMs: number;
  readonly unchangedMs: number;
  readonly goneMs: number;
}

/** Plans a mesh of so many virtual nodes, routers and services: when nothing is there yet, when all is, when all is to go. */
export function measureMeshPlanning(count: number): MeshPlanningFigures {
  const objects = meshObjects(count).map(stored);
  const claims = new Map([...desiredOf(objects).resources].map(([key, desired]) => [key, claimOn(desired)]));
  const measure = (live: readonly ClusterObject[], known: ReadonlyMap<string, MeshClaim>, steps: number) =>
    cpuMs(() => {
      const plan = planMesh(desiredOf(live), { claims: known, isGone: () => true }, rules);
      if (plan.steps.length !== steps) throw new Error(`${plan.steps.length} steps; expected ${steps}`);
    });
  return {
    resources: claims.size,
    firstMs: measure(objects, new Map(), claims.size),
    unchangedMs: measure(objects, claims, 0),
    goneMs: measure([], claims, claims.size),
  };
}

const quota = 10_000;
const rules = rulesWith({ virtualNodes: quota, virtualRouters: quota, virtualServices: quota });

function cpuMs(run: () => void, runs = 7): number {
  const samples = Array.from({ length: runs + 2 }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(samples.slice(2));
}

function desiredOf(objects: readonly ClusterObject[]) {
  const labels = new Map([['shop', { mesh: 'bench' }]]);
  const entries = objects.filter(({ kind }) => kind !== 'Namespace').map((object) => entryOf(object));
  return desiredMesh(new Directory(entries, labels), rules, () => undefined);
}

function stored({ metadata, ...manifest }: ReturnType<typeof meshObjects>[number], index: number) {
  const creationTimestamp = '2026-11-21T10:00:00Z';
  const identity = { uid: `uid-${index}`, resourceVersion: '1', generation: 1, creationTimestamp };
  return { apiVersion: 'v1', ...manifest, metadata: { ...metadata, ...identity } } as ClusterObject;
}
