import type { ClusterListed } from '../model/events/event.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { observeAbsentKind } from './observe-absent-kind.ts';
import { observeObjectListing } from './observe-object-listing.ts';
import { observePodListing } from './observe-pod-listing.ts';
import type { ListingView } from './plan/listing-verdict.ts';

/**
 * Handles one part of a complete listing; parts are independent of each other. `verdictOf` decides on each stored record in
 * its range. Deletions are capped like a sweep's, since the listing may come from another cluster of the same name, or from
 * one that is not populated yet. Deletions over the cap are reported and left to the next listing, ten minutes later, and to
 * the sweep, which asks the API server. A pod's repair is sent to the pod's writer; an object is repaired here, by the one
 * writer of the stored objects. Pod listings are kept for sweeps of clusters whose API server is unreachable.
 */
export async function observeListing(deps: ListingDependencies, event: ClusterListed): Promise<void> {
  const { cluster, listing } = event;
  deps.cluster(cluster);
  if (listing.absent) return observeAbsentKind(deps, cluster, listing);
  const view = viewOf(listing, deps.clock.now());
  if (listing.kind !== 'Pod') return observeObjectListing(deps, cluster, listing, view);
  await observePodListing(deps, cluster, listing, view);
  await deps.listings.savePart(cluster, listing);
}

function viewOf(
  { resourceVersion, clusterCreatedAt, takenAt, objects }: ClusterListed['listing'],
  nowMs: number,
) {
  return {
    ...{ resourceVersion, clusterCreatedAt, nowMs },
    takenAtMs: takenAt === undefined ? undefined : Math.min(Date.parse(takenAt), nowMs),
    uids: new Map(objects.map(({ key, uid }) => [key, uid])),
  } satisfies ListingView;
}
