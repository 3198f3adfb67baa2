import { meshTargetsOf } from '../model/config/mesh-targets.ts';
import type { PermanentError } from '../model/errors.ts';
import type { ClusterObjectChanged, EventDetail } from '../model/events/event.ts';
import { meshReconcileRequested } from '../model/events/mesh-reconcile-requested.ts';
import { meshStatusRequested } from '../model/events/mesh-status-requested.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { objectKey } from '../model/identity.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import { objectText } from '../model/kubernetes-object.ts';
import { isNewer, isSameSighting } from '../model/version.ts';
import { discoversThroughCloudMap, type VirtualNode, virtualNodeOf } from '../model/virtual-node.ts';
import type { StoredObject } from '../ports/cluster-object-store.ts';
import type { ObservingDependencies } from '../ports/ports.ts';
import { displacedBy, type ObjectState, sightingOf, withDisplaced } from './displaced-object.ts';
import { objectFault } from './object-fault.ts';
import { changesRegistrations, isSelected, registrationPart } from './plan/affected.ts';

/**
 * Handles a change of one mesh object or namespace. Writes nothing to Cloud Map or to a mesh; they have other writers.
 *   1. validate it, and store it if it is newer, with the former states whose pods have not been resynced yet
 *   2. read the pods it selects or selected      (after 1: write first, then read the other side)
 *   3. request a resync of each of them
 *   4. remove the former states
 *   5. request a reconciliation of the mesh
 * After a crash between 1 and 5, the message's redelivery continues at 2.
 */
export async function observeClusterObject(
  deps: ObservingDependencies,
  event: ClusterObjectChanged,
): Promise<void> {
  await observeObject(deps, event);
  const { kind, metadata } = event.object;
  const change = `${kind}/${objectKey(metadata)}@${metadata.uid}:${metadata.resourceVersion}:${event.change}`;
  const run = event.run === undefined ? change : `${change} ${event.run}`;
  const reason = `${objectText({ kind, metadata })} changed`;
  if (meshTargetsOf(deps.cluster(event.cluster)).length > 0)
    await deps.requests.send([meshReconcileRequested(event.cluster, { run, reason })]);
}

/**
 * Steps 1 to 4. If the object is invalid, keeps the former spec, with the fault: it becomes a condition of the object, since only its
 * author can correct it.
 */
export async function observeObject(deps: ObservingDependencies, event: ClusterObjectChanged): Promise<void> {
  const next = { ...nextState(event), seenAtMs: deps.clock.now() };
  const previous = await deps.objects.find(event.cluster, event.object);
  const fault = next.deleted ? undefined : objectFault(event.object);
  const how = previous === undefined ? 'newer' : admissionOf(event, next, previous);
  if (previous !== undefined && how === 'older') {
    const kept = fault === undefined ? withDisplaced(previous, next) : previous;
    if (kept !== previous) await deps.objects.replace(event.cluster, kept, previous);
    await announce(deps, event.cluster, kept);
    return;
  }
  const beside = how === 'superseding' ? undefined : displacedBy(next, previous);
  const stored = {
    ...(fault === undefined ? changed(next, previous) : atFault(next, previous, fault)),
    displaced: beside,
  };
  await deps.objects.replace(event.cluster, stored, previous);
  await announce(deps, event.cluster, stored);
  if (fault !== undefined) {
    deps.telemetry?.count('Refusals', 1, 'InvalidObject');
    deps.telemetry?.log('the object is invalid; its last valid configuration stays in effect', {
      error: fault.message,
    });
  }
  if (fault !== undefined || previous?.fault !== undefined)
    await deps.requests.send(statusRequests(deps, event));
}

/** Where no mesh target writes the fault to the object, the writer of the instances' condition does. */
function statusRequests(
  deps: ObservingDependencies,
  { cluster, object: { kind, metadata } }: ClusterObjectChanged,
): readonly EventDetail[] {
  if (kind !== 'VirtualNode' || meshTargetsOf(deps.cluster(cluster)).length > 0) return [];
  return [meshStatusRequested({ cluster, namespace: metadata.namespace ?? '' }, deps.clock.now())];
}

/** An object supersedes the stored state if it was listed after that was read: then it is the current state. */
function admissionOf(
  { supersedes }: ClusterObjectChanged,
  next: ObjectState,
  previous: StoredObject,
): 'superseding' | 'newer' | 'older' {
  const stored = sightingOf(previous);
  if (supersedes !== undefined && isSameSighting(supersedes, stored)) return 'superseding';
  return isNewer(sightingOf(next), stored) ? 'newer' : 'older';
}

