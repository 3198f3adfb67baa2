import { WaitError } from '../model/errors.ts';
import type { Dependencies } from '../ports/ports.ts';
import type { DesiredInstance } from './plan/desired/desired.ts';

/** Kinds that determine the mesh of a namespace, and so an attribute of the instance and its IP family. */
const meshKinds = ['Mesh', 'Namespace'] as const;
/** Kinds that determine where a pod is to be registered, and by which address. */
const requestKinds = ['VirtualNode', ...meshKinds] as const;

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
 * WaitError: existing registrations stay, and the pod's later messages, such as its deletion, do not wait long. Returns
 * whether the mesh is still unknown after the longest wait.
 */
export async function awaitMesh(
  deps: Dependencies,
  cluster: string,
  instance: DesiredInstance,
): Promise<boolean> {
  if (!instance.lacksMesh) return false;
  const reason = `the Meshes and Namespaces of cluster ${cluster} have not been listed yet, and the mesh of ${instance.source} is unknown`;
  return awaitListings(deps, cluster, meshKinds, reason);
}

/**
 * The same for a pod that nothing known requests to register, or by another address than it has. Returns whether that is
 * still unknown after the longest wait.
 */
export async function awaitRequests(deps: Dependencies, cluster: string): Promise<boolean> {
  const reason = `the VirtualNodes, Meshes and Namespaces of cluster ${cluster} have not been listed yet, and it is unknown where the pod is to be registered`;
  return awaitListings(deps, cluster, requestKinds, reason);
}

async function awaitListings(
  { listings, clock }: Dependencies,
  cluster: string,
  kinds: readonly string[],
  reason: string,
): Promise<boolean> {
  const { waitingSinceMs } = await listings.listed(cluster, kinds);
  if (waitingSinceMs === null) return false;
  const waitedMs = Math.max(0, clock.now() - waitingSinceMs);
  if (waitedMs >= maxWaitMs) return true;
  throw new WaitError(reason, { retryAfterMs: Math.max(minRetryMs, waitedMs / 2) });
}
