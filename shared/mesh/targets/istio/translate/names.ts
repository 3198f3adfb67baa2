import { createHash } from 'node:crypto';
import { awsNameOf } from '../../../plan/directory.ts';
import type { Entry } from '../../../plan/entry.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether Istio takes it as the host of a service: a DNS name of at least two labels, no IP address. */
export function isHost(host: string): boolean {
  const labels = host.split('.');
  return (
    host.length <= 253 &&
    labels.length > 1 &&
    labels.every((each) => label.test(each)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

/** The Kubernetes Service that a host names: `orders.shop.svc.cluster.local`. */
export function kubernetesServiceOf(
  host: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const [name = '', namespace = '', svc, domain] = host.split('.');
  return svc === 'svc' && domain !== undefined ? { name, namespace } : undefined;
}

/** Of two objects that want the same the one with the lesser text has it. */
export function ageOf({ createdAt, id }: Entry): string {
  return `${createdAt} ${id.namespace}/${id.name}`;
}

/** The host by which a virtual service is called. A name of one label is that of a Kubernetes Service of its namespace. */
export function serviceHostOf(service: Entry): string {
  const name = nameIn(awsNameOf(service));
  if (/^[^.]+\.[^.]+\.svc$/.test(name)) return `${name}.cluster.local`;
  return label.test(name) ? `${name}.${service.id.namespace}.svc.cluster.local` : name;
}

/** A final dot means the same, and Istio refuses it. */
export function nameIn(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

/** The name with a suffix, shortened to what a name of an object may have. */
export function suffixed(name: string, suffix: string): string {
  const whole = `${name}-${suffix}`;
  if (whole.length <= 253) return whole;
  const start = name.slice(0, 234 - suffix.length).replace(/\W+$/, '');
  return `${start}-${digestOf(name)}-${suffix}`;
}

/** The name as one DNS label, which Istio requires of a gateway. */
export function labelOf(name: string): string {
  return label.test(name) ? name : `${name.slice(0, 46).replace(/\W+/g, '-')}-${digestOf(name)}`;
}

/** A host of its own for a virtual node: only routes use it, no client. */
export function ownHostOf({ id: { name, namespace } }: Entry): string {
  const host = `${name}.${namespace}.virtual-node`;
  return isHost(host) ? host : `${labelOf(name)}.${labelOf(namespace)}.virtual-node`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
