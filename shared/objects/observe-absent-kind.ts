import type { ClusterListed } from '../model/events/event.ts';
import { objectKey } from '../model/identity.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { keptWithoutKind } from './plan/deletion-cap.ts';

/**
 * The API server does not serve this kind. So the cluster has no objects of it, and nothing waits for them. A CRD can be missing
 * for a moment, so stored objects stay in effect and are reported, as a sweep does.
 */
export async function observeAbsentKind(
  deps: ListingDependencies,
  cluster: string,
  { kind, from, to }: ClusterListed['listing'],
): Promise<void> {
  const known = await Array.fromAsync(deps.objects.inRange(cluster, kind, from, to));
  const live = known.filter(({ deleted }) => !deleted);
  const [first] = live;
  if (first !== undefined)
    deps.refused({
      ...{ cluster, kind, count: live.length, first: objectKey(first.object.metadata) },
      reason: keptWithoutKind(kind),
    });
  if (from === '' && to === null) await deps.listings.noteListed(cluster, kind);
}
