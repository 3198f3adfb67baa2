import { NotFoundError } from '../model/errors.ts';
import type { CloudMapServiceChanged } from '../model/events/event.ts';
import type { LiveObject } from '../model/kubernetes-object.ts';
import type { EntryState } from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import type { SelectedService } from './list-catalog.ts';
import { entryKind } from './plan/entry.ts';
import { isOwnEntry } from './plan/entry-ownership.ts';
import { nextCheck } from './plan/next-check.ts';
import { planEntries } from './plan/plan-entries.ts';
import { apiVersionOf } from './poll-entries.ts';
import { type InstancesRead, namespaceViewOf, readInstances, viewOf } from './read-services.ts';
import { recordReads } from './record-reads.ts';
import { writePlan } from './write-plan.ts';

/**
 * Reads one service of which a change is expected, and updates its entry: one call of Cloud Map, and none of the cluster
 * unless something changed. Returns `poll` if this cannot decide alone, because the service has no entry so far: other services
 * and other entries may then matter. Returns `list` if it is not known yet or is gone: its namespace may be as well.
 */
export async function checkService(
  run: EntryRun,
  event: CloudMapServiceChanged,
): Promise<'done' | 'poll' | 'list'> {
  const { result, ...seen } = await check(run, event);
  const next =
    result === 'not found' ? undefined : nextCheck(event, { nowMs: run.deps.clock.now(), ...seen });
  if (next !== undefined && result !== 'not imported') await run.deps.later(next.event, next.dueAtMs);
  if (result === 'not found') return 'list';
  return result === 'not imported' ? 'done' : result;
}

interface Checked {
  readonly result: 'done' | 'poll' | 'list' | 'not found' | 'not imported';
  readonly sawChange: boolean;
  /** Start of the last run before this that saw a change. */
  readonly changedAtMs?: number | undefined;
}

const unknown: Checked = { result: 'list', sawChange: false };

async function check(run: EntryRun, event: CloudMapServiceChanged): Promise<Checked> {
  const { entries } = run.deps;
  const known = await entries.service(run.config.name, event.serviceId);
  const namespaces = await entries.namespaces(run.config.name);
  if (known === undefined || namespaces === undefined) return unknown;
  if (!known.isSelected) return { result: 'not imported', sawChange: false };
  const namespace = namespaces.find(({ id }) => id === known.namespaceId);
  if (namespace === undefined) return unknown;
  const { changedAtMs } = known;
  if (known.entry === undefined) return { result: 'poll', sawChange: false, changedAtMs };
  const service = { namespace, known, listed: known };
  const read = await readUnlessGone(run, service);
  if (read === undefined) {
    run.staleNamespaces.add(namespace.id);
    return { result: 'not found', sawChange: false };
  }
  const sawChange = read.digest !== known.instances;
  const isNews = sawChange || read.revision !== known.revision;
  const result = isNews ? await update(run, service, read, known.entry) : 'done';
  return { result, sawChange, changedAtMs };
}

async function readUnlessGone(run: EntryRun, service: SelectedService): Promise<InstancesRead | undefined> {
  try {
    return await readInstances(run, service);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function update(
  run: EntryRun,
  service: SelectedService,
  read: InstancesRead,
  entry: EntryState,
): Promise<'done' | 'poll'> {
  const apiVersion = await apiVersionOf(run);
  if (apiVersion === undefined) return 'poll';
  const live = await liveEntry(run, apiVersion, entry);
  if (live === undefined) return 'poll';
  const seen = { ...service, read };
  const services = [viewOf(seen)];
  const part = { namespace: namespaceViewOf(service.namespace), isComplete: false, services };
  const plan = planEntries({
    cluster: run.config.name,
    options: run.options,
    listing: { isComplete: false, namespaces: [part] },
    entries: [live],
    kubernetesServices: [],
  });
  // The service shall have another entry.
  if (plan.delete.length > 0 || plan.apply.some(({ action }) => action !== 'update')) return 'poll';
  const written = await writePlan(run, apiVersion, plan);
  await recordReads(run, [seen], { live: [live], written });
  return 'done';
}

/** The entry that was written last, if it still is that object and ours: another may have its name by now. */
async function liveEntry(
  { objects, config }: EntryRun,
  apiVersion: string,
  { namespace, name, uid }: EntryState,
): Promise<LiveObject | undefined> {
  const live = await objects.get({ apiVersion, kind: entryKind, namespace, name });
  return live !== undefined && live.metadata.uid === uid && isOwnEntry(live, config.name) ? live : undefined;
}
