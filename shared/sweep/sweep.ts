import pLimit from 'p-limit';
import type { ClusterConfig } from '../model/cluster-config.ts';
import { ConflictError } from '../model/errors.ts';
import type { EventDetail } from '../model/events/event.ts';
import { serviceRemoval } from '../model/events/service-removal.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { Drain } from '../model/records/drain.ts';
import { unreachable } from '../model/target.ts';
import type { SweepDependencies, SweepReport } from '../ports/sweep-ports.ts';
import { type Foreseen, foreseeRefusals } from './foresee-refusals.ts';
import { limitToCapacity, servicesWithCapacity } from './plan/capacity.ts';
import { type DrainProgress, drainProgress, emptyServices } from './plan/drain-progress.ts';
import type { DriftInput } from './plan/findings/drift-input.ts';
import { type Finding, finding } from './plan/findings/finding.ts';
import { findings } from './plan/findings/findings.ts';
import { endedReleases } from './plan/findings/unexplained.ts';
import { viewName } from './plan/findings/view-name.ts';
import { limitDeletions } from './plan/repairs/deletion-policy.ts';
import { type ObjectRepairs, objectRepairs } from './plan/repairs/object-repairs.ts';
import { repairs } from './plan/repairs/repairs.ts';
import { sendable } from './plan/repairs/sendable.ts';
import { type DriftedStatus, statusDrifted } from './plan/status-drift.ts';
import { type ClusterSnapshot, readCluster } from './read-cluster.ts';
import { type ReadServices, readServices } from './read-services.ts';
import { recordUsedServices } from './record-used-services.ts';
import { type MeshRequests, meshRequests } from './sweep-mesh.ts';
import { sweepReport } from './sweep-report.ts';

/** Concurrent writes of what a sweep records. */
const concurrency = 10;

export interface SweepScope {
  readonly cluster: string;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
}

export interface SweepOptions {
  /** Lifts the cap on deletions. Ownership rules still apply, and nothing is deleted on an incomplete listing. */
  readonly force: boolean;
  /** Whether instances that the old App Mesh controller left for live pods are adopted. */
  readonly adopt: boolean;
  /** Plans without changes. */
  readonly dryRun: boolean;
  /** Whether refusals that have not changed since are retried: set if a person asks. */
  readonly reevaluate?: boolean | undefined;
  /** Whether the mesh is compared with the mesh target now, regardless of the last comparison. */
  readonly verify?: boolean | undefined;
  /** Plans, with `dryRun`, as if the cluster were drained. */
  readonly asIfDrained?: boolean | undefined;
}

export interface SweepResult {
  readonly report: SweepReport;
  readonly allowed: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Of a dry run: the namespaces whose pods would be refused. */
  readonly foreseen?: Foreseen | undefined;
  /** What is requested from the mesh's writer; in a dry run, what would be. */
  readonly mesh: MeshRequests['mesh'];
  /** Of a drained cluster. */
  readonly progress?: DrainProgress | undefined;
}

const nothing: MeshRequests = { namespaces: [], drifted: [], events: [] };
const noObjects: ObjectRepairs = { events: [], findings: [], refused: [] };

/**
 * Finds every difference between a cluster, the stored pods, the claims and Cloud Map, and repairs it. Does not write
 * to Cloud Map or to a mesh: the repairs are events to the pods' writers and to the mesh's.
 *   1. list the cluster from its API server, or else use the relay's last listing
 *   2. read the stored pods
 *   3. read the claims and the instances of every used service
 *   4. compare     (pure)
 *   5. refuse deletions over the cap     (pure)
 *   6. for a whole cluster: find out what the mesh's writer has to check
 *   7. send the repairs, with the run's id: those of pods first, then what the mesh's writer has to do
 *   8. report
 */
