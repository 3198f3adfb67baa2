import { objectKey } from '../model/identity.ts';
import type { Drain } from '../model/records/drain.ts';
import type { SweepReport } from '../ports/sweep-ports.ts';
import type { DriftInput } from './plan/findings/drift-input.ts';
import type { Finding } from './plan/findings/finding.ts';
import { refusalsIn } from './plan/findings/refusals.ts';
import type { ClusterSnapshot } from './read-cluster.ts';

/** Findings listed in a report; the counts include all. */
const maxReported = 100;

type Calls = Readonly<Record<string, number>>;

export interface SweepOutcome extends Pick<SweepReport, 'run' | 'cluster' | 'repairs' | 'mesh'> {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly snapshot: Pick<ClusterSnapshot, 'source' | 'takenAtMs' | 'incomplete' | 'pods'>;
  readonly input: Pick<DriftInput, 'services'>;
  /** All findings, those that are not repaired included. */
  readonly found: readonly Finding[];
  readonly allowed: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
  readonly namespaces: readonly string[];
  readonly drain?: Drain | undefined;
  /** The report of the sweep before; undefined if nothing can persist. */
  readonly earlier?: SweepReport | undefined;
  readonly calls: { readonly before: Calls; readonly after: Calls };
}

/** What a sweep found and requested, in a size that fits into an item of the table. */
export function sweepReport(outcome: SweepOutcome): SweepReport {
  const { startedAtMs, snapshot, allowed, refused, mesh, namespaces, calls } = outcome;
  const services = [...outcome.input.services.values()];
  const healthReadFailures = services.flatMap((service) => service.healthReadFailures ?? []);
  return {
    run: outcome.run,
    cluster: outcome.cluster,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: outcome.endedAtMs - startedAtMs,
    source: snapshot.source,
    sourceAgeMs: Math.max(0, startedAtMs - snapshot.takenAtMs),
    ...(snapshot.incomplete !== undefined && { incomplete: snapshot.incomplete }),
    ...(outcome.drain && { drainedSince: new Date(outcome.drain.sinceMs).toISOString() }),
    pods: snapshot.pods.size,
    instances: services.reduce((sum, { instances }) => sum + instances.size, 0),
    ...fullestOf(outcome.input.services),
    counts: countByKind(outcome.found),
    ...(healthReadFailures.length > 0 && { healthReadFailures: healthReadFailures.slice(0, maxReported) }),
    findings: allowed.slice(0, maxReported).map(reported),
    refused: refused.slice(0, maxReported).map(({ finding, reason }) => ({ ...reported(finding), reason })),
    ...(refused.length > 0 && { refusals: refusalsIn(refused.map(({ finding }) => finding)) }),
    repairs: outcome.repairs,
    ...persistingOf(outcome),
    ...(mesh && { mesh }),
    ...(namespaces.length > 0 && { statuses: namespaces.slice(0, maxReported) }),
    calls: difference(calls.before, calls.after),
  };
}

/** Only of what was repaired: a refusal that persists is no repair without effect, and an accepted deregistration that ended no drift. */
function persistingOf({ earlier, allowed }: SweepOutcome): Pick<SweepReport, 'persisting'> {
  const before = new Set(earlier?.findings.map(subjectOf));
  const persisting = allowed.filter(
    (found) =>
      found.kind !== 'Released' && found.action.do !== 'none' && before.has(subjectOf(reported(found))),
  ).length;
  return persisting > 0 ? { persisting } : {};
}

function subjectOf({ kind, pod, object, service, instanceId }: SweepReport['findings'][number]): string {
  return JSON.stringify([kind, pod, object, service, instanceId]);
}

function fullestOf(services: DriftInput['services']): Pick<SweepReport, 'fullest'> {
  let fullest: SweepReport['fullest'];
  for (const [service, { instances }] of services)
    if (instances.size > (fullest?.instances ?? 0)) fullest = { service, instances: instances.size };
  return fullest === undefined ? {} : { fullest };
}

function countByKind(found: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function reported({
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
