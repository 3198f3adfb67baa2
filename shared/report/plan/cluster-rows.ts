import { meshTargetsOf } from '../../model/config/mesh-targets.ts';
import { relaySilentAfterMinutes } from '../../model/metrics.ts';
import { statusesIn } from '../../model/records/mesh-status.ts';
import { counted } from '../../model/text/printable.ts';
import { refusalsIn } from '../../sweep/plan/findings/refusals.ts';
import type { ClusterFacts, ReportFacts } from './facts.ts';
import { worstOf } from './levels.ts';
import type { ClusterRow, Issue } from './report.ts';

const silentAfterMs = relaySilentAfterMinutes * 60_000;
/** A sweep may be late, or fail once and be repeated. */
const lateSweeps = 3;

export interface ClusterPlan {
  readonly row: ClusterRow;
  readonly issues: readonly Issue[];
}

export function planCluster(
  { nowMs, scope }: ReportFacts,
  facts: ClusterFacts,
  pods: ClusterRow['pods'],
): ClusterPlan {
  const { name } = facts.config;
  const relay = relayOf(facts, nowMs);
  const sweep = sweepOf(facts, nowMs);
  const issues = [
    ...relayIssues(name, relay),
    ...(scope.namespace ? [] : sweepIssues(name, sweep, nowMs, facts)),
  ];
  const row = {
    ...{ name, relay, sweep, pods, level: worstOf(issues.map(({ level }) => level)) },
    drainedSince: timeText(facts.drain?.sinceMs),
    mesh: meshOf(facts),
    meshReconciledAt: timeText(facts.meshReconciledAtMs),
    serviceEntries: facts.entries && {
      at: new Date(facts.entries.endedAtMs).toISOString(),
      services: facts.entries.services,
      findings: sum(facts.entries.counts),
    },
  };
  return { row, issues };
}

function relayOf({ pods, lastListedAtMs = 0 }: ClusterFacts, nowMs: number): ClusterRow['relay'] {
  let last = lastListedAtMs;
  for (const { seenAtMs = 0 } of pods) if (seenAtMs > last) last = seenAtMs;
  if (last === 0) return { state: 'never' };
  return { state: nowMs - last > silentAfterMs ? 'silent' : 'reporting', lastSeenAt: timeText(last) };
}

function sweepOf({ sweep, config }: ClusterFacts, nowMs: number): ClusterRow['sweep'] {
  if (sweep === undefined) return undefined;
  const { everyMinutes } = config.sweep;
  const ageMs = nowMs - Date.parse(sweep.startedAt);
  return {
    ...{ at: sweep.startedAt, everyMinutes, isLate: ageMs > lateSweeps * everyMinutes * 60_000 },
    source: sweep.source,
    findings: sum(sweep.counts),
    ...refusalsOf(sweep),
    incomplete: sweep.incomplete,
  };
}

/** A report of an earlier version has the first hundred only. */
function refusalsOf({ refusals, refused }: NonNullable<ClusterFacts['sweep']>) {
  const { deletions, oversized } = refusals ?? refusalsIn(refused);
  return { refusedDeletions: deletions, oversized };
}

/** Of each mesh target, the objects that have its condition True. */
function meshOf({ config, statuses }: ClusterFacts): ClusterRow['mesh'] {
  return meshTargetsOf(config).map(({ name: target }) => {
    const conditions = statuses.flatMap((status) => statusesIn(status)[target]?.condition ?? []);
    const applied = conditions.filter(({ status }) => status === 'True').length;
    return { target, applied, total: conditions.length };
  });
}

function relayIssues(cluster: string, { state, lastSeenAt }: ClusterRow['relay']): readonly Issue[] {
  if (state === 'reporting') return [];
  const text =
    state === 'never'
      ? `no events have been received from cluster ${cluster}`
      : `the relay of cluster ${cluster} has been silent since ${lastSeenAt}`;
  return [{ level: 'problem', section: 'clusters', text }];
}

function sweepIssues(
  cluster: string,
  sweep: ClusterRow['sweep'],
  nowMs: number,
  { lastListedAtMs }: ClusterFacts,
): readonly Issue[] {
  const issue = (level: 'attention' | 'problem', text: string): Issue => ({ level, section: 'drift', text });
  if (sweep === undefined) {
    const isNew = lastListedAtMs === undefined || nowMs - lastListedAtMs < silentAfterMs;
    return isNew ? [] : [issue('attention', `cluster ${cluster} was never swept`)];
  }
  const { isLate, at, everyMinutes, incomplete, refusedDeletions, oversized, findings } = sweep;
  return [
    ...(isLate
      ? [
          issue(
            'problem',
            `the last sweep of cluster ${cluster} was at ${at}, and one is due every ${everyMinutes} min`,
          ),
        ]
      : []),
    ...(incomplete === undefined
      ? []
      : [issue('problem', `the last sweep of cluster ${cluster}: ${incomplete}`)]),
    ...(refusedDeletions > 0
      ? [
          issue(
            'problem',
            `the last sweep of cluster ${cluster} refused ${counted(refusedDeletions, 'deletion')}`,
          ),
        ]
      : []),
    ...(oversized > 0
      ? [
          issue(
            'attention',
            `${counted(oversized, 'object')} of cluster ${cluster} ${oversized === 1 ? 'is' : 'are'} too large for an event`,
          ),
        ]
      : []),
    ...(findings > 0
      ? [issue('attention', `the last sweep of cluster ${cluster} found ${counted(findings, 'difference')}`)]
      : []),
  ];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

function timeText(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
