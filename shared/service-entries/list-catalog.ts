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

/** Whether a service is selected by its tags is looked up again after this. */
const tagsKeptMs = 600_000;

export interface SelectedService {
  readonly listed: ListedService;
  readonly namespace: KnownNamespace;
  /** As last read. */
  readonly known?: KnownService | undefined;
}

interface ListedPart {
  readonly namespace: KnownNamespace;
  /** Whether all pages of its services were read. */
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

type Known = ReadonlyMap<string, KnownService>;

/**
 * The namespaces and services to import. If the services of a namespace cannot be listed, those that were known are
 * returned, and the part is incomplete: the other namespaces go on. Throws if the namespaces cannot be listed.
 */
export async function listCatalog(run: EntryRun, known: Known): Promise<CatalogListing> {
  const own = await run.catalog.namespaces();
  const shared = await sharedNamespaces(run, own);
  const limit = pLimit(maxConcurrentLists);
  const namespaces = await Promise.all(
    [...own, ...shared.found].map((namespace) => limit(() => withSelection(run, namespace))),
  );
  const selected = namespaces.filter(({ isSelected }) => isSelected);
  const parts = await Promise.all(selected.map((namespace) => limit(() => listPart(run, namespace, known))));
  return { isComplete: shared.isComplete, namespaces, parts };
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

async function listPart(run: EntryRun, namespace: KnownNamespace, known: Known): Promise<ListedPart> {
  try {
    const listed = await run.catalog.services(namespace);
    const chosen = await Promise.all(listed.map((service) => isChosen(run, namespace, service, known)));
    return {
      namespace,
      isComplete: true,
      services: listed
        .filter((_, index) => chosen[index])
        .map((service) => selected(namespace, service, known)),
      others: listed.filter((_, index) => !chosen[index]),
    };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    run.errors.push(error);
    const former = [...known.values()].filter(
      ({ namespaceId, isSelected }) => isSelected && namespaceId === namespace.id,
    );
    const services = former.map((service) => selected(namespace, service, known));
    return { namespace, isComplete: false, services, others: [] };
  }
}

function selected(namespace: KnownNamespace, listed: ListedService, known: Known): SelectedService {
  return { namespace, listed, known: known.get(listed.id) };
}

async function isChosen(
  run: EntryRun,
  namespace: ListedNamespace,
  { id, name, arn }: ListedService,
  known: Known,
): Promise<boolean> {
  if (!usesServiceTags(run.options)) return selectsService(run.options, namespace, name, undefined);
  const { basis, selectedAtMs = 0, isSelected } = known.get(id) ?? {};
  const isFresh = basis === run.basis && run.startedAtMs - selectedAtMs < tagsKeptMs;
  if (isFresh && isSelected !== undefined) return isSelected;
  return selectsService(run.options, namespace, name, await run.catalog.tags(arn));
}
