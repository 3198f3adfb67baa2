import type { ServiceEntriesConfig } from '../../model/config/service-entries.ts';
import { idOf, idText } from '../../model/kubernetes-object.ts';
import { counted } from '../../model/text/printable.ts';
import type { CloudMapServiceView } from '../../service-entries/plan/cloud-map-view.ts';
import type { EntrySpec, LiveEntry } from '../../service-entries/plan/entry.ts';
import { isOwnEntry, sourceOfEntry } from '../../service-entries/plan/entry-ownership.ts';
import type { EntryPlan, KubernetesServiceName } from '../../service-entries/plan/entry-plan.ts';
import { planEntries } from '../../service-entries/plan/plan-entries.ts';
import { mayImport } from '../../service-entries/plan/selection.ts';
import { isSameSource } from '../../service-entries/plan/vanished.ts';
import type { Cause } from './explained.ts';

/** What is known of a service's ServiceEntry in one cluster. Absent: it could not be read. */
export interface EntryFacts {
  readonly cluster: string;
  readonly options: ServiceEntriesConfig;
  readonly namespaceName: string;
  readonly serviceName: string;
  /** As the last comparison listed it; null: it did not. */
  readonly known?: { readonly isSelected: boolean; readonly service: CloudMapServiceView } | null | undefined;
  readonly entries?: readonly LiveEntry[] | undefined;
  readonly kubernetesServices?: readonly KubernetesServiceName[] | undefined;
}

/**
 * `UpToDate`: it has the entry that it should have. `OutOfDate`, `Missing`: the next comparison changes or creates it.
 * `Prevented`: it cannot have one. `NotImported`: it is to have none. `Unknown`: something could not be read.
 */
export type EntryState = 'UpToDate' | 'OutOfDate' | 'Missing' | 'Prevented' | 'NotImported' | 'Unknown';

export interface ExplainedEntry {
  readonly cluster: string;
  readonly state: EntryState;
  readonly reason: string;
  /** `ServiceEntry default/cloudmap-web.shop.local`, of ours. */
  readonly entry?: string | undefined;
  /** `STATIC, 2 endpoints, ports http 80, https 443`, as it is in the cluster. */
  readonly content?: string | undefined;
  /** What else a person should know, such as instances that are left out. */
  readonly notes: readonly string[];
}

/** Which entry a cluster has for a service, or why none. */
export function explainEntry(facts: EntryFacts): ExplainedEntry {
  const { cluster, entries } = facts;
  const own = entries?.find((entry) => isEntryOf(entry, facts));
  return {
    cluster,
    notes: [],
    ...stateOf(facts, own),
    ...(own && { entry: idText(idOf(own)), content: contentOf(own) }),
  };
}

type Explained = Pick<ExplainedEntry, 'state' | 'reason'> & Partial<Pick<ExplainedEntry, 'notes'>>;

function stateOf(facts: EntryFacts, own: LiveEntry | undefined): Explained {
  const { options, known, entries, kubernetesServices } = facts;
  if (!mayImport(options, facts))
    return unselected(own, 'serviceEntries in clusters.yml selects other services');
  if (known === undefined || entries === undefined || kubernetesServices === undefined)
    return { state: 'Unknown', reason: 'not everything could be read' };
  if (known === null) return unselected(own, 'the last comparison with Cloud Map did not find the service');
  if (!known.isSelected)
    return unselected(own, 'serviceEntries in clusters.yml selects it by no name and tags');
  return planned(facts.cluster, options, known.service, entries, kubernetesServices, own);
}

function unselected(own: LiveEntry | undefined, reason: string): Explained {
  return own === undefined
    ? { state: 'NotImported', reason }
    : { state: 'OutOfDate', reason: `to be deleted: ${reason}` };
}

function planned(
  cluster: string,
  options: ServiceEntriesConfig,
  service: CloudMapServiceView,
  entries: readonly LiveEntry[],
  kubernetesServices: readonly KubernetesServiceName[],
  own: LiveEntry | undefined,
): Explained {
  const namespaces = [{ namespace: service.namespace, isComplete: false, services: [service] }];
  const listing = { isComplete: false, namespaces };
  const plan = planEntries({ cluster, options, listing, entries, kubernetesServices });
  const notes = plan.findings.map(({ kind, message }) => `${kind}: ${message}`);
  return { ...(changeOf(plan) ?? unchanged(plan, own)), notes };
}

function changeOf({
  apply: [write],
  delete: [deletion],
  refusedDeletions: [refused],
}: EntryPlan): Explained | undefined {
  if (write?.action === 'update')
    return { state: 'OutOfDate', reason: `differs in ${write.differences.join(', ')}` };
  const deleted = deletion ?? refused;
  if (deleted !== undefined) return { state: 'OutOfDate', reason: `to be deleted: ${deleted.reason}` };
  if (write?.action === 'replace')
    return {
      state: 'Missing',
      reason: `${idText(idOf(write.live))} of the Istio Cloud Map operator is to be replaced`,
    };
  return write && { state: 'Missing', reason: `${write.entry.name} is to be created` };
}

function unchanged({ findings, skipped: [skipped] }: EntryPlan, own: LiveEntry | undefined): Explained {
  if (skipped?.kind === 'OnlyOwnPods') return { state: 'NotImported', reason: skipped.reason };
  if (skipped?.kind === 'NotRead') return { state: 'Unknown', reason: skipped.reason };
  if (skipped === undefined && own !== undefined)
    return { state: 'UpToDate', reason: 'it matches Cloud Map' };
  return { state: 'Prevented', reason: skipped?.reason ?? findings.map(({ message }) => message).join('; ') };
}

function isEntryOf(entry: LiveEntry, { cluster, namespaceName, serviceName }: EntryFacts): boolean {
  const source = isOwnEntry(entry, cluster) ? sourceOfEntry(entry) : undefined;
  return (
    source !== undefined &&
    isSameSource(source, { account: 'own', region: 'own', namespaceName, serviceName })
  );
}

function contentOf({ spec }: LiveEntry): string {
  const { resolution = '', endpoints = [], ports = [] } = (spec ?? {}) as Partial<EntrySpec>;
  const text = ports.map(({ name, number }) => `${name} ${number}`).join(', ');
  return `${resolution}, ${counted(endpoints.length, 'endpoint')}, ports ${text}`;
}

/** The cause, if an entry is not as it should be. */
export function entryCause(
  entries: readonly (ExplainedEntry & { readonly everyMinutes: number })[],
): Cause | null {
  const prevented = entries.find(({ state }) => state === 'Prevented');
  if (prevented !== undefined)
    return {
      kind: 'ServiceEntryPrevented',
      reason: `cluster ${prevented.cluster} has no up-to-date ServiceEntry for it: ${prevented.reason}`,
      advice:
        'Rename or remove one of the two, or deselect the service in serviceEntries; docs/mesh/service-entries.md explains each finding',
    };
  const stale = entries.find(({ state }) => state === 'OutOfDate' || state === 'Missing');
  if (stale === undefined) return null;
  return {
    kind: stale.state === 'Missing' ? 'ServiceEntryMissing' : 'ServiceEntryOutOfDate',
    reason: `the ServiceEntry in cluster ${stale.cluster}: ${stale.reason}`,
    advice: `Nothing: the next comparison does it, within ${stale.everyMinutes} min. If it does not, read the log of sync-service-entries`,
  };
}
