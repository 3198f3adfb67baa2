import { createHash } from 'node:crypto';
import { dnsName } from './dns-name.ts';

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
  /** The namespace's id or VPC, where clusters.yml chooses one of several of the name. */
  readonly chosen?: string | undefined;
}

/** What an EventBridge target takes as a message group id; SQS itself takes 128 characters, and these. */
const maxGroup = 100;
const takenBySqs = /^[!-~]+$/;

/**
 * The FIFO message group of a pod, `cluster/namespace/name`, by which everything about one pod is done by one writer
 * at a time.
 */
export function podGroup(key: PodKey): string {
  return groupOf(`${key.cluster}/${key.namespace}/${key.name}`);
}

/** The FIFO message group of what is told of a cluster's objects; a cluster's name has no slash. */
export function clusterGroup(cluster: string): string {
  return groupOf(cluster);
}

/** The FIFO message group of a cluster's mesh. */
export function meshGroup(cluster: string): string {
  return groupOf(cluster, meshSuffix);
}

/** Also of a group in which messages of that one wait for their time (`deferredMessage`). */
export function isMeshGroup(group: string): boolean {
  return group.endsWith(meshSuffix) || group.includes(`${meshSuffix}~`);
}

const meshSuffix = '/mesh';

/** The FIFO message group of what a cluster's virtual nodes are told of their pods. */
export function statusGroup(cluster: string): string {
  return groupOf(cluster, '/status');
}

/** What is longer than allowed, or has other characters, keeps its beginning and has a SHA-256 digest of the whole. */
function groupOf(name: string, suffix = ''): string {
  if (name.length + suffix.length <= maxGroup && takenBySqs.test(name)) return `${name}${suffix}`;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const beginning = name.slice(0, maxGroup - suffix.length - digest.length - 1).replace(/[^!-~]/g, '?');
  return `${beginning}~${digest}${suffix}`;
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

/**
 * The key of who owns a service: the namespace by its id, whatever led to it. In a DNS namespace all spellings of a name
 * have one owner; claims need no such key, since only the spelling that Cloud Map has is ever registered into.
 */
export function ownershipKey(
  { target, namespaceName, serviceName }: ServiceKey,
  namespace: { readonly id: string; readonly kind: 'http' | 'private-dns' },
): ServiceKey {
  const spell = namespace.kind === 'http' ? (name: string) => name : dnsName;
  const chosen = namespace.id.slice(namespace.id.lastIndexOf('/') + 1);
  return { target, namespaceName: spell(namespaceName), serviceName: spell(serviceName), chosen };
}

/** The names as part of a stored key: one namespace name can stand for several namespaces. No name has a space. */
export function serviceId({ namespaceName, serviceName, chosen }: Omit<ServiceKey, 'target'>): string {
  return `${namespaceName}${chosen === undefined ? '' : ` ${chosen}`}/${serviceName}`;
}

/** `namespace/service`: the name a person knows a Cloud Map service by. */
export function serviceText(key: ServiceKey): string {
  return `${key.namespaceName}/${key.serviceName}`;
}
