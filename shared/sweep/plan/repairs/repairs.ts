import {
  detailTypes,
  type EventDetail,
  eventVersion,
  type FailedOperation,
  type InstanceToVerify,
  type PodChanged,
  type PodResyncRequested,
} from '../../../model/events/event.ts';
import { objectKey, type PodKey, podGroup } from '../../../model/identity.ts';
import type { NodePlace, PodObject } from '../../../model/kubernetes.ts';
import { type Pod, podOf, secondsInUtc, sightingOfPod } from '../../../model/pod.ts';
import { isNewer, orderedVersion, storedSighting } from '../../../model/version.ts';
import { contradiction } from '../../../objects/plan/contradiction.ts';
import type { SeenPod } from '../findings/drift-input.ts';
import type { Finding } from '../findings/finding.ts';
import { isSamePod } from '../findings/same-pod.ts';

interface ListedPod {
  readonly object: PodObject;
  readonly node?: NodePlace | undefined;
  readonly readinessChangedAt?: string | undefined;
}

/** The input of the repairs; pods by `namespace/name`. */
export interface RepairSources {
  readonly run: string;
  readonly resourceVersion: string;
  /** When the listing began, epoch milliseconds. */
  readonly takenAtMs: number;
  readonly listed: ReadonlyMap<string, ListedPod>;
  readonly seen: ReadonlyMap<string, SeenPod>;
}

interface PodRepair {
  readonly pod: PodKey & { readonly uid: string };
  /** Whether the pod is not in the cluster. */
  isDeleted: boolean;
  readonly details: string[];
  readonly instancesToVerify: InstanceToVerify[];
}

/**
 * The events that make the pods' writers repair the findings, one event per pod. A writer acts on the stored pod. So if
 * the API server lists a pod in another state, the event contains the listed pod; if the pod is gone, its deletion. Any
 * other pod is reevaluated, with the instances to verify.
 */
export function repairs(findings: readonly Finding[], sources: RepairSources): EventDetail[] {
  return [...groupByPod(findings).values()].map((repair) => eventOf(repair, sources));
}

function groupByPod(findings: readonly Finding[]): ReadonlyMap<string, PodRepair> {
  const repairs = new Map<string, PodRepair>();
  for (const finding of findings) {
    const { pod, action, kind, detail, place, instanceId, serviceId } = finding;
    const { endedOperationId, failedOperation } = finding;
    if (pod === undefined || action.do === 'none') continue;
    const group = podGroup(pod);
    const repair = repairs.get(group) ?? { pod, isDeleted: false, details: [], instancesToVerify: [] };
    repairs.set(group, repair);
    repair.isDeleted ||= action.do === 'retire';
    repair.details.push(`${kind}: ${detail}`);
    if (place !== undefined && instanceId !== undefined)
      repair.instancesToVerify.push({
        ...{ ...place, instanceId },
        ...(serviceId !== undefined && { serviceId }),
        ...(endedOperationId !== undefined && { endedOperationId }),
        ...(failedOperation && { failedOperation: bounded(failedOperation) }),
      });
  }
  return repairs;
}

/** As the event's schema accepts it. */
function bounded({ id, error }: FailedOperation): FailedOperation {
  return { id, error: error.slice(0, 512) };
}

function eventOf(
  { pod, isDeleted, details, instancesToVerify }: PodRepair,
  sources: RepairSources,
): EventDetail {
  const key = objectKey(pod);
  const listed = sources.listed.get(key);
  const repair = {
    run: sources.run,
    ...readinessOf(listed),
    ...(instancesToVerify.length > 0 && { instancesToVerify: instancesToVerify.slice(0, 100) }),
  };
  const state = listed && stateOf(pod, listed, sources.seen.get(key));
  if (state !== undefined) return { ...podChanged(pod, 'Applied'), ...state, ...repair };
  if (isDeleted || sources.seen.get(key) === undefined)
    return { ...podChanged(pod, 'Deleted'), pod: tombstone(pod, sources), ...repair };
  const request: PodResyncRequested = {
    type: detailTypes.podResyncRequested,
    version: eventVersion,
    group: podGroup(pod),
    cluster: pod.cluster,
    pod: { namespace: pod.namespace, name: pod.name },
    ...repair,
    reason: details.join('; ').slice(0, 512),
  };
  return request;
}

/** How late it is registered counts from its readiness, whoever finds it. */
function readinessOf(listed: ListedPod | undefined): Pick<PodChanged, 'readinessChangedAt'> {
  const readinessChangedAt = listed?.readinessChangedAt;
  return readinessChangedAt === undefined ? {} : { readinessChangedAt };
}

/**
 * The listed pod, if it differs from the stored one. If its version is not newer, it supersedes the stored one: that
 * was read before the API server was asked, so it is false (`contradiction`).
 */
function stateOf(
  { cluster }: PodKey,
  listed: ListedPod,
  seen: SeenPod | undefined,
): Pick<PodChanged, 'pod' | 'node' | 'supersedes'> | undefined {
  const node = placeOf(listed, seen);
  const state = { pod: listed.object, ...(node && { node }) };
  if (seen === undefined) return state;
  const pod = podOf(cluster, listed.object, node);
  const [next, stored] = [sightingOfPod({ pod, deleted: false }), sightingOfPod(seen)];
  const reason = contradiction(next, stored);
  if (reason === null && isSameVersion(pod, seen) && isSamePod(pod, seen.pod)) return undefined;
  if (isNewer(next, stored)) return state;
  return { ...state, supersedes: storedSighting(stored) };
}

/** A deleted node has no zone; a pod on it keeps the known one. */
function placeOf({ object, node }: ListedPod, seen: SeenPod | undefined): NodePlace | undefined {
  const known = seen?.pod.node;
  const isSameNode = known !== undefined && known.name === (node?.name ?? object.spec.nodeName);
  return node?.zone === undefined && isSameNode ? known : node;
}

function isSameVersion(listed: Pod, { pod, deleted }: SeenPod): boolean {
  return !deleted && listed.resourceVersion === pod.resourceVersion;
}

function podChanged(pod: PodKey, change: PodChanged['change']): Omit<PodChanged, 'pod'> {
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup(pod),
    cluster: pod.cluster,
    change,
  };
}

/**
 * The deletion of a pod. Its resourceVersion is no older than the last sighting, or it would be ignored. Its creation
 * is not after the listing, or a false date would block every later pod of that name. A pod that was never observed
 * gets the oldest possible version, so that any record of a pod of that name is newer.
 */
function tombstone(
  { namespace, name, uid }: PodRepair['pod'],
  { seen, resourceVersion, takenAtMs }: RepairSources,
): PodObject {
  const known = seen.get(`${namespace}/${name}`)?.pod;
  const metadata = known
    ? {
        uid: known.uid,
        resourceVersion: later(resourceVersion, known.resourceVersion),
        creationTimestamp: earlier(known.createdAt, secondsInUtc(new Date(takenAtMs).toISOString())),
      }
    : { uid, resourceVersion: '0', creationTimestamp: '1970-01-01T00:00:00Z' };
  return { metadata: { namespace, name, ...metadata }, spec: {}, status: {} };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return orderedVersion(a) > orderedVersion(b) ? a : b;
}
