import type { ServiceEntriesConfig } from '../../../shared/model/config/service-entries.ts';
import { serviceEntries } from '../../../shared/model/config/service-entries.ts';
import type {
  CloudMapInstance,
  CloudMapListing,
  CloudMapServiceView,
} from '../../../shared/service-entries/plan/cloud-map-view.ts';
import { desiredEntry } from '../../../shared/service-entries/plan/desired-entry.ts';
import type { DesiredEntry, LiveEntry } from '../../../shared/service-entries/plan/entry.ts';
import type { EntryPlan, EntryPlanInput } from '../../../shared/service-entries/plan/entry-plan.ts';
import { planEntries } from '../../../shared/service-entries/plan/plan-entries.ts';

export const cluster = 'production';

export function optionsOf(changes: Partial<ServiceEntriesConfig> = {}): ServiceEntriesConfig {
  return serviceEntries.parse(changes);
}

export type Attributes = Readonly<Record<string, string>>;

/** Instances i0, i1 … with these attributes. */
export function instancesOf(...attributes: readonly Attributes[]): readonly CloudMapInstance[] {
  return attributes.map((each, index) => ({ id: `i${index}`, attributes: each, health: 'UNKNOWN' }));
}

export function ip(address: string, attributes: Attributes = {}): Attributes {
  return { AWS_INSTANCE_IPV4: address, ...attributes };
}

export function serviceOf(
  name: string,
  instances: readonly CloudMapInstance[] | undefined,
  changes: Partial<CloudMapServiceView> & { readonly in?: string } = {},
): CloudMapServiceView {
  const { in: namespaceName = 'shop.local', ...rest } = changes;
  const namespace = { id: `ns-${namespaceName}`, name: namespaceName, type: 'DNS_PRIVATE' as const };
  return { namespace, name, healthCheck: 'none', instances, ...rest };
}

/** A complete listing of these services, by namespace. */
export function listingOf(services: readonly CloudMapServiceView[], isComplete = true): CloudMapListing {
  const groups = Map.groupBy(services, ({ namespace }) => JSON.stringify(namespace));
  const namespaces = [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ namespace }) => ({ namespace, isComplete, services: group })),
  );
  return { isComplete, namespaces };
}

export function entryFor(
  service: CloudMapServiceView,
  changes: Partial<ServiceEntriesConfig> = {},
  live?: LiveEntry,
): DesiredEntry {
  const { entry, skipped } = desiredEntry(service, { cluster, options: optionsOf(changes), live });
  if (entry === undefined) throw new Error(`expected an entry: ${skipped?.reason}`);
  return entry;
}

/** The entry as the API server has it after it was applied. */
export function applied({ name, namespace, labels, annotations, spec }: DesiredEntry): LiveEntry {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-27T00:00:00Z',
      labels,
      annotations,
    },
    spec: { ...spec },
  };
}

/** An entry of somebody else. */
export function foreign(
  namespace: string,
  name: string,
  hosts: readonly string[],
  rest: object = {},
): LiveEntry {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { hosts, resolution: 'DNS', ...rest },
  };
}

/** An entry as the Istio Cloud Map operator writes it. */
export function operatorEntry(host: string, group = 'cloudmap.istio.io', rest: object = {}): LiveEntry {
  const entry = foreign('default', `cloudmap-${host}`, [host], rest);
  const owner = { apiVersion: group, kind: 'ServiceController', name: 'istio-cloud-map-operator' };
  return { ...entry, metadata: { ...entry.metadata, ownerReferences: [owner] } };
}

export function planOf(
  input: Partial<Omit<EntryPlanInput, 'options'>> & { readonly options?: Partial<ServiceEntriesConfig> },
): EntryPlan {
  const { options, ...rest } = input;
  const nothing = { cluster, listing: listingOf([]), entries: [], kubernetesServices: [] };
  return planEntries({ ...nothing, ...rest, options: optionsOf(options) });
}

/** The entries after the plan was carried out. */
export function afterPlan(entries: readonly LiveEntry[], plan: EntryPlan): readonly LiveEntry[] {
  const gone = new Set(plan.delete.map(({ entry }) => entry.metadata.uid));
  for (const write of plan.apply) if (write.action !== 'create') gone.add(write.live.metadata.uid);
  return [
    ...entries.filter(({ metadata }) => !gone.has(metadata.uid)),
    ...plan.apply.map(({ entry }) => applied(entry)),
  ];
}
