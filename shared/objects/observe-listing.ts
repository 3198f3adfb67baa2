import type { ClusterListed } from '../model/event.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { observeObjectListing } from './observe-object-listing.ts';
import { observePodListing } from './observe-pod-listing.ts';
import type { ListingView } from './plan/listing-verdict.ts';

/**
 * One part of a complete listing, of which each stands for itself. What it says of what is stored in its range is decided
 * by `verdictOf`; what it deletes is capped as a sweep's deletions are, since it may be of another cluster with this one's
 * name, or of one that is not filled yet. What is over the cap is reported, and left to the next listing, ten minutes
 * later, and to the sweep, which asks the API server. A pod's repair is sent to its own writer; an object's is made here,
 * by the one writer of the objects stored. Pods' listings are kept for sweeps of clusters whose API server cannot be
 * reached.
 */
export async function observeListing(deps: ListingDependencies, event: ClusterListed): Promise<void> {
  const { cluster, listing } = event;
  deps.cluster(cluster);
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
