import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../model/event.ts';
import { objectKey, podGroup } from '../model/identity.ts';
import type { ObjectMeta } from '../model/kubernetes.ts';
import { type Pod, secondsInUtc } from '../model/pod.ts';
import { orderedVersion } from '../model/version.ts';
import { capOf } from '../plan/deletion-policy.ts';
import { meshReconcileRequested } from './mesh-reconcile-requested.ts';
import { announce, observeObject } from './observe-cluster-object.ts';
import type { StoredObject, World } from './ports.ts';

type Listing = ClusterListed['listing'];

/**
 * One part of a complete listing: what is known in its range, is not in it and is not newer than it, is gone, of objects no more at a time than a sweep would delete. A pod's
 * end is sent to its own writer; an object's is dealt with here, the one writer of the objects stored. Pods'
 * listings are kept for sweeps of clusters whose API server cannot be reached.
 */
export async function observeListing(world: World, event: ClusterListed): Promise<void> {
  const { cluster, listing } = event;
  const { appMesh } = world.cluster(cluster);
  const listed = new Set(listing.objects.map(({ key }) => key));
  if (listing.kind === 'Pod') {
    await tellDeletedPods(world, cluster, listing, listed);
    return world.listings.savePart(cluster, listing);
  }
  const { kind, from, to } = listing;
  const known = await Array.fromAsync(world.mesh.inRange(cluster, kind, from, to));
  const gone = new Set(goneObjects(known, listing, listed));
  for (const stored of known) {
    const { object } = stored;
    if (!gone.has(stored)) {
      await announce(world, cluster, stored); // what a crash may have left undone, at the last listing or before
      continue;
    }
    await observeObject(world, {
      type: detailTypes.clusterObjectChanged,
      version: eventVersion,
      group: cluster,
      cluster,
      change: 'Deleted',
      object: {
        ...object,
        metadata: { ...object.metadata, resourceVersion: goneAt(listing, object.metadata) },
      },
    } satisfies ClusterObjectChanged);
  }
  if (isWholeAndKnown(listing, known)) await world.listings.noteListed(cluster, kind);
  const run = `listing ${listing.id} of ${kind}, part ${listing.part}`;
  if (appMesh !== undefined)
    await world.requests.send([meshReconcileRequested(cluster, { run, reason: `${kind}s were listed` })]);
}

/** Whether every object of the kind has been stored: a listing may overtake the events of what it lists. */
function isWholeAndKnown({ from, to, objects }: Listing, known: readonly StoredObject[]): boolean {
  const stored = new Set(known.map(({ object: { metadata } }) => `${objectKey(metadata)} ${metadata.uid}`));
  return from === '' && to === null && objects.every(({ key, uid }) => stored.has(`${key} ${uid}`));
}

/**
 * No more than a sweep may delete: what was made of an object goes with it, and a listing may be of another cluster that
 * took the name, or of one that is not filled yet. What is over the cap is left to the next listing, ten minutes later,
 * and to the sweep, which tells of it.
 */
function goneObjects(
  known: readonly StoredObject[],
  listing: Listing,
  listed: ReadonlySet<string>,
): readonly StoredObject[] {
  const live = known.filter(({ deleted }) => !deleted);
  return live
    .filter(({ object: { metadata } }) => !listed.has(objectKey(metadata)) && isGone(listing, metadata))
    .slice(0, capOf(live.length));
}

async function tellDeletedPods(
  world: World,
  cluster: string,
  listing: Listing,
  listed: ReadonlySet<string>,
): Promise<void> {
  const gone: PodChanged[] = [];
  for await (const { pod, deleted } of world.pods.inRange(cluster, listing.from, listing.to))
    if (
      !deleted &&
      !listed.has(objectKey(pod)) &&
      isGone(listing, { ...pod, creationTimestamp: pod.createdAt })
    )
      gone.push(podDeleted(pod, goneAt(listing, pod)));
  await world.requests.send(gone);
}

/**
 * Not newer than the listing; or older than the cluster itself, and so of a former cluster of the same name, whose
 * resourceVersions do not compare with this one's.
 */
function isGone(listing: Listing, known: Pick<ObjectMeta, 'resourceVersion' | 'creationTimestamp'>): boolean {
  if (orderedVersion(known.resourceVersion) <= orderedVersion(listing.resourceVersion)) return true;
  const { clusterCreatedAt } = listing;
  return (
    clusterCreatedAt !== undefined && secondsInUtc(known.creationTimestamp) < secondsInUtc(clusterCreatedAt)
  );
}

/** The resourceVersion at which it is known to be gone: never older than its last sighting, or it would not count. */
function goneAt(listing: Listing, known: Pick<ObjectMeta, 'resourceVersion'>): string {
  const isListingLater = orderedVersion(listing.resourceVersion) > orderedVersion(known.resourceVersion);
  return isListingLater ? listing.resourceVersion : known.resourceVersion;
}

/** A tombstone needs no more than who it is. */
function podDeleted(pod: Pod, resourceVersion: string): PodChanged {
  const { cluster, namespace, name, uid, createdAt } = pod;
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup(pod),
    cluster,
    change: 'Deleted',
    pod: {
      metadata: { namespace, name, uid, resourceVersion, creationTimestamp: createdAt },
      spec: {},
      status: {},
    },
  };
}
