import { type ClusterListed, detailTypes, eventVersion, type PodChanged } from '../model/events/event.ts';
import { objectKey, podGroup } from '../model/identity.ts';
import type { PodObject } from '../model/kubernetes.ts';
import { type Pod, podObjectOf, sightingOfPod } from '../model/pod.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import { storedSighting } from '../model/version.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { limitListed } from './limit-listed.ts';
import { laterVersion } from './listed-version.ts';
import { type KnownObject, type ListingView, verdictOf } from './plan/listing-verdict.ts';

type Listing = ClusterListed['listing'];

export async function observePodListing(
  deps: ListingDependencies,
  cluster: string,
  listing: Listing,
  view: ListingView,
): Promise<void> {
  const gone: PodRecord[] = [];
  const alive: PodChanged[] = [];
  let live = 0;
  for await (const record of deps.pods.inRange(cluster, listing.from, listing.to)) {
    if (!record.deleted) live += 1;
    const verdict = verdictOf(view, knownOf(record));
    if (verdict.is === 'deleted') gone.push(record);
    if (verdict.is === 'alive') alive.push(podAlive(record, verdict, listing));
  }
  const known = { cluster, live, gone, keyOf: ({ pod }: PodRecord) => objectKey(pod) };
  const deleted = limitListed(deps, listing, known).map(({ pod }) => podDeleted(pod, listing));
  await deps.requests.send([...alive, ...deleted]);
}

function knownOf({ pod, deleted, seenAtMs, displaced = [] }: PodRecord): KnownObject<Pod> {
  return { key: objectKey(pod), sighting: sightingOfPod({ pod, deleted }), seenAtMs, state: pod, displaced };
}

/** The stored state contradicts the listing, so this state supersedes it. */
function podAlive(
  { pod, deleted }: PodRecord,
  { state, isFalseVersion }: { readonly state: Pod; readonly isFalseVersion: boolean },
  { id }: Listing,
): PodChanged {
  return {
    ...podChanged(pod, 'Applied'),
    pod: podObjectOf({ ...state, ...(isFalseVersion && { resourceVersion: '0' }) }),
    ...(state.node && { node: state.node }),
    run: `listing ${id}`,
    supersedes: storedSighting(sightingOfPod({ pod, deleted })),
  };
}

/** A tombstone needs only the pod's identity. */
function podDeleted(pod: Pod, { resourceVersion }: Listing): PodChanged {
  const { namespace, name, uid, createdAt } = pod;
  const metadata = { namespace, name, uid, creationTimestamp: createdAt };
  const object: PodObject = {
    metadata: { ...metadata, resourceVersion: laterVersion(resourceVersion, pod.resourceVersion) },
    spec: {},
    status: {},
  };
  return { ...podChanged(pod, 'Deleted'), pod: object };
}

function podChanged(pod: Pod, change: PodChanged['change']): Omit<PodChanged, 'pod'> {
  const { cluster } = pod;
  return { type: detailTypes.podChanged, version: eventVersion, group: podGroup(pod), cluster, change };
}
