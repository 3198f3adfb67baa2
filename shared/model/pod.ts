import type { PodChanged } from './events/event.ts';
import type { PodKey } from './identity.ts';
import type { NodePlace, PodObject } from './kubernetes.ts';
import type { Sighting } from './version.ts';

/** A pod as last observed: the stored fields, which determine its registrations. */
export interface Pod extends PodKey {
  readonly uid: string;
  /** An integer of any length, in decimal. */
  readonly resourceVersion: string;
  /** RFC 3339 in UTC, to the second: comparable as text. */
  readonly createdAt: string;
  readonly terminating: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Only ours, `eks-mesh-sync/…`. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly phase: string;
  /** At most one per IP family, the primary first. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  /** Condition type → status (`True`, `False`, `Unknown`). */
  readonly conditions: Readonly<Record<string, string>>;
  /**
   * The reason of a condition `Ready` that is not True, empty if Kubernetes gives none; absent if Ready is True, or if a
   * relay of an earlier version sent the pod.
   */
  readonly notReadyReason?: string;
  readonly readinessGates: readonly string[];
  readonly node: NodePlace | undefined;
}

/** One observation of a pod: its state, or its deletion. */
export interface PodObservation {
  readonly pod: Pod;
  readonly deleted: boolean;
}

export function observationOf(event: PodChanged): PodObservation {
  return { pod: podOf(event.cluster, event.pod, event.node), deleted: event.change === 'Deleted' };
}

/** What orders two observations of a pod. A deletion says nothing of the node. */
export function sightingOfPod({ pod, deleted }: PodObservation): Sighting {
  const { uid, resourceVersion, createdAt, node } = pod;
  const common = { uid, resourceVersion, createdAt, deleted };
  return deleted
    ? common
    : { ...common, placed: node?.zone !== undefined, nodeVersion: node?.resourceVersion };
}

/** From a trimmed core/v1 Pod (`trimPod`). */
export function podOf(cluster: string, object: PodObject, node: NodePlace | undefined): Pod {
  const { metadata, spec, status } = object;
  const notReadyReason = status.conditions?.find(({ type }) => type === 'Ready')?.reason;
  return {
    cluster,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    createdAt: secondsInUtc(metadata.creationTimestamp),
    terminating: metadata.deletionTimestamp !== undefined,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    phase: status.phase ?? 'Unknown',
    ips: (status.podIPs ?? []).map(({ ip }) => ip),
    hostNetwork: spec.hostNetwork ?? false,
    conditions: Object.fromEntries((status.conditions ?? []).map(({ type, status }) => [type, status])),
    ...(notReadyReason !== undefined && { notReadyReason }),
    readinessGates: (spec.readinessGates ?? []).map(({ conditionType }) => conditionType),
    node: node ?? (spec.nodeName === undefined ? undefined : { name: spec.nodeName }),
  };
}

/** The inverse of `podOf`: the trimmed core/v1 Pod, without the node's place. */
export function podObjectOf(pod: Pod): PodObject {
  const { namespace, name, uid, resourceVersion, createdAt, terminating, labels, annotations } = pod;
  const conditions = Object.entries(pod.conditions);
  return {
    metadata: {
      ...{ namespace, name, uid, resourceVersion, creationTimestamp: createdAt, labels, annotations },
      ...(terminating && { deletionTimestamp: createdAt }),
    },
    spec: {
      ...(pod.node && { nodeName: pod.node.name }),
      hostNetwork: pod.hostNetwork,
      readinessGates: pod.readinessGates.map((conditionType) => ({ conditionType })),
    },
    status: {
      phase: pod.phase,
      podIPs: pod.ips.map((ip) => ({ ip })),
      conditions: conditions.map(([type, status]) => ({ type, status })),
    },
  };
}

/** Normalizes a timestamp, so that text comparison is time comparison. */
export function secondsInUtc(timestamp: string): string {
  return new Date(timestamp).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
