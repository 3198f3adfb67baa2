import pLimit from 'p-limit';
import type { LiveObject } from '../model/kubernetes-object.ts';
import type {
  EntryState,
  KnownNamespace,
  KnownService,
  ListedService,
} from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import type { CatalogListing, Known } from './list-catalog.ts';
import { sourceObjectOf, sourceOf } from './plan/entry-name.ts';
import { isOwnEntry, sourceOfEntry } from './plan/entry-ownership.ts';
import { type ServiceRead, viewOf } from './read-services.ts';
import type { Written } from './write-plan.ts';

const maxConcurrentWrites = 10;

/** A record with the same content is written again after this, so that its age says how long ago it was read. */
const recordKeptMs = 1_800_000;

interface After {
  /** The entries before the writes. */
  readonly live: readonly LiveObject[];
  readonly written: Pick<Written, 'entries' | 'failed'>;
}

/**
 * Stores what was read of each service whose entry agrees with it now. Two services with the same names, which is
 * possible in two namespaces, get no entry in their records, so that both are read each time. Returns the ids of the
 * services that have a record now.
 */
export async function recordReads(
  run: EntryRun,
  reads: readonly ServiceRead[],
  after: After,
): Promise<ReadonlySet<string>> {
  const bySource = Map.groupBy(reads, (read) => sourceObjectOf(sourceOf(viewOf(read))));
  const states = entryStates(run, after);
  const limit = pLimit(maxConcurrentWrites);
  const writes = [...bySource].flatMap(([sourceObject, same]) => {
    if (after.written.failed.has(sourceObject)) return [];
    const entry = same.length === 1 ? states.get(sourceObject) : undefined;
    return same.map((read) => limit(() => recordRead(run, read, entry)));
  });
  return new Set((await Promise.all(writes)).flatMap((id) => id ?? []));
}

function entryStates({ config }: EntryRun, { live, written }: After): ReadonlyMap<string, EntryState> {
  const states = new Map<string, EntryState>();
  for (const object of [...live, ...written.entries.values()]) {
    const source = isOwnEntry(object, config.name) ? sourceOfEntry(object) : undefined;
    if (source !== undefined) states.set(sourceObjectOf(source), stateOf(object));
  }
  return states;
}

function stateOf({ metadata: { namespace = '', name, uid, resourceVersion } }: LiveObject): EntryState {
  return { namespace, name, uid, resourceVersion };
}

async function recordRead(
  run: EntryRun,
  read: ServiceRead,
  entry: EntryState | undefined,
): Promise<string | undefined> {
  if (read.read === undefined) return undefined;
  const { listed, namespace, known } = read;
  const { id, arn, name, healthCheck } = listed;
  const { revision, digest, instances } = read.read;
  const isFirst = known?.instances === undefined;
  const isChanged = isFirst ? instances.length > 0 : digest !== known.instances;
  const changedAtMs = isChanged ? run.startedAtMs : known?.changedAtMs;
  const next: KnownService = {
    ...{ id, arn, name, healthCheck, namespaceId: namespace.id, isSelected: true },
    ...{ instances: digest, readAtMs: run.startedAtMs, basis: run.basis },
    ...(revision !== undefined && { revision }),
    ...(changedAtMs !== undefined && { changedAtMs }),
    ...(entry && { entry }),
  };
  if (!isCurrent(run, known, next)) await run.deps.entries.saveService(run.config.name, next);
  return id;
}

/** The same but for its time, and young. */
function isCurrent({ startedAtMs }: EntryRun, known: KnownService | undefined, next: KnownService): boolean {
  const { readAtMs } = known ?? {};
  if (readAtMs === undefined || startedAtMs - readAtMs > recordKeptMs) return false;
  return isSame(known, { ...next, readAtMs });
}

interface ListingRecord {
  readonly known: Known;
  /** Ids of services with a record of this run. */
  readonly recorded: ReadonlySet<string>;
  /** Whether an entry could not be deleted, or may not yet. Its namespace is then listed again by the next run. */
  readonly isDeletionLeft: boolean;
}

/**
 * Stores the namespaces and their services, imported or not, and removes the records of what is gone. The namespaces come
 * last: only then the next run need not list these services.
 */
export async function recordListing(
  run: EntryRun,
  listing: CatalogListing,
  { known, recorded, isDeletionLeft }: ListingRecord,
): Promise<void> {
  const { entries } = run.deps;
  const cluster = run.config.name;
  const limit = pLimit(maxConcurrentWrites);
  const changed = listing.parts
    .flatMap((part) => newRecords(run, part, known))
    .filter(({ id }) => !recorded.has(id));
  const gone = [...known.services.values()].filter((service) => isGone(service, listing));
  await Promise.all([
    ...changed.map((service) => limit(() => entries.saveService(cluster, service))),
    ...gone.map(({ id }) => limit(() => entries.removeService(cluster, id))),
  ]);
  const listed = new Set(
    listing.parts.flatMap(({ isComplete, namespace }) => (isComplete ? namespace.id : [])),
  );
  const namespaces = listing.namespaces.map((namespace): KnownNamespace => {
    const { listedAtMs, ...others } = namespace;
    return isDeletionLeft && listed.has(namespace.id) ? others : namespace;
  });
  const former = [...known.namespaces.values()];
  if (!isSame(former, namespaces) || former.length === 0) await entries.saveNamespaces(cluster, namespaces);
}

/** Services whose record is missing, or says otherwise whether they are imported. Their instances are to be read. */
function newRecords(
  { basis }: EntryRun,
  { namespace, services, others }: CatalogListing['parts'][number],
  known: Known,
): readonly KnownService[] {
  const recordOf = ({ id, arn, name, healthCheck }: ListedService, isSelected: boolean): KnownService => ({
    ...{ id, arn, name, healthCheck, namespaceId: namespace.id },
    ...{ isSelected, basis },
  });
  const isNew = (service: ListedService, isSelected: boolean) =>
    known.services.get(service.id)?.isSelected !== isSelected;
  return [
    ...services.filter(({ listed }) => isNew(listed, true)).map(({ listed }) => recordOf(listed, true)),
    ...others.filter((service) => isNew(service, false)).map((service) => recordOf(service, false)),
  ];
}

function isGone(
  { id, namespaceId }: KnownService,
  { isComplete, namespaces, parts }: CatalogListing,
): boolean {
  const part = parts.find(({ namespace }) => namespace.id === namespaceId);
  if (part === undefined)
    return isComplete || namespaces.some((namespace: KnownNamespace) => namespace.id === namespaceId);
  return (
    part.isComplete &&
    ![...part.services.map(({ listed }) => listed), ...part.others].some((one) => one.id === id)
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** JSON with sorted keys: a stored record comes back in another order. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