export async function sweep(
  deps: SweepDependencies,
  scope: SweepScope,
  options: SweepOptions,
  run: string,
): Promise<SweepResult> {
  const startedAtMs = deps.clock.now();
  const callsBefore = deps.calls();
  const drain = await readDrain(deps, scope, options);
  const snapshot = await readCluster(deps, scope.cluster, drain);
  const read = await readServices(deps, deps.cluster(scope.cluster), snapshot);
  const input = driftInputOf(deps, scope, snapshot, {
    services: read.views,
    reevaluate: options.reevaluate ?? false,
  });
  const wanted = [
    ...limitToCapacity(findings(input), input),
    ...read.unreachable.map((key) => unreachablePlace(input.config, key)),
  ].filter(({ action }) => options.adopt || action.do !== 'adopt');
  const sizeOf = (service: string) => input.services.get(service)?.instances.size ?? 0;
  const limited = limitDeletions(wanted, {
    // What a drained cluster has there is deregistered, whatever runs in it.
    complete: input.complete,
    force: options.force || drain !== undefined,
    sizeOf,
  });

  const objects = isWhole(scope)
    ? objectRepairs(scope.cluster, snapshot, { stored: snapshot.stored, force: options.force })
    : noObjects;
  const { mesh, namespaces, drifted, ...requests } = isWhole(scope)
    ? await meshRequests(deps, snapshot, { run, verify: options.verify ?? false })
    : nothing;
  const ofObjects = [...objects.findings, ...drifted.map(statusDrifted)];
  const allowed = [...limited.allowed, ...ofObjects];
  // Pods first: registrations are repaired even if the objects fail.
  const { events, refused: oversized } = sendable([
    ...repairs([...allowed, ...endedReleases(input)], {
      run,
      resourceVersion: snapshot.resourceVersion,
      takenAtMs: snapshot.takenAtMs,
      listed: snapshot.listed,
      seen: input.seen,
    }),
    ...objects.events.map((event) => ({ ...event, run })),
  ]);
  const refused = [...oversized, ...objects.refused, ...limited.refused];
  if (!options.dryRun) {
    await clearNotesOfFull(deps, input);
    await deps.requests.send(events);
    await recordDrifted(deps, scope.cluster, drifted);
    await deps.requests.send([...requests.events, ...removals(scope, snapshot, read, run)]);
    await recordUsedServices(deps, scope.cluster, read);
  }

  const isSaved = !options.dryRun && isWhole(scope);
  const earlier = isSaved ? await reportBefore(deps, scope.cluster, events.length) : undefined;
  const report = sweepReport({
    ...{ run, cluster: scope.cluster, startedAtMs, endedAtMs: deps.clock.now(), snapshot, input },
    ...{ found: [...wanted, ...ofObjects], allowed, refused, drain },
    ...{ repairs: options.dryRun ? 0 : events.length, mesh: options.dryRun ? undefined : mesh, namespaces },
    earlier,
    calls: { before: callsBefore, after: deps.calls() },
  });
  if (isSaved) await deps.reports.save(scope.cluster, report);
  const progress = drain && (await progressOf(deps, scope.cluster, drain, read.views));
  const foreseen = options.dryRun
    ? await foreseeRefusals(deps, deps.cluster(scope.cluster), input)
    : undefined;
  return { report, allowed, refused, mesh, ...(foreseen && { foreseen }), ...(progress && { progress }) };
}

/** Read first: a pod's writer that registers in spite of it began before. */
async function readDrain(
  deps: SweepDependencies,
  { cluster }: SweepScope,
  { asIfDrained, dryRun }: SweepOptions,
): Promise<Drain | undefined> {
  const drain = await deps.drains.find(cluster);
  return drain ?? (asIfDrained && dryRun ? { sinceMs: deps.clock.now(), instances: 0 } : undefined);
}

/** Requests to remove the empty services of a drained cluster. */
function removals(
  scope: SweepScope,
  { drain }: ClusterSnapshot,
  { views }: ReadServices,
  run: string,
): readonly EventDetail[] {
  if (drain === undefined || !isWhole(scope)) return [];
  return emptyServices(views).map(({ key, serviceId }) =>
    serviceRemoval(scope.cluster, { service: key, serviceId }, run),
  );
}

async function progressOf(
  deps: SweepDependencies,
  cluster: string,
  drain: Drain,
  views: ReadServices['views'],
): Promise<DrainProgress> {
  return drainProgress(cluster, drain, views, await Array.fromAsync(deps.drains.drainedServices(cluster)));
}

/** Read only if there are repairs, which may be those of the sweep before. */
async function reportBefore(
  { reports }: SweepDependencies,
  cluster: string,
  repairs: number,
): Promise<SweepReport | undefined> {
  return repairs > 0 ? reports.last(cluster) : undefined;
}

/** Services that have room again are no longer noted as full: pods that wait for them may register. */
async function clearNotesOfFull(deps: SweepDependencies, input: DriftInput): Promise<void> {
  for (const { key, full } of servicesWithCapacity(input)) if (full) await deps.services.clearFull(key, full);
}

/** A status that was written meanwhile is as its writer wants it. */
async function recordDrifted(
  { statuses }: SweepDependencies,
  cluster: string,
  drifted: readonly DriftedStatus[],
): Promise<void> {
  const limit = pLimit(concurrency);
  const mark = async ({ record, next }: DriftedStatus) => {
    try {
      await statuses.replace(cluster, next, record);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  };
  await Promise.all(drifted.map((each) => limit(() => mark(each))));
}

function driftInputOf(
  deps: SweepDependencies,
  scope: SweepScope,
  snapshot: ClusterSnapshot,
  { services, reevaluate }: Pick<DriftInput, 'services' | 'reevaluate'>,
): DriftInput {
  return {
    config: deps.cluster(scope.cluster),
    nowMs: deps.clock.now(),
    pods: snapshot.pods,
    complete: snapshot.complete || snapshot.drain !== undefined,
    registrationContext: snapshot.registrationContext,
    seen: snapshot.seen,
    services,
    reevaluate,
    gatesCanBeSet: snapshot.source === 'api server',
    inScope: ({ namespace, name }) =>
      (scope.namespace === undefined || scope.namespace === namespace) &&
      (scope.pod === undefined || scope.pod === name),
  };
}

function unreachablePlace(config: ClusterConfig, key: ServiceKey): Finding {
  const service = viewName(config, key);
  const detail = `the cluster registered in this service earlier, and it cannot be read now: ${unreachable(config, key.target)}`;
  return finding('FormerPlaceUnreachable', { service, instanceId: '*', detail });
}

function isWhole({ namespace, pod }: SweepScope): boolean {
  return namespace === undefined && pod === undefined;
}
