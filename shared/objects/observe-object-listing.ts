import { meshTargetsOf } from '../model/config/mesh-targets.ts';
import type { ClusterListed, ClusterObjectChanged } from '../model/events/event.ts';
import { meshReconcileRequested } from '../model/events/mesh-reconcile-requested.ts';
import { objectChanged } from '../model/events/object-changed.ts';
import { objectKey } from '../model/identity.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import { secondsInUtc } from '../model/pod.ts';
import { type StoredSighting, storedSighting } from '../model/version.ts';
import type { StoredObject } from '../ports/cluster-object-store.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { limitListed } from './limit-listed.ts';
import { laterVersion } from './listed-version.ts';
import { announce, observeObject } from './observe-cluster-object.ts';
import { type KnownObject, type ListingView, verdictOf } from './plan/listing-verdict.ts';

type Listing = ClusterListed['listing'];

interface ObjectState {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly object: ClusterObject;
}

export async function observeObjectListing(
  deps: ListingDependencies,
  cluster: string,
  listing: Listing,
  view: ListingView,
): Promise<void> {
  const { kind, from, to } = listing;
  const known = await Array.fromAsync(deps.objects.inRange(cluster, kind, from, to));
  const changes = changesOf(deps, cluster, { listing, view, known });
  for (const stored of known) {
    const change = changes.get(stored);
    if (change !== undefined) await observeObject(deps, change);
    else await announce(deps, cluster, stored); // a crash may have left this undone
  }
  if (isWholeAndKnown(listing, known)) await deps.listings.noteListed(cluster, kind);
  const run = `listing ${listing.id} of ${kind}, part ${listing.part}`;
  if (meshTargetsOf(deps.cluster(cluster)).length > 0)
    await deps.requests.send([meshReconcileRequested(cluster, { run, reason: `${kind}s were listed` })]);
}

/** Whether every object of the kind has been stored: a listing may arrive before the events of its objects. */
function isWholeAndKnown({ from, to, objects }: Listing, known: readonly StoredObject[]): boolean {
  const stored = new Set(known.map(({ object: { metadata } }) => `${objectKey(metadata)} ${metadata.uid}`));
  return from === '' && to === null && objects.every(({ key, uid }) => stored.has(`${key} ${uid}`));
}

function changesOf(
  deps: ListingDependencies,
  cluster: string,
  {
    listing,
    view,
    known,
  }: { readonly listing: Listing; readonly view: ListingView; readonly known: readonly StoredObject[] },
): ReadonlyMap<StoredObject, ClusterObjectChanged> {
  const changes = new Map<StoredObject, ClusterObjectChanged>();
  const gone: StoredObject[] = [];
  for (const stored of known) {
    const verdict = verdictOf(view, knownOf(stored));
    if (verdict.is === 'deleted') gone.push(stored);
    if (verdict.is !== 'alive') continue;
    const { object } = verdict.state;
    const alive = verdict.isFalseVersion ? atVersion(object, '0') : object;
    changes.set(stored, objectChanged(cluster, 'Applied', alive, sightingOf(stored)));
  }
  const live = known.filter(({ deleted }) => !deleted).length;
  const keyOf = ({ object }: StoredObject) => objectKey(object.metadata);
  for (const stored of limitListed(deps, listing, { cluster, live, gone, keyOf })) {
    const version = laterVersion(listing.resourceVersion, stored.object.metadata.resourceVersion);
    changes.set(stored, objectChanged(cluster, 'Deleted', atVersion(stored.object, version)));
  }
  return changes;
}

function knownOf({ object, deleted, seenAtMs, displaced }: StoredObject): KnownObject<ObjectState> {
  const { uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    key: objectKey(object.metadata),
    sighting: { uid, resourceVersion, createdAt: secondsInUtc(creationTimestamp), deleted },
    seenAtMs,
    state: stateOf(object),
    displaced: displaced === undefined ? [] : [stateOf(displaced)],
  };
}

function stateOf(object: ClusterObject): ObjectState {
  const { uid, resourceVersion } = object.metadata;
  return { uid, resourceVersion, object };
}

function sightingOf({ object, deleted }: StoredObject): StoredSighting {
  return storedSighting({ ...object.metadata, deleted });
}

function atVersion(object: ClusterObject, resourceVersion: string): ClusterObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}
