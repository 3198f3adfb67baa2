import pLimit from 'p-limit';
import type { LiveObject } from '../model/kubernetes-object.ts';
import { ownershipOf } from '../model/own-object.ts';
import type { EntryState, KnownNamespace, KnownService } from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import type { CatalogListing } from './list-catalog.ts';
import { sourceObjectOf, sourceOf } from './plan/entry-name.ts';
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
 * possible in two namespaces, get no entry in their records, so that both are read each time.
 */
export async function recordReads(run: EntryRun, reads: readonly ServiceRead[], after: After): Promise<void> {
  const bySource = Map.groupBy(reads, (read) => sourceObjectOf(sourceOf(viewOf(read))));
  const states = entryStates(run, after);
  const limit = pLimit(maxConcurrentWrites);
  const writes = [...bySource].flatMap(([sourceObject, same]) => {
    if (after.written.failed.has(sourceObject)) return [];
    const entry = same.length === 1 ? states.get(sourceObject) : undefined;
    return same.map((read) => limit(() => recordRead(run, read, entry)));
  });
  await Promise.all(writes);
}

function entryStates({ config }: EntryRun, { live, written }: After): ReadonlyMap<string, EntryState> {
  const states = new Map<string, EntryState>();
  for (const object of [...live, ...written.entries.values()]) {
    const ownership = ownershipOf(object);
    if (ownership?.source === 'cloud-map' && ownership.cluster === config.name)
      states.set(ownership.sourceObject, stateOf(object));
  }
  return states;
}

function stateOf({ metadata: { namespace = '', name, uid, resourceVersion } }: LiveObject): EntryState {
  return { namespace, name, uid, resourceVersion };
}

async function recordRead(run: EntryRun, read: ServiceRead, entry: EntryState | undefined): Promise<void> {
  if (read.read === undefined) return;
  const { listed, namespace, known } = read;
  const { id, arn, name, healthCheck } = listed;
  const { revision, digest } = read.read;
  const next: KnownService = {
    ...{ id, arn, name, healthCheck, namespaceId: namespace.id, isSelected: true },
    ...{ instances: digest, readAtMs: run.startedAtMs, basis: run.basis, selectedAtMs: run.startedAtMs },
    ...(revision !== undefined && { revision }),
    ...(entry && { entry }),
  };
  if (!isCurrent(run, known, next)) await run.deps.entries.saveService(run.config.name, next);
}

/** The same but for its times, and young. */
function isCurrent({ startedAtMs }: EntryRun, known: KnownService | undefined, next: KnownService): boolean {
  const { readAtMs = 0, selectedAtMs = 0 } = known ?? {};
  if (known === undefined || startedAtMs - readAtMs > recordKeptMs) return false;
  return isSame(known, { ...next, readAtMs, selectedAtMs });
}

/** Stores which namespaces and services are not imported, and removes the records of what is gone. */
export async function recordListing(
  { deps, config, startedAtMs, basis }: EntryRun,
  listing: CatalogListing,
  known: ReadonlyMap<string, KnownService>,
): Promise<void> {
  const limit = pLimit(maxConcurrentWrites);
  const others = listing.parts.flatMap(({ namespace, others }) =>
    others.map(({ id, arn, name, healthCheck }) => ({
      ...{ id, arn, name, healthCheck, namespaceId: namespace.id },
      ...{ isSelected: false, basis, selectedAtMs: startedAtMs },
    })),
  );
  const changed = others.filter(
    (service) => known.get(service.id)?.isSelected !== false || known.get(service.id)?.basis !== basis,
  );
  const gone = [...known.values()].filter((service) => isGone(service, listing));
  await Promise.all([
    ...changed.map((service) => limit(() => deps.entries.saveService(config.name, service))),
    ...gone.map(({ id }) => limit(() => deps.entries.removeService(config.name, id))),
  ]);
  const former = await deps.entries.namespaces(config.name);
  if (listing.isComplete && !isSame(former, listing.namespaces))
    await deps.entries.saveNamespaces(config.name, listing.namespaces);
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
