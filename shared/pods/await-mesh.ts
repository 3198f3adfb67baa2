import { WaitError } from '../model/errors.ts';
import type { Dependencies } from '../ports/ports.ts';
import type { DesiredInstance } from './plan/desired/desired.ts';

/** Kinds that determine the mesh of a namespace, and so an attribute of the instance and its IP family. */
const decidingKinds = ['Mesh', 'Namespace'] as const;

/**
 * How long a pod waits for the objects of a cluster of which nothing is known yet. A relay lists them within seconds, or
 * reports that the cluster does not have the kind. A relay that does neither (an earlier version, or one that does not
 * follow the kind) keeps pods out of Cloud Map no longer than this. Ten receipts of the message suffice.
 */
const maxWaitMs = 30_000;
const minRetryMs = 1_000;

/**
 * After a start with an empty table, pods may arrive before the meshes. Until these were listed once, it is unknown
 * whether a virtual node is in a mesh: an instance registered now would lose its mesh and be registered twice. Throws a
 * WaitError: existing registrations stay, and the pod's later messages, such as its deletion, do not wait long.
 */
export async function awaitMesh(
  deps: Dependencies,
  cluster: string,
  instance: DesiredInstance,
): Promise<void> {
  if (!instance.lacksMesh) return;
  const { waitingSinceMs } = await deps.listings.listed(cluster, decidingKinds);
  if (waitingSinceMs === null) return;
  const waitedMs = Math.max(0, deps.clock.now() - waitingSinceMs);
  if (waitedMs >= maxWaitMs) return;
  const reason = `the Meshes and Namespaces of cluster ${cluster} have not been listed yet, and the mesh of ${instance.source} is unknown`;
  throw new WaitError(reason, { retryAfterMs: Math.max(minRetryMs, waitedMs / 2) });
}
