import { createHash } from 'node:crypto';
import { dnsName } from './dns-name.ts';

/** The unique name of a pod in all clusters, without the uid: a pod recreated with its name has the same key. */
export interface PodKey {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** Also true for a pod and its recreation. */
export function isSamePodName(a: PodKey, b: PodKey): boolean {
  return a.cluster === b.cluster && a.namespace === b.namespace && a.name === b.name;
}

/** A Cloud Map service by name, in the one account and Region (`target`) that the cluster registers into. */
export interface ServiceKey {
  /** `<account or "own">/<Region or "own">`: two clusters with the same target share services. */
  readonly target: string;
  readonly namespaceName: string;
  readonly serviceName: string;
  /** The namespace's id or VPC, if clusters.yml chooses one of several with the name. */
  readonly chosen?: string | undefined;
}

/** Length of a message group id in an EventBridge target; SQS itself accepts 128 characters, of those below. */
const maxGroup = 100;
const takenBySqs = /^[!-~]+$/;

/**
 * The FIFO message group of a pod, `cluster/namespace/name`. It ensures one writer at a time for each pod.
 */
export function podGroup(key: PodKey): string {
  return groupOf(`${key.cluster}/${key.namespace}/${key.name}`);
}

/** The FIFO message group of requests to remove a service that a cluster used. No pod's group has this many parts. */
export function serviceGroup(cluster: string, service: ServiceKey): string {
  return groupOf(`${cluster}/services/${service.target}/${serviceId(service).replace(' ', '/')}`);
}

/** The FIFO message group of the events of a cluster's objects; a cluster's name has no slash. */
export function clusterGroup(cluster: string): string {
  return groupOf(cluster);
}

/** The FIFO message group of a cluster's mesh. */
export function meshGroup(cluster: string): string {
  return groupOf(cluster, meshSuffix);
}

/** Also true for a group in which deferred messages of a mesh group wait (`deferredMessage`). */
export function isMeshGroup(group: string): boolean {
  return group.endsWith(meshSuffix) || group.includes(`${meshSuffix}~`);
}

const meshSuffix = '/mesh';

/** The FIFO message group of status writes to a cluster's virtual nodes. */
export function statusGroup(cluster: string): string {
  return groupOf(cluster, '/status');
}

/** A name that is too long, or has other characters, is cut and gets a SHA-256 digest of the whole. */
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
 * The key of a service's owners, with the namespace's id. In a DNS namespace all spellings of a name share their owners;
 * claims need no such key, since registrations use only Cloud Map's spelling.
 */
export function ownershipKey(
  { target, namespaceName, serviceName }: ServiceKey,
  namespace: { readonly id: string; readonly kind: 'http' | 'private-dns' },
): ServiceKey {
  const spell = namespace.kind === 'http' ? (name: string) => name : dnsName;
  const chosen = namespace.id.slice(namespace.id.lastIndexOf('/') + 1);
  return { target, namespaceName: spell(namespaceName), serviceName: spell(serviceName), chosen };
}

/** The names as part of a stored key: several namespaces can have the same name. Names contain no spaces. */
export function serviceId({ namespaceName, serviceName, chosen }: Omit<ServiceKey, 'target'>): string {
  return `${namespaceName}${chosen === undefined ? '' : ` ${chosen}`}/${serviceName}`;
}

/** `namespace/service`: a Cloud Map service in messages to people. */
export function serviceText(key: ServiceKey): string {
  return `${key.namespaceName}/${key.serviceName}`;
}
