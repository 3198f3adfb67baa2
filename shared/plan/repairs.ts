import {
  detailTypes,
  type EventDetail,
  eventVersion,
  type PodChanged,
  type PodResyncRequested,
  type Suspect,
} from '../model/event.ts';
import { objectKey, type PodKey, podGroup } from '../model/identity.ts';
import type { NodePlace, PodObject } from '../model/kubernetes.ts';
import { orderedVersion } from '../model/version.ts';
import type { Finding, SeenPod } from './findings.ts';

/** What the repairs are made from, by `namespace/name`. */
export interface RepairSources {
  readonly run: string;
  readonly resourceVersion: string;
  readonly listed: ReadonlyMap<string, { readonly object: PodObject; readonly node?: NodePlace | undefined }>;
  readonly seen: ReadonlyMap<string, SeenPod>;
}

interface PodRepair {
  readonly pod: PodKey & { readonly uid: string };
  readonly kinds: Set<string>;
  readonly details: string[];
  readonly suspects: Suspect[];
}

/**
 * The events that make the pods' own writers repair what was found: one a pod. A pod whose state was not told, or
 * whose end was not, is told of; any other is asked to look again, with the instances to look at afresh.
 */
export function repairs(findings: readonly Finding[], sources: RepairSources): EventDetail[] {
  return [...groupByPod(findings).values()].map((repair) => eventOf(repair, sources));
}

function groupByPod(findings: readonly Finding[]): ReadonlyMap<string, PodRepair> {
  const repairs = new Map<string, PodRepair>();
  for (const { pod, kind, detail, service, instanceId } of findings) {
    if (pod === undefined) continue;
    const group = podGroup(pod);
    const repair = repairs.get(group) ?? { pod, kinds: new Set(), details: [], suspects: [] };
    repairs.set(group, repair);
    repair.kinds.add(kind);
    repair.details.push(`${kind}: ${detail}`);
    if (service !== undefined && instanceId !== undefined && kind !== 'gone')
      repair.suspects.push({ ...serviceNames(service), instanceId });
  }
  return repairs;
}

/** A Cloud Map service name has no slash, a namespace name may. */
function serviceNames(service: string): { namespaceName: string; serviceName: string } {
  const slash = service.lastIndexOf('/');
  return { namespaceName: service.slice(0, slash), serviceName: service.slice(slash + 1) };
}

function eventOf({ pod, kinds, details, suspects }: PodRepair, sources: RepairSources): EventDetail {
  const key = objectKey(pod);
  const listed = sources.listed.get(key);
  const repair = { run: sources.run, ...(suspects.length > 0 && { suspects: suspects.slice(0, 100) }) };
  if (listed !== undefined && (kinds.has('unseen') || kinds.has('outdated')))
    return {
      ...podChanged(pod, 'Applied'),
      pod: listed.object,
      ...(listed.node && { node: listed.node }),
      ...repair,
    };
  if (kinds.has('gone') || sources.seen.get(key) === undefined)
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
 * The end of a pod, at a resourceVersion no older than its last sighting, or it would not count. One that was never
 * seen gets the oldest of all sightings, so that anything known of a pod of that name is newer.
 */
function tombstone(
  { namespace, name, uid }: PodRepair['pod'],
  { seen, resourceVersion }: RepairSources,
): PodObject {
  const known = seen.get(`${namespace}/${name}`)?.pod;
  const metadata = known
    ? {
        uid: known.uid,
        resourceVersion: later(resourceVersion, known.resourceVersion),
        creationTimestamp: known.createdAt,
      }
    : { uid, resourceVersion: '0', creationTimestamp: '1970-01-01T00:00:00Z' };
  return { metadata: { namespace, name, ...metadata }, spec: {}, status: {} };
}

function later(a: string, b: string): string {
  return orderedVersion(a) > orderedVersion(b) ? a : b;
}
