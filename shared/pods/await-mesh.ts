import { WaitError } from '../model/errors.ts';
import type { Dependencies } from '../ports/ports.ts';
import type { DesiredInstance } from './plan/desired.ts';

/** By which it is decided in which mesh a namespace is, and so an attribute of the instance and its IP family. */
const decidingKinds = ['Mesh', 'Namespace'] as const;

/**
 * How long a pod waits for the objects of a cluster of which nothing is known yet. A relay lists them within seconds; one
 * that does not follow them keeps no pod out of Cloud Map for longer. Ten receipts of the message are enough for it.
 */
const maxWaitMs = 30_000;
const minRetryMs = 1_000;

/**
 * After a start with an empty table pods may come before the meshes. Until these were listed once, that a virtual node is
 * in no mesh is unknown, not so: registered now, the instance would lose its mesh and be registered twice. Throws a
 * WaitError while what is there is to be kept: the pod's later messages, such as its deletion, do not wait behind it for long.
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
