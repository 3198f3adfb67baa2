import { pollRequested } from '../model/events/service-entry-requests.ts';
import type { LiveObject } from '../model/kubernetes-object.ts';
import type { EntryPollReport, KnownService } from '../ports/service-entry-ports.ts';
import type { EntryDependencies } from './entry-dependencies.ts';
import { pollReport } from './entry-report.ts';
import { EntryRun, type EntryScope } from './entry-run.ts';
import { type CatalogListing, type Known, listCatalog } from './list-catalog.ts';
import { couldBeKubernetesHost } from './plan/cluster-hosts.ts';
import { entryGroup, entryKind, entryVersions } from './plan/entry.ts';
import { entryNameOf, hostOf } from './plan/entry-name.ts';
import type { KubernetesServiceName } from './plan/entry-plan.ts';
import { planEntries } from './plan/plan-entries.ts';
import { namespaceViewOf, readServices, type ServiceRead, viewOf } from './read-services.ts';
import { recordListing, recordReads } from './record-reads.ts';
import { writePlan } from './write-plan.ts';

/**
 * Compares the ServiceEntries of a cluster with Cloud Map and corrects them. May run at any time, any number of times, by
 * the one writer of the cluster's entries.
 *   1. list the namespaces to import, and the services of those that changed   (incomplete: nothing is deleted)
 *   2. list the ServiceEntries of the cluster, of whomever
 *   3. read the instances of the services that moved       (of the others only the revision)
 *   4. plan                                                (pure)
 *   5. delete and write what differs
 *   6. store what was read of each service whose entry is right now
 * A crash before 6 costs a service one more read. What could not be read or written keeps its entry, and is thrown at the
 * end; for what there was no time for, and for namespaces with services that are gone, another run is requested.
 */
export async function pollEntries(
  deps: EntryDependencies,
  cluster: string,
  scope: EntryScope = {},
): Promise<void> {
  const run = EntryRun.of(deps, cluster, scope);
  if (run === undefined) return;
  const apiVersion = await apiVersionOf(run);
  if (apiVersion === undefined) return report(deps, cluster, notServed(deps));
  const known = await readKnown(deps, cluster);
  const listing = await listCatalog(run, known);
  const live = await run.objects.list({ apiVersion, kind: entryKind });
  const reads = await readAll(run, listing, live);
  const plan = planEntries({
    cluster,
    options: run.options,
    listing: {
      isComplete: listing.isComplete,
      namespaces: partsOf(listing, reads),
    },
    entries: live,
    kubernetesServices: await kubernetesServices(run, listing, live),
  });
  const written = await writePlan(run, apiVersion, plan);
  const recorded = await recordReads(run, reads, { live, written });
  const isDeletionLeft = written.undeleted + plan.refusedDeletions.length > 0;
  await recordListing(run, listing, { known, recorded, isDeletionLeft });
  await report(deps, cluster, pollReport(run, { plan, written, services: reads.length }));
  if (run.errors.length === 0) await continueLater(run);
  run.rethrow();
}

/** A report that says the same is stored again after this. */
const reportKeptMs = 600_000;

async function report(deps: EntryDependencies, cluster: string, next: EntryPollReport): Promise<void> {
  const former = await deps.entries.report(cluster);
  const isYoung = former !== undefined && next.endedAtMs - former.endedAtMs < reportKeptMs;
  const isSame = JSON.stringify({ ...former, endedAtMs: 0 }) === JSON.stringify({ ...next, endedAtMs: 0 });
  if (!(isYoung && isSame)) await deps.entries.saveReport(cluster, next);
  deps.report(cluster, next, former);
}

/** The first version that the cluster serves, `networking.istio.io/v1` if it can. */
export async function apiVersionOf({ objects }: Pick<EntryRun, 'objects'>): Promise<string | undefined> {
  const version = await objects.servedVersion(entryGroup, entryKind, entryVersions);
  return version && `${entryGroup}/${version}`;
}

async function readKnown({ entries }: EntryDependencies, cluster: string): Promise<Known> {
  const services = new Map<string, KnownService>();
  for await (const service of entries.services(cluster)) services.set(service.id, service);
  const namespaces = (await entries.namespaces(cluster)) ?? [];
  return { services, namespaces: new Map(namespaces.map((namespace) => [namespace.id, namespace])) };
}

function readAll(
  run: EntryRun,
  { parts }: CatalogListing,
  live: readonly LiveObject[],
): Promise<readonly ServiceRead[]> {
  const byUid = new Map(live.map((object) => [object.metadata.uid, object]));
  const services = parts.flatMap((part) => part.services);
  return readServices(run, services, (known) => byUid.get(known?.entry?.uid ?? ''));
}

function partsOf({ parts }: CatalogListing, reads: readonly ServiceRead[]) {
  const byNamespace = Map.groupBy(reads, ({ namespace }) => namespace.id);
  return parts.map(({ namespace, isComplete }) => {
    const services = (byNamespace.get(namespace.id) ?? []).map(viewOf);
    return { namespace: namespaceViewOf(namespace), isComplete, services };
  });
}

/** The Services of the cluster matter only for new hosts like theirs: `web.shop`. */
async function kubernetesServices(
  { objects }: EntryRun,
  { parts }: CatalogListing,
  live: readonly LiveObject[],
): Promise<readonly KubernetesServiceName[]> {
  const names = new Set(live.map(({ metadata }) => metadata.name));
  const couldMatter = parts.some(({ namespace, services }) =>
    services.some(({ listed }) => {
      const host = hostOf({ namespaceName: namespace.name, serviceName: listed.name });
      if (host === undefined || names.has(entryNameOf(host))) return false;
      return couldBeKubernetesHost(host);
    }),
  );
  if (!couldMatter) return [];
  const services = await objects.list({ apiVersion: 'v1', kind: 'Service' });
  return services.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
}

async function continueLater({ deps, config, isUnfinished, staleNamespaces }: EntryRun): Promise<void> {
  const run = `continued ${deps.newToken()}`;
  const rest = 'the previous run did not have time for all services';
  const gone = 'a known service was not found';
  await deps.requests.send([
    ...(isUnfinished ? [pollRequested(config.name, run, rest)] : []),
    ...[...staleNamespaces].map((id) =>
      pollRequested(config.name, `${run} ${id}`, gone, { namespaceId: id }),
    ),
  ]);
}

function notServed({ clock }: EntryDependencies) {
  const kind = 'KindNotServed';
  const message = `the cluster serves neither ${entryVersions.map((version) => `${entryGroup}/${version}`).join(' nor ')} for ${entryKind}; install Istio's CustomResourceDefinitions`;
  return {
    ...{ endedAtMs: clock.now(), services: 0, written: 0, deleted: 0, refusedDeletions: 0 },
    ...{ counts: { [kind]: 1 }, findings: [{ kind, subject: entryKind, message }] },
  };
}
