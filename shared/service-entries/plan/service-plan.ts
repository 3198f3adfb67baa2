import { idOf, idText } from '../../model/kubernetes-object.ts';
import type { CloudMapServiceView } from './cloud-map-view.ts';
import type { ClusterHosts } from './cluster-hosts.ts';
import { desiredEntry } from './desired-entry.ts';
import type { DesiredEntry, LiveEntry } from './entry.ts';
import { entryDifferences, foreignPorts } from './entry-differences.ts';
import { hostOf, sourceOf } from './entry-name.ts';
import { isOperatorEntry } from './entry-ownership.ts';
import type { EntryNote, EntryPlanInput, EntryWrite, SkippedService } from './entry-plan.ts';

/** A deletion that the plan wants, and what is written if it is granted, or refused. */
export interface WantedDeletion {
  readonly entry: LiveEntry;
  readonly reason: string;
  readonly ifGranted?: EntryWrite | undefined;
  readonly ifRefused?: EntryWrite | undefined;
}

/** What one service asks for. */
export interface ServicePlan {
  readonly notes: readonly EntryNote[];
  readonly skipped?: Omit<SkippedService, 'subject'> | undefined;
  readonly write?: EntryWrite | undefined;
  readonly deletions?: readonly WantedDeletion[] | undefined;
}

type Context = Pick<EntryPlanInput, 'cluster' | 'options'> & { readonly hosts: ClusterHosts };

/**
 * | own entry        | the service              | others with the host     | plan                                  |
 * |------------------|--------------------------|--------------------------|---------------------------------------|
 * | none             | read                     | none                     | create                                |
 * | none             | read                     | the operator's, to adopt | replace                               |
 * | none             | read                     | any other                | report                                |
 * | in its namespace | read                     | any                      | update if it differs; report others   |
 * | in another one   | read                     | none                     | delete and create; in place if refused|
 * | in another one   | read                     | any                      | update in place; report others        |
 * | any              | only this cluster's pods | any                      | delete                                |
 * | any              | host not allowed         | any                      | delete                                |
 * | any              | not read, or too large   | any                      | keep                                  |
 */
export function planService(service: CloudMapServiceView, { cluster, options, hosts }: Context): ServicePlan {
  const own = hosts.ownOf(hostOf(sourceOf(service)) ?? '');
  const [live, ...copies] = inNamespaceFirst(own, options.namespace);
  const { entry, skipped, notes } = desiredEntry(service, { cluster, options, live });
  if (skipped?.kind === 'OnlyOwnPods' || skipped?.kind === 'InvalidName')
    return { notes, skipped, deletions: own.map((each) => ({ entry: each, reason: skipped.reason })) };
  if (entry === undefined) return { notes, skipped };
  const planned = live === undefined ? planNew(entry, options, hosts) : planExisting(entry, live, hosts);
  const moved = copies.map((each) => ({ entry: each, reason: movedTo(entry) }));
  return {
    ...planned,
    notes: [...notes, ...planned.notes],
    deletions: [...(planned.deletions ?? []), ...moved],
  };
}

function planNew(entry: DesiredEntry, options: Context['options'], hosts: ClusterHosts): ServicePlan {
  const others = hosts.othersOf(entry.host);
  const [other] = others;
  if (
    options.adopt === 'istio-cloud-map' &&
    other !== undefined &&
    others.length === 1 &&
    isOperatorEntry(other)
  )
    return {
      notes: [],
      write: { action: 'replace', entry, live: other, differences: ['metadata.ownerReferences'] },
    };
  const duplicates = duplicateNotes(entry, hosts, 'no second entry is created');
  if (duplicates.length > 0) return { notes: duplicates };
  const taken = takenNotes(entry, hosts);
  return taken.length > 0 ? { notes: taken } : { notes: [], write: { action: 'create', entry } };
}

function planExisting(entry: DesiredEntry, live: LiveEntry, hosts: ClusterHosts): ServicePlan {
  const differences = entryDifferences(entry, live);
  const update: EntryWrite | undefined =
    differences.length === 0 ? undefined : { action: 'update', entry, live, differences };
  const duplicates = duplicateNotes(entry, hosts, 'the entry stays where it is');
  const namespace = live.metadata.namespace ?? '';
  const isThere = namespace === entry.namespace;
  const blocked = isThere ? [] : [...duplicates, ...takenNotes(entry, hosts)];
  const notes = [...(isThere ? duplicates : blocked), ...foreignNotes(entry, live)];
  if (isThere) return { notes, write: update };
  const inPlace = update && { ...update, entry: { ...entry, namespace } };
  if (blocked.length > 0) return { notes, write: inPlace };
  const ifGranted: EntryWrite = { action: 'create', entry };
  return { notes, deletions: [{ entry: live, reason: movedTo(entry), ifGranted, ifRefused: inPlace }] };
}

function takenNotes({ namespace, name, host }: DesiredEntry, hosts: ClusterHosts): readonly EntryNote[] {
  const taken = hosts.named(namespace, name);
  if (taken === undefined) return [];
  const message = `${nameText(taken)} exists, does not have the host ${host} and was not created by eks-mesh-sync; it is not changed. Delete it, or set serviceEntries.namespace to another namespace`;
  return [{ kind: 'NameTaken', message }];
}

function inNamespaceFirst(entries: readonly LiveEntry[], namespace: string): readonly LiveEntry[] {
  const rank = ({ metadata }: LiveEntry) =>
    `${metadata.namespace === namespace ? 0 : 1}${metadata.namespace}`;
  return entries.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function movedTo({ namespace }: DesiredEntry): string {
  return `the namespace of the entries is ${namespace}`;
}

/** Istio refuses no second entry with a host; which of them counts depends on age, namespace and version. */
function duplicateNotes({ host }: DesiredEntry, hosts: ClusterHosts, effect: string): readonly EntryNote[] {
  const service = hosts.serviceOf(host);
  const services = service === undefined ? [] : [`Service ${service}`];
  const owners = [...services, ...hosts.othersOf(host).map(ownerText)];
  if (owners.length === 0) return [];
  return [
    {
      kind: 'DuplicateHost',
      message: `Host ${host} is also that of ${owners.sort().join(' and ')}; ${effect}`,
    },
  ];
}

function ownerText(entry: LiveEntry): string {
  const hint = isOperatorEntry(entry)
    ? ' (of the Istio Cloud Map operator; serviceEntries.adopt: istio-cloud-map takes it over)'
    : '';
  return `${nameText(entry)}${hint}`;
}

function foreignNotes(entry: DesiredEntry, live: LiveEntry): readonly EntryNote[] {
  const ports = foreignPorts(entry, live);
  if (ports.length === 0) return [];
  const message = `Somebody added port ${ports.join(', ')} to ${nameText(live)}; server-side apply cannot remove it. Remove it, or delete the entry, which is then created again`;
  return [{ kind: 'ForeignFields', message }];
}

function nameText(entry: LiveEntry): string {
  return idText(idOf(entry));
}
