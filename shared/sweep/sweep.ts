import type { ClusterConfig } from '../model/cluster-config.ts';
import { objectKey, type ServiceKey } from '../model/identity.ts';
import { unreachable } from '../model/target.ts';
import type { SweepReport, SweepWorld } from '../ports/sweep-ports.ts';
import { type Foreseen, foreseeRefusals } from './foresee-refusals.ts';
import { noteSwept } from './note-swept.ts';
import { limitDeletions } from './plan/deletion-policy.ts';
import type { Finding, Sides } from './plan/finding.ts';
import { findings } from './plan/findings.ts';
import { type ObjectRepairs, objectRepairs } from './plan/object-repairs.ts';
import { repairs } from './plan/repairs.ts';
import { withinRoom, withRoom } from './plan/room.ts';
import { sendable } from './plan/sendable.ts';
import { endedReleases } from './plan/unexplained.ts';
import { viewName } from './plan/view-name.ts';
import { readTruth, type Truth } from './read-cluster.ts';
import { readServices } from './read-services.ts';
import { type MeshRequests, meshRequests } from './sweep-mesh.ts';

export interface SweepScope {
  readonly cluster: string;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
}

export interface SweepOptions {
  /** Lifts the cap on deletions; never the rules of ownership, nor that nothing is deleted on an incomplete listing. */
  readonly force: boolean;
  /** Whether what the old App Mesh controller left for live pods is taken over. */
  readonly adopt: boolean;
  /** Plans only. */
  readonly dryRun: boolean;
  /** Whether what was refused, and has not changed since, is tried again: a person asks. */
  readonly reevaluate?: boolean | undefined;
  /** Whether the mesh is compared with the mesh target now, however long ago that was done last. */
  readonly verify?: boolean | undefined;
}

export interface SweepResult {
  readonly report: SweepReport;
  readonly allowed: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Of a plan: which namespaces' pods would be refused. */
  readonly foreseen?: Foreseen | undefined;
  /** What is asked of the mesh's writer, or would be. */
  readonly mesh: MeshRequests['mesh'];
}

/** Of findings told in a report; the counts are of all. */
const mostTold = 100;

const nothing: MeshRequests = { namespaces: [], events: [] };
const noObjects: ObjectRepairs = { events: [], findings: [], refused: [] };

/**
 * Finds and repairs every difference between a cluster, the pods seen, the claims and Cloud Map. Writes nothing to Cloud
 * Map itself, nor to a mesh: the repairs are events to the pods' own writers, and to the mesh's.
 *   1. read the truth: the cluster itself, or else what its relay last listed
 *   2. read the pods seen
 *   3. read both sides of every service that is used: claims and instances
 *   4. compare     (pure)
 *   5. refuse what goes too far     (pure)
 *   6. of a whole cluster: see what the mesh's writer is to look at
 *   7. send the repairs, with the run's id
 *   8. report
 */
