import pLimit from 'p-limit';
import {
  type CloudMapServiceChanged,
  detailTypes,
  type ServiceEntriesPollRequested,
} from '../model/events/event.ts';
import { checkService } from './check-service.ts';
import type { EntryDependencies } from './entry-dependencies.ts';
import { EntryRun, type EntryScope } from './entry-run.ts';
import { pollEntries } from './poll-entries.ts';

const maxConcurrentChecks = 5;

export type EntryRequest = ServiceEntriesPollRequested | CloudMapServiceChanged;

/**
 * Does what the requests of one cluster ask for: reads the services that changed, and compares all if a request or one of
 * these services needs it. The one writer of the cluster's entries runs it.
 */
export async function syncEntries(
  deps: EntryDependencies,
  cluster: string,
  requests: readonly EntryRequest[],
): Promise<void> {
  const run = EntryRun.of(deps, cluster);
  if (run === undefined) return;
  const limit = pLimit(maxConcurrentChecks);
  const changes = requests.flatMap((request) =>
    request.type === detailTypes.cloudMapServiceChanged ? [request] : [],
  );
  const checks = await Promise.allSettled(
    distinct(changes).map((change) => limit(() => checkService(run, change))),
  );
  const results = checks.flatMap((check) => (check.status === 'fulfilled' ? [check.value] : []));
  const isPolled = changes.length < requests.length || results.some((result) => result !== 'done');
  const isOfUnknown = results.includes('list');
  if (isPolled) await pollEntries(deps, cluster, scopeOf(requests, run.staleNamespaces, isOfUnknown));
  for (const check of checks) if (check.status === 'rejected') throw check.reason;
  run.rethrow();
}

function scopeOf(
  requests: readonly EntryRequest[],
  stale: ReadonlySet<string>,
  isOfUnknown: boolean,
): EntryScope {
  const polls = requests.filter((request) => request.type === detailTypes.serviceEntriesPollRequested);
  return {
    isFull: polls.some(({ isFull }) => isFull),
    isOfKnown: !isOfUnknown && polls.every(({ isFull, namespaceId }) => !isFull && namespaceId !== undefined),
    namespaceIds: new Set([...stale, ...polls.flatMap(({ namespaceId }) => namespaceId ?? [])]),
  };
}

/** The latest change of each service: it is read for all of them. */
function distinct(changes: readonly CloudMapServiceChanged[]): readonly CloudMapServiceChanged[] {
  const latest = new Map<string, CloudMapServiceChanged>();
  for (const change of changes) {
    const other = latest.get(change.serviceId);
    if (other === undefined || change.sinceMs >= other.sinceMs) latest.set(change.serviceId, change);
  }
  return [...latest.values()];
}
