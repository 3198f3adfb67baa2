import { createHash } from 'node:crypto';

/** A pod's name within all clusters. The uid is not part of it: a pod recreated under its name has the same key. */
export interface PodKey {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** A Cloud Map service by its names, in the one account and Region (`target`) that the cluster registers into. */
export interface ServiceKey {
  /** `<account or "own">/<Region or "own">`: two clusters with the same target share services. */
  readonly target: string;
  readonly namespaceName: string;
  readonly serviceName: string;
}

/** SQS allows at most 128 characters in a message group id. */
const longestGroup = 128;

/**
 * The FIFO message group of a pod, `cluster/namespace/name`, by which everything about one pod is done by one writer
 * at a time. What is longer than SQS allows keeps its beginning and ends in a SHA-256 digest of the whole.
 */
export function podGroup(key: PodKey): string {
  const group = `${key.cluster}/${key.namespace}/${key.name}`;
  if (group.length <= longestGroup) return group;
  const digest = createHash('sha256').update(group).digest('hex').slice(0, 32);
  return `${group.slice(0, longestGroup - digest.length - 1)}~${digest}`;
}

/** The FIFO message group of a cluster's mesh; a cluster's name has no slash and at most 100 characters. */
export function meshGroup(cluster: string): string {
  return `${cluster}${meshSuffix}`;
}

export function isMeshGroup(group: string): boolean {
  return group.endsWith(meshSuffix);
}

const meshSuffix = '/mesh';

/** The FIFO message group of what a cluster's virtual nodes are told of their pods. */
export function statusGroup(cluster: string): string {
  return `${cluster}/status`;
}

/** `namespace/name`; `/name` for a cluster-scoped object. Listings are sorted by this key, bytewise. */
export function objectKey(object: {
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return `${object.namespace ?? ''}/${object.name}`;
}

export function podKeyText(key: PodKey): string {
  return `pod ${key.namespace}/${key.name} of cluster ${key.cluster}`;
}

/** `namespace/service`: the name a person knows a Cloud Map service by. */
export function serviceText(key: ServiceKey): string {
  return `${key.namespaceName}/${key.serviceName}`;
}
