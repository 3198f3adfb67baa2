import type { LabelSelector } from '../../../../model/mesh/label-selector.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import { labelOf } from './object-name.ts';

/** A Service of the cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

const hostForm =
  /^([a-z]([-a-z0-9]{0,61}[a-z0-9])?)(?:\.([a-z0-9-]{1,63}))?(\.svc(?:\.cluster\.local)?)?\.?$/;

/**
 * The Service that a host name means for a pod of the namespace: `orders.shop.svc.cluster.local`, `orders.shop.svc`,
 * `orders`, and `orders.shop` in namespace shop only, since it could also be a name outside the cluster.
 */
export function serviceOfHost(host: string, from: string): ServiceName | undefined {
  const [, name, , namespace, suffix] = hostForm.exec(host.toLowerCase()) ?? [];
  if (name === undefined || (namespace === undefined && suffix !== undefined)) return undefined;
  if (namespace !== undefined && suffix === undefined && namespace !== from) return undefined;
  return { namespace: namespace ?? from, name };
}

/** Whether the node gets a Service of its own: its pods are found by its selector, and not under a name. */
export function needsService({ content: { spec } }: EntryOf<'VirtualNode'>): boolean {
  return Boolean(spec.serviceDiscovery?.awsCloudMap);
}

/**
 * The Service with the pods of a node; undefined if there is none. One of another namespace does not count: a permission
 * to send requests to it is for its own namespace to give, and a virtual node in that namespace gives it.
 */
export function serviceOfNode(node: EntryOf<'VirtualNode'>): ServiceName | undefined {
  const { id, content } = node;
  const { dns } = content.spec.serviceDiscovery ?? {};
  if (dns) {
    const service = serviceOfHost(dns.hostname, id.namespace);
    return service?.namespace === id.namespace ? service : undefined;
  }
  if (!needsService(node) || selectorOf(content.spec.podSelector) === undefined) return undefined;
  return ownService(node);
}

/** Another name than that of the node, which is often that of a Service of the users. */
export function ownService({ id: { namespace, name } }: EntryOf<'VirtualNode'>): ServiceName {
  return { namespace, name: labelOf(`mesh-node-${name}`) };
}

/** As a Service selects pods: by labels with one value each. Undefined if that is not possible, or selects nothing or all. */
export function selectorOf(
  selector: LabelSelector | null | undefined,
): Readonly<Record<string, string>> | undefined {
  const pairs = Object.entries(selector?.matchLabels ?? {});
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const [value, ...others] = values ?? [];
    if (operator !== 'In' || value === undefined || others.length > 0) return undefined;
    pairs.push([key, value]);
  }
  const labels = Object.fromEntries(pairs);
  const isOneValueEach = pairs.every(([key, value]) => labels[key] === value);
  return pairs.length > 0 && isOneValueEach ? labels : undefined;
}