export async function sweep(
  world: SweepWorld,
  scope: SweepScope,
  options: SweepOptions,
  run: string,
): Promise<SweepResult> {
  const startedAtMs = world.clock.now();
  const callsBefore = world.calls();
  const truth = await readTruth(world, scope.cluster);
  const read = await readServices(world, world.cluster(scope.cluster), truth);
  const sides = sidesOf(world, scope, truth, read.views, options);
  const wanted = [
    ...withinRoom(findings(sides), sides),
    ...read.unreachable.map((key) => notReached(sides.config, key)),
  ].filter(({ kind }) => options.adopt || kind !== 'adoptable');
  const sizeOf = (service: string) => sides.services.get(service)?.instances.size ?? 0;
  const limited = limitDeletions(wanted, {
    complete: truth.complete,
    force: options.force,
    sizeOf,
  });

  const objects = isWhole(scope)
    ? objectRepairs(scope.cluster, truth, { stored: truth.stored, force: options.force })
    : noObjects;
  const allowed = [...limited.allowed, ...objects.findings];
  // Pods first: whatever comes of the objects, registrations are put right.
  const { events, refused: untold } = sendable([
    ...repairs([...allowed, ...endedReleases(sides)], {
      run,
      resourceVersion: truth.resourceVersion,
      takenAtMs: truth.takenAtMs,
      listed: truth.listed,
      seen: sides.seen,
    }),
    ...objects.events.map((event) => ({ ...event, run })),
  ]);
  const refused = [...untold, ...objects.refused, ...limited.refused];
  const { mesh, namespaces, ...requests } = isWhole(scope)
    ? await meshRequests(world, truth, { run, verify: options.verify ?? false })
    : nothing;
  if (!options.dryRun) {
    for (const { key, full } of withRoom(sides)) if (full) await world.services.clearFull(key, full);
    await world.requests.send([...events, ...requests.events]);
    await noteSwept(world, scope.cluster, read);
  }

  const healthUnread = [...sides.services.values()].flatMap((service) => service.healthUnread ?? []);
  const report: SweepReport = {
    run,
    cluster: scope.cluster,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: world.clock.now() - startedAtMs,
    source: truth.source,
    sourceAgeMs: Math.max(0, startedAtMs - truth.takenAtMs),
    ...(truth.incomplete !== undefined && { incomplete: truth.incomplete }),
    pods: truth.pods.size,
    instances: [...sides.services.values()].reduce((sum, { instances }) => sum + instances.size, 0),
    counts: countByKind([...wanted, ...objects.findings]),
    ...(healthUnread.length > 0 && { healthUnread: healthUnread.slice(0, mostTold) }),
    findings: allowed.slice(0, mostTold).map(told),
    refused: refused.slice(0, mostTold).map(({ finding, reason }) => ({ ...told(finding), reason })),
    repairs: options.dryRun ? 0 : events.length,
    ...(mesh && !options.dryRun && { mesh }),
    ...(namespaces.length > 0 && { statuses: namespaces.slice(0, mostTold) }),
    calls: difference(callsBefore, world.calls()),
  };
  if (!options.dryRun && isWhole(scope)) await world.reports.save(scope.cluster, report);
  const foreseen = options.dryRun
    ? await foreseeRefusals(world, world.cluster(scope.cluster), sides)
    : undefined;
  return { report, allowed, refused, mesh, ...(foreseen && { foreseen }) };
}

function sidesOf(
  world: SweepWorld,
  scope: SweepScope,
  truth: Truth,
  services: Sides['services'],
  { reevaluate = false }: SweepOptions,
): Sides {
  return {
    config: world.cluster(scope.cluster),
    nowMs: world.clock.now(),
    pods: truth.pods,
    complete: truth.complete,
    surroundings: truth.surroundings,
    seen: truth.seen,
    services,
    reevaluate,
    gatesCanBeSet: truth.source === 'api server',
    inScope: ({ namespace, name }) =>
      (scope.namespace === undefined || scope.namespace === namespace) &&
      (scope.pod === undefined || scope.pod === name),
  };
}

function notReached(config: ClusterConfig, key: ServiceKey): Finding {
  const service = viewName(config, key);
  const detail = `the cluster used the service: ${unreachable(config, key.target)}`;
  return { kind: 'FormerPlaceUnreachable', service, instanceId: '*', detail, deletesIn: [] };
}

function isWhole({ namespace, pod }: SweepScope): boolean {
  return namespace === undefined && pod === undefined;
}

function countByKind(found: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function told({
  kind,
  pod,
  object,
  service,
  instanceId,
  detail,
  stored,
}: Finding): SweepReport['findings'][number] {
  return {
    kind,
    ...(pod && { pod: objectKey(pod) }),
    ...(object && { object }),
    ...(service && { service }),
    ...(instanceId && { instanceId }),
    detail,
    ...(stored && { stored }),
  };
}

function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const entries = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
