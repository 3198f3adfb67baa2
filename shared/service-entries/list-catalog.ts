import pLimit from 'p-limit';
import { NotFoundError, SyncError } from '../model/errors.ts';
import type {
  KnownNamespace,
  KnownService,
  ListedNamespace,
  ListedService,
} from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import {
  namedArns,
  selectsNamespace,
  selectsService,
  usesNamespaceTags,
  usesServiceTags,
} from './plan/selection.ts';

const maxConcurrentLists = 4;

/** The services of a namespace, and the tags that select them, are listed again after this. */
const listKeptMs = 600_000;

export interface SelectedService {
  readonly listed: ListedService;
  readonly namespace: KnownNamespace;
  /** As last read. */
  readonly known?: KnownService | undefined;
  /** Whether it was listed in this run: then it exists. */
  readonly isListed?: boolean | undefined;
}

interface ListedPart {
  readonly namespace: KnownNamespace;
  /** Whether all pages of its services were read in this run. */
  readonly isComplete: boolean;
  readonly services: readonly SelectedService[];
  /** Services of the namespace that are not imported. */
  readonly others: readonly ListedService[];
}

export interface CatalogListing {
  /** Whether all namespaces were read, so that one that is missing does not exist. */
  readonly isComplete: boolean;
  /** All that were read, selected or not. */
  readonly namespaces: readonly KnownNamespace[];
  /** The selected ones with their services. */
  readonly parts: readonly ListedPart[];
}

/** What was known before. */
export interface Known {
  readonly namespaces: ReadonlyMap<string, KnownNamespace>;
  readonly services: ReadonlyMap<string, KnownService>;
}

/**
 * The namespaces and services to import. Listing the services of a namespace is expensive, because Cloud Map filters the
 * pages of all services of the account. So the services are those that are known while the namespace has as many as when
 * they were listed, for ten minutes at most; a part that was not listed is incomplete. Nor are the namespaces listed for a
 * change in one of those that are known; the listing is incomplete then. A part is also incomplete if its services
 * cannot be listed, and the other namespaces go on. Throws if the namespaces cannot be listed.
 */
export async function listCatalog(run: EntryRun, known: Known): Promise<CatalogListing> {
  const isTrusted = run.trustsNamespaces(known.namespaces);
  const own = isTrusted ? ownOf(known) : await run.catalog.namespaces();
  const shared = await sharedNamespaces(run, own);
  const limit = pLimit(maxConcurrentLists);
  const listed = await Promise.all(
    [...own, ...shared.found].map((namespace) => limit(() => withSelection(run, namespace))),
  );
  const parts = await Promise.all(
    listed.filter(({ isSelected }) => isSelected).map((one) => limit(() => partOf(run, one, known))),
  );
  const namespaces = listed.map(
    (one) => parts.find((part) => part.namespace.id === one.id)?.namespace ?? one,
  );
  return { isComplete: shared.isComplete && !isTrusted, namespaces, parts };
}

/** The namespaces of this account as last listed. */
function ownOf({ namespaces }: Known): readonly KnownNamespace[] {
  return [...namespaces.values()].filter(({ ownerAccount }) => ownerAccount === undefined);
}

/** Namespaces of other accounts, which only the configuration names. */
async function sharedNamespaces(
  run: EntryRun,
  own: readonly ListedNamespace[],
): Promise<{ readonly found: readonly ListedNamespace[]; readonly isComplete: boolean }> {
  const owned = new Set(own.map(({ arn }) => arn));
  const found: ListedNamespace[] = [];
  let isComplete = true;
  for (const arn of namedArns(run.options)) {
    if (owned.has(arn)) continue;
    try {
      found.push(await run.catalog.namespaceByArn(arn));
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      if (error instanceof NotFoundError) continue; // it is shared no more
      isComplete = false;
      run.errors.push(error);
    }
  }
  return { found, isComplete };
}

async function withSelection(run: EntryRun, namespace: ListedNamespace): Promise<KnownNamespace> {
  const tags = usesNamespaceTags(run.options) ? await run.catalog.tags(namespace.arn) : undefined;
  return { ...namespace, isSelected: selectsNamespace(run.options, namespace, tags) };
}

async function partOf(run: EntryRun, namespace: KnownNamespace, known: Known): Promise<ListedPart> {
  const former = known.namespaces.get(namespace.id);
  if (former !== undefined && isCurrent(run, former, namespace)) return knownPart(former, known);
  if (run.isOutOfTime('list')) return knownPart({ ...namespace, ...withoutList }, known);
  try {
    return await listPart(run, namespace, known);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    run.errors.push(error);
    return knownPart({ ...namespace, ...withoutList }, known);
  }
}

/** Its services are listed by the next run. */
const withoutList = { listedAtMs: undefined } as const;

/** Whether the services that were listed before are still those of the namespace, as far as their number shows. */
function isCurrent(
  run: EntryRun,
  former: KnownNamespace,
  { id, serviceCount, httpName }: KnownNamespace,
): boolean {
  const { listedAtMs } = former;
  if (run.mustList(id) || listedAtMs === undefined || serviceCount === undefined) return false;
  const isYoung = Math.abs(run.startedAtMs - listedAtMs) < listKeptMs;
  const isSame = former.serviceCount === serviceCount && former.httpName === httpName && former.isSelected;
  return isYoung && isSame && former.basis === run.basis;
}

function knownPart(namespace: KnownNamespace, { services }: Known): ListedPart {
  const selected = [...services.values()].filter(
    ({ namespaceId, isSelected }) => isSelected && namespaceId === namespace.id,
  );
  return {
    ...{ namespace, isComplete: false, others: [] },
    services: selected.map((service) => ({ namespace, listed: service, known: service })),
  };
}

async function listPart(run: EntryRun, namespace: KnownNamespace, known: Known): Promise<ListedPart> {
  const listed = await run.catalog.services(namespace);
  const chosen = await Promise.all(listed.map((service) => isChosen(run, namespace, service)));
  const selected = listed.filter((_, index) => chosen[index]);
  const { basis, startedAtMs } = run;
  const counted = namespace.serviceCount !== undefined && { serviceCount: listed.length };
  const current = { ...namespace, ...counted, basis, listedAtMs: startedAtMs };
  return {
    ...{ namespace: current, isComplete: true },
    services: selected.map((service) => ({
      namespace: current,
      listed: service,
      known: known.services.get(service.id),
      isListed: true,
    })),
    others: listed.filter((_, index) => !chosen[index]),
  };
}

async function isChosen(
  { options, catalog }: EntryRun,
  namespace: ListedNamespace,
  { name, arn }: ListedService,
): Promise<boolean> {
  const tags = usesServiceTags(options) ? await catalog.tags(arn) : undefined;
  return selectsService(options, namespace, name, tags);
}