function changed(next: ObjectState, previous: StoredObject | undefined): StoredObject {
  const isNew = previous === undefined || previous.deleted;
  const before = isNew ? null : registrationPart(previous.object);
  // Another object of the name is new, even if equal: its status has to be written, too.
  const isAnother = !isNew && previous.object.metadata.uid !== next.object.metadata.uid;
  return { ...next, unannounced: [...(previous?.unannounced ?? []), before, ...(isAnother ? [null] : [])] };
}

/** The last valid configuration stays in effect; of an object that never had one, only the identity is stored. */
function atFault(
  { object, seenAtMs }: ObjectState,
  previous: StoredObject | undefined,
  { message: fault }: PermanentError,
): StoredObject {
  const { spec, ...identity } = object;
  const isSame =
    previous !== undefined && !previous.deleted && previous.object.metadata.uid === object.metadata.uid;
  return isSame
    ? { ...previous, object: seenAt(previous.object, object.metadata), seenAtMs, fault }
    : { ...changed({ object: identity, deleted: false, seenAtMs }, previous), fault };
}

/** The former object with the later version, so that a late event from in between counts as older. */
function seenAt(
  before: ClusterObject,
  { resourceVersion, generation }: ClusterObject['metadata'],
): ClusterObject {
  const metadata = { ...before.metadata, resourceVersion };
  return { ...before, metadata: { ...metadata, ...(generation !== undefined && { generation }) } };
}

/** Of a deleted object only the identity is stored: its spec may be invalid. */
function nextState({ object, change }: ClusterObjectChanged): Pick<StoredObject, 'object' | 'deleted'> {
  const { spec, status, ...identity } = object;
  if (change === 'Deleted') return { object: identity, deleted: true };
  return { object: { ...identity, ...(spec && { spec }), ...(status && { status }) }, deleted: false };
}

/** Requests a resync of the affected pods, unless it was requested since the object last changed. */
export async function announce(
  deps: ObservingDependencies,
  cluster: string,
  stored: StoredObject,
): Promise<void> {
  if (stored.unannounced.length === 0) return;
  const after = stored.deleted ? null : stored.object;
  const changed = stored.unannounced.filter((before) => changesRegistrations(before, after));
  if (changed.length > 0) await resyncAffectedPods(deps, cluster, stored, changed);
  await deps.objects.replace(cluster, { ...stored, unannounced: [] }, stored);
}

async function resyncAffectedPods(
  deps: ObservingDependencies,
  cluster: string,
  { object, deleted, seenAtMs }: StoredObject,
  earlier: readonly (ClusterObject | null)[],
): Promise<void> {
  const { kind, metadata } = object;
  const states = [...earlier, deleted ? null : object].filter((state) => state !== null);
  const namespace =
    kind === 'Mesh' ? null : kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '');
  // Contains the time: a version that a sweep restores within five minutes would count as a duplicate otherwise.
  const run = `${kind}/${objectKey(metadata)}@${metadata.uid}:${metadata.resourceVersion}${deleted ? ':deleted' : ''}:${seenAtMs}`;
  const [from, to] = namespace === null ? ['', null] : [`${namespace}/`, `${namespace}0`];
  const virtualNodes = new VirtualNodes(
    deps,
    cluster,
    kind === 'VirtualNode' ? states.map(virtualNodeOf) : undefined,
  );
  const requests = [];
  for await (const record of deps.pods.inRange(cluster, from, to))
    if (!record.deleted && isSelected(record.pod, await virtualNodes.of(record.pod.namespace)))
      requests.push(resyncRequested(record.pod, run, `${objectText({ kind, metadata })} changed`));
  await deps.requests.send(requests);
  const nodes = kind === 'VirtualNode' ? states.map(virtualNodeOf) : [];
  if (nodes.some(discoversThroughCloudMap))
    await deps.requests.send([
      meshStatusRequested({ cluster, namespace: metadata.namespace ?? '' }, deps.clock.now()),
    ]);
}

/** The virtual nodes that affect a namespace's pods: the given ones, or all of the namespace, read once. */
class VirtualNodes {
  private readonly read = new Map<string, Promise<readonly VirtualNode[]>>();
  private readonly deps: ObservingDependencies;
  private readonly cluster: string;
  private readonly given: readonly VirtualNode[] | undefined;

  constructor(deps: ObservingDependencies, cluster: string, given: readonly VirtualNode[] | undefined) {
    this.deps = deps;
    this.cluster = cluster;
    this.given = given;
  }

  of(namespace: string): Promise<readonly VirtualNode[]> | readonly VirtualNode[] {
    if (this.given !== undefined) return this.given;
    const known = this.read.get(namespace);
    if (known !== undefined) return known;
    const reading = this.deps.objects
      .ofKind(this.cluster, 'VirtualNode', namespace)
      .then((objects) => objects.map(virtualNodeOf));
    this.read.set(namespace, reading);
    return reading;
  }
}
