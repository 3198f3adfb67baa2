import type { ServiceEntriesConfig } from '../../model/config/service-entries.ts';
import { ownershipMarks } from '../../model/own-object.ts';
import type { CloudMapServiceView } from './cloud-map-view.ts';
import type { DesiredEntry, EntryEndpoint, EntrySpec, LiveEntry, ServicePort } from './entry.ts';
import {
  optionalFields,
  optionalFieldsAnnotation,
  portsAnnotation,
  portsText,
  rememberedPorts,
} from './entry-memory.ts';
import { entryNameOf, hostOf, sourceObjectOf, sourceOf } from './entry-name.ts';
import type { EntryNote, SkippedService } from './entry-plan.ts';
import { isIpAddress } from './instances/address.ts';
import { endpointsOf } from './instances/endpoints.ts';
import { type ImportedInstances, importedInstances } from './instances/imported-instances.ts';
import { portNotes } from './instances/port-notes.ts';
import { protocolOfName, standardPort } from './instances/ports.ts';
import { servicePorts } from './instances/service-ports.ts';
import { limited } from './limits.ts';
import { reservedReason } from './reserved-hosts.ts';

export interface EntryContext {
  /** The name of the cluster in clusters.yml. */
  readonly cluster: string;
  readonly options: ServiceEntriesConfig;
  /** The entry that the service has; its ports stay while instances come and go. */
  readonly live?: LiveEntry | undefined;
}

export interface EntryOfService {
  readonly entry?: DesiredEntry | undefined;
  /** Why it gets no entry. */
  readonly skipped?: Omit<SkippedService, 'subject'> | undefined;
  readonly notes: readonly EntryNote[];
}

/** The entry that a service should have, or why it gets none. Does not depend on the order of the instances. */
export function desiredEntry(service: CloudMapServiceView, context: EntryContext): EntryOfService {
  const host = hostOf(sourceOf(service));
  if (host === undefined)
    return skip('InvalidName', 'its name can be no host, even with its characters escaped');
  const reserved = reservedReason(host, context.options.clusterDomain);
  if (reserved !== undefined) return skip('InvalidName', reserved);
  const { instances } = service;
  if (instances === undefined) return skip('NotRead', 'its instances were not read');
  const { cluster, options, live } = context;
  const imported = importedInstances({ ...service, instances }, cluster, options, rememberedPorts(live));
  const { ownPods } = imported;
  if (ownPods > 0 && ownPods === instances.length)
    return skip('OnlyOwnPods', 'all of its instances are pods of this cluster, and importOwnPods is false');
  if (isAwaitingPods(service, context))
    return skip('OnlyOwnPods', 'it has no instances, and only pods were registered in it so far');
  return entryOf(service, host, imported, context);
}

/**
 * A service of pods gets its first entry with the first instance of another cluster. An empty entry would answer 503 to
 * clients in the pods' own cluster, also for a while after its pods came back.
 */
function isAwaitingPods(
  { instances, isRegisteredByPods = false }: CloudMapServiceView,
  { options, live }: EntryContext,
): boolean {
  return isRegisteredByPods && !options.importOwnPods && instances?.length === 0 && live === undefined;
}

function entryOf(
  service: CloudMapServiceView,
  host: string,
  imported: ImportedInstances,
  { cluster, options, live }: EntryContext,
): EntryOfService {
  const chosen = portsFor(imported, rememberedPorts(live), options);
  const { ports } = chosen;
  const names = new Set(ports.map(({ name }) => name));
  const endpoints = endpointsOf(imported.available, names);
  const { spec, notes, refusal } = limited(specOf({ host, ports, endpoints, imported, options, live }));
  const all = [
    ...imported.notes,
    ...portNotes(imported.ports, chosen),
    ...incompleteNote(spec),
    ...truncatedNote(service),
    ...notes,
  ];
  if (refusal !== undefined) return { ...skip('LimitExceeded', refusal), notes: all };
  const sourceObject = sourceObjectOf(sourceOf(service));
  const { labels, annotations } = ownershipMarks({ source: 'cloud-map', cluster, sourceObject });
  const memory = memoryOf(spec, imported, live);
  const entry = {
    host,
    namespace: options.namespace,
    name: entryNameOf(host),
    sourceObject,
    labels,
    annotations: { ...annotations, ...memory },
    spec,
  };
  return { entry, notes: all };
}

