import { capOf, overCap } from '../../objects/plan/deletion-cap.ts';
import type { CloudMapServiceView } from './cloud-map-view.ts';
import { type ClusterHosts, clusterHosts } from './cluster-hosts.ts';
import { compareText } from './compare-text.ts';
import type { LiveEntry } from './entry.ts';
import { entryNameOf, hostOf, type SourceService, sourceObjectOf, sourceOf } from './entry-name.ts';
import { sourceOfEntry } from './entry-ownership.ts';
import type { EntryFinding, EntryPlan, EntryPlanInput } from './entry-plan.ts';
import { planService, type ServicePlan, type WantedDeletion } from './service-plan.ts';
import { type GoneServices, goneServices, isSameSource } from './vanished.ts';

interface Planned extends ServicePlan {
  readonly service: CloudMapServiceView;
}

/**
 * Compares Cloud Map's services with the ServiceEntries of the cluster:
 * 1. of several services with one host, one gets the entry;
 * 2. each service is planned on its own;
 * 3. own entries whose service is gone are to be deleted;
 * 4. deletions beyond the cap are refused.
 * The result does not depend on the order of anything that is read.
 */
export function planEntries(input: EntryPlanInput): EntryPlan {
  const hosts = clusterHosts(input);
  const isGone = goneServices(input.listing);
  const { chosen, collisions } = chooseServices(input, hosts, isGone);
  const planned = chosen.map(
    (service): Planned => ({ service, ...planService(service, { ...input, hosts }) }),
  );
  const wanted = [...planned.flatMap(({ deletions = [] }) => deletions), ...vanished(chosen, hosts, isGone)];
  const { granted, refused } = capped(wanted, hosts.own.length, input.force);
  const apply = [
    ...planned.flatMap(({ write }) => write ?? []),
    ...granted.flatMap(({ ifGranted }) => ifGranted ?? []),
    ...refused.flatMap(({ ifRefused }) => ifRefused ?? []),
  ];
  const changed = new Set(
    apply.flatMap((write) => (write.action === 'update' ? [write.live.metadata.uid] : [])),
  );
  return {
    delete: granted.map(({ entry, reason }) => ({ entry, reason })),
    apply: apply.sort((a, b) => compareText(a.entry.name, b.entry.name)),
    refusedDeletions: refused.map(({ entry, reason }) => ({
      entry,
      reason,
      refusal: refusalOf(hosts.own.length),
    })),
    findings: [...planned.flatMap(findingsOf), ...collisions].sort(byText),
    skipped: planned.flatMap(({ service, skipped }) =>
      skipped ? [{ ...skipped, subject: subjectOf(service) }] : [],
    ),
    unchanged: hosts.own.length - granted.length - changed.size,
  };
}

/** Services whose names differ may have one host: `a.b` in `c`, and `a` in `b.c`. */
function chooseServices({ listing }: EntryPlanInput, hosts: ClusterHosts, isGone: GoneServices) {
  const all = listing.namespaces.flatMap(({ services }) => services).sort(bySource);
  const groups = Map.groupBy(all, (service) => hostOf(sourceOf(service)) ?? `/${subjectOf(service)}`);
  const [chosen, collisions]: [CloudMapServiceView[], EntryFinding[]] = [[], []];
  for (const [host, services] of groups) {
    const owner = ownerOf(hosts.ownOf(host), isGone);
    const winner =
      owner === undefined ? services[0] : services.find((each) => isSameSource(sourceOf(each), owner));
    if (winner !== undefined) chosen.push(winner);
    const holder = winner === undefined ? owner : sourceOf(winner);
    for (const service of services)
      if (service !== winner && holder !== undefined) collisions.push(collision(host, service, holder));
  }
  return { chosen, collisions };
}

/** The service that the host's own entry is made from, unless it is gone. */
function ownerOf(entries: readonly LiveEntry[], isGone: GoneServices): SourceService | undefined {
  const sources = entries.flatMap((entry) => sourceOfEntry(entry) ?? []);
  return sources.find((source) => !isGone(source));
}

function collision(host: string, service: CloudMapServiceView, holder: SourceService): EntryFinding {
  const other = `${holder.namespaceName}/${holder.serviceName} (${sourceObjectOf(holder)})`;
  const message = `It has the host ${host} of Cloud Map service ${other}, which comes first; at most one of them has an entry`;
  return { kind: 'HostCollision', subject: subjectOf(service), message };
}

/** Own entries whose service is gone, unless another service has the host by now. */
function vanished(
  chosen: readonly CloudMapServiceView[],
  { own }: ClusterHosts,
  isGone: GoneServices,
): readonly WantedDeletion[] {
  const needed = new Set(chosen.map((service) => entryNameOf(hostOf(sourceOf(service)) ?? '')));
  return own.flatMap((entry) => {
    const source = sourceOfEntry(entry);
    if (source === undefined || needed.has(entry.metadata.name) || !isGone(source)) return [];
    const subject = `${source.namespaceName}/${source.serviceName}`;
    return [{ entry, reason: `Cloud Map service ${subject} does not exist, or is no longer selected` }];
  });
}

/** An entry that is to be deleted for two reasons is deleted once. */
function capped(wanted: readonly WantedDeletion[], size: number, force = false) {
  const distinct = [...new Map(wanted.map((each) => [each.entry.metadata.uid, each])).values()];
  const sorted = distinct.sort((a, b) => compareText(keyOf(a.entry), keyOf(b.entry)));
  const max = force ? sorted.length : capOf(size);
  return { granted: sorted.slice(0, max), refused: sorted.slice(max) };
}

function refusalOf(size: number): string {
  return overCap('the ServiceEntries of the cluster', size);
}

function findingsOf({ service, notes, skipped }: Planned): readonly EntryFinding[] {
  const subject = subjectOf(service);
  const findings = notes.map((note) => ({ ...note, subject }));
  if (skipped?.kind !== 'InvalidName' && skipped?.kind !== 'LimitExceeded') return findings;
  return [...findings, { kind: skipped.kind, subject, message: `It gets no entry: ${skipped.reason}` }];
}

function subjectOf({ namespace, name }: CloudMapServiceView): string {
  return `${namespace.name}/${name}`;
}

function keyOf({ metadata }: LiveEntry): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function bySource(a: CloudMapServiceView, b: CloudMapServiceView): number {
  return compareText(orderOf(a), orderOf(b));
}

function orderOf(service: CloudMapServiceView): string {
  return `${sourceObjectOf(sourceOf(service))} ${service.namespace.id}`;
}

function byText(a: EntryFinding, b: EntryFinding): number {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}
