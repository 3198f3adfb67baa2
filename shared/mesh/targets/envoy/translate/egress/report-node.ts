import { isUsableAddress } from '../../../../../service-entries/plan/instances/address.ts';
import type { Directory, Place } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { isAddress } from '../cluster/discovery.ts';
import { isHeadless } from '../cluster/headless-name.ts';
import { backendsOf } from './backends.ts';
import { byArn } from './by-arn.ts';
import type { Called } from './called.ts';
import { egressPortsOf } from './ports.ts';

export function reportNodeEgress(
  node: EntryOf<'VirtualNode'>,
  place: Place,
  directory: Directory,
  report: Report,
): void {
  for (const [index, { virtualService }] of (node.content.spec.backends ?? []).entries())
    if (virtualService.virtualServiceARN)
      report.refuse(`spec.backends[${index}].virtualService.virtualServiceARN`, ...byArn);
  reportDiscovery(node, report);
  reportContested(node, place, directory, report);
}

/** Of the server's name in TLS. */
const maxServerName = 255;

const hostName = /^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/;

function reportDiscovery(node: EntryOf<'VirtualNode'>, report: Report): void {
  const { serviceDiscovery, podSelector } = node.content.spec;
  const fault = hostnameFault(serviceDiscovery?.dns?.hostname);
  if (fault !== undefined)
    report.refuse('spec.serviceDiscovery.dns.hostname', fault, 'orders.shop.svc.cluster.local');
  const { serviceName = '', namespaceName = '' } = serviceDiscovery?.awsCloudMap ?? {};
  const { length } = `${serviceName}.${namespaceName}`;
  if (length > maxServerName)
    report.refuse(
      'spec.serviceDiscovery.awsCloudMap.namespaceName',
      `with TLS, callers ask for the server <service>.<namespace>, which has ${length} characters; expected at most ${maxServerName}`,
      'a namespace with a shorter name',
    );
  if (!isHeadless(node)) return;
  const path = 'spec.podSelector';
  const instead = 'matchLabels with labels that the pods have';
  if (podSelector?.matchExpressions?.length)
    report.refuse(`${path}.matchExpressions`, 'a Service finds pods by equal labels only', instead);
  else if (Object.keys(podSelector?.matchLabels ?? {}).length === 0)
    report.refuse(path, 'selects all pods of the namespace, which a Service cannot', instead);
}

/** Who may write a virtual node must not be able to send its callers' proxies, such as a shared gateway, to themselves. */
function hostnameFault(hostname: string | undefined): string | undefined {
  if (hostname === undefined) return undefined;
  if (isAddress(hostname))
    return isUsableAddress(hostname)
      ? undefined
      : 'is a loopback, link-local, multicast or invalid address, which means something else to each caller';
  if (!hostName.test(hostname) || hostname.length > 254 || /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(hostname))
    return 'is no DNS name and no IP address';
  return /(^|\.)localhost\.?$/i.test(hostname) ? 'means the host of each caller' : undefined;
}

/** Two backends on one port, if one is of TCP. Not refused, so that none of them can hold up the whole node. */
function reportContested(
  node: EntryOf<'VirtualNode'>,
  place: Place,
  directory: Directory,
  report: Report,
): void {
  const services = backendsOf(node, place, directory);
  const caller = { common: undefined, callsTcp: true };
  const { contested } = egressPortsOf(services, caller, directory, { isRefused: () => false });
  for (const [port, { all, kept }] of contested) {
    const index = Math.max(...kept.map(({ service }) => indexOf(node, service, directory)));
    report.differ(
      index >= 0 ? `spec.backends[${index}].virtualService.virtualServiceRef` : 'spec.backendGroups',
      `${named(all)} have port ${port}, one of them for TCP, where only the port is known: what the proxy has of ${named(kept)} stays as it is, and a new proxy ${newProxy(all, kept, port)}`,
      'another port of one of the routers',
      'PortConflict',
    );
  }
}

function newProxy(all: readonly Called[], kept: readonly Called[], port: number): string {
  return kept.length < all.length ? 'has nothing of it' : `closes connections to port ${port}`;
}

const maxNamed = 4;

function named(called: readonly Called[]): string {
  const names = called.slice(0, maxNamed).map(({ service: { id } }) => `"${id.namespace}/${id.name}"`);
  const more = called.length > maxNamed ? [`${called.length - maxNamed} more`] : [];
  return `VirtualServices ${[...names, ...more].join(', ')}`;
}

/** Of the backend that names the service; -1 if only a group does. */
function indexOf({ id, content }: EntryOf<'VirtualNode'>, service: Entry, directory: Directory): number {
  return (content.spec.backends ?? []).findIndex(({ virtualService: { virtualServiceRef: reference } }) => {
    if (!reference) return false;
    const { name, namespace } = reference;
    return directory.find('VirtualService', { name, namespace: namespace ?? id.namespace }) === service;
  });
}