function skip(kind: SkippedService['kind'], reason: string): EntryOfService {
  return { skipped: { kind, reason }, notes: [] };
}

/** Without instances, the ports that the entry had, else those by default. */
function portsFor(
  { ports }: ImportedInstances,
  remembered: readonly ServicePort[],
  options: ServiceEntriesConfig,
) {
  if (ports.length > 0) return servicePorts(ports, remembered);
  return { ports: remembered.length > 0 ? remembered : defaultServicePorts(options), skipped: [] };
}

function defaultServicePorts({ defaultPorts }: ServiceEntriesConfig): readonly ServicePort[] {
  return Object.entries(defaultPorts)
    .map(([name, number]) => ({
      number,
      name,
      protocol: protocolOfName(name) ?? standardPort(number).protocol,
    }))
    .sort((a, b) => a.number - b.number);
}

interface SpecParts {
  readonly host: string;
  readonly ports: readonly ServicePort[];
  readonly endpoints: readonly EntryEndpoint[];
  readonly imported: ImportedInstances;
  readonly options: ServiceEntriesConfig;
  readonly live: LiveEntry | undefined;
}

/** Without endpoints it is STATIC: with DNS, the proxy would resolve the host itself instead. */
function specOf({ host, ports, endpoints, imported, options, live }: SpecParts): EntrySpec {
  const { location, exportTo } = options;
  const addresses = options.addresses === 'none' ? [] : firstAddress(endpoints, live);
  return {
    hosts: [host],
    ...(addresses.length > 0 && { addresses }),
    location,
    resolution: imported.hasNames && endpoints.length > 0 ? 'DNS' : 'STATIC',
    ports,
    endpoints,
    ...(exportTo !== undefined && { exportTo: exportTo.toSorted() }),
  };
}

/** The one that the entry has, while an endpoint has it: another one is a change of the service for every proxy. */
function firstAddress(endpoints: readonly EntryEndpoint[], live: LiveEntry | undefined): readonly string[] {
  const all = endpoints.map(({ address }) => address).filter(isIpAddress);
  const { addresses } = live?.spec ?? {};
  const former = optionalFields(live).includes('addresses') && Array.isArray(addresses) ? addresses : [];
  const kept = all.find((address) => former.length === 1 && former[0] === address);
  return kept === undefined ? all.slice(0, 1) : [kept];
}

function memoryOf(spec: EntrySpec, { ports }: ImportedInstances, live: LiveEntry | undefined) {
  const text = portsText(ports.length > 0 ? spec.ports : rememberedPorts(live));
  const optional = (['addresses', 'exportTo'] as const).filter((field) => spec[field] !== undefined);
  return {
    ...(text !== '' && { [portsAnnotation]: text }),
    ...(optional.length > 0 && { [optionalFieldsAnnotation]: optional.join(',') }),
  };
}

/** Istio cannot leave an endpoint out of one port. */
function incompleteNote({ ports, endpoints }: EntrySpec): readonly EntryNote[] {
  return ports.flatMap(({ name, number }) => {
    const lacking = endpoints.filter((endpoint) => endpoint.ports[name] === undefined);
    const [first] = lacking;
    if (first === undefined) return [];
    const message = `${lacking.length} of ${endpoints.length} endpoints have no port ${name} and get its requests at ${number}; the first is ${first.address}. Register the same ports for all instances`;
    return [{ kind: 'PortsDiffer', message }];
  });
}

function truncatedNote({ isTruncated, instances }: CloudMapServiceView): readonly EntryNote[] {
  if (isTruncated !== true) return [];
  const message = `Cloud Map answered ${instances?.length} instances, its maximum; others may be missing in the entry`;
  return [{ kind: 'InstancesTruncated', message }];
}
