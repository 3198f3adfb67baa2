import type { Place } from '../../model/commands/place.ts';
import { bounded, maxRows } from './bounds.ts';
import { planCluster } from './cluster-rows.ts';
import { deadLetterIssues, deadLettersOf, driftOf, refusalsOf } from './drift.ts';
import type { ReportFacts } from './facts.ts';
import { journeysOf } from './journeys.ts';
import { meshViews } from './mesh/mesh-views.ts';
import { objectIssues, objectRows } from './mesh/object-rows.ts';
import { boundedPods, groupsOf, noPods, planPods } from './pod-rows.ts';
import type { Issue, Report } from './report.ts';
import { boundedServices, planServices } from './service-rows.ts';
import { podIssues, totalsText, verdictOf } from './verdict.ts';

/** Everything that the page shows, from what was read. */
export function planReport(facts: ReportFacts): Report {
  const pods = planPods(facts);
  const podGroups = groupsOf(pods.rows);
  const clusters = facts.clusters.map((cluster) =>
    planCluster(facts, cluster, pods.counts.get(cluster.config.name) ?? noPods),
  );
  const { services, issues: ofServices } = planServices(facts, (service) => pods.unready.get(service) ?? 0);
  const objects = facts.clusters.map((cluster) => ({ cluster, rows: objectRows(facts, cluster) }));
  const allObjects = objects.flatMap(({ rows }) => rows);
  const deadLetters = deadLettersOf(facts);
  const rows = clusters.map(({ row }) => row);
  const issues = [
    ...readIssues(facts),
    ...clusters.flatMap((cluster) => cluster.issues),
    ...deadLetterIssues(deadLetters, facts),
    ...podIssues(podGroups, pods.rows),
    ...ofServices,
    ...objectIssues(allObjects),
  ];
  return {
    generatedAt: new Date(facts.nowMs).toISOString(),
    place: placeText(facts.place),
    scope: facts.scope,
    verdict: verdictOf(issues, totalsText(rows, services)),
    clusters: rows,
    services: boundedServices(services),
    pods: boundedPods(pods.rows),
    podGroups,
    meshes: objects.flatMap((each) => meshViews(facts, each.cluster, each.rows)),
    objects: bounded(allObjects, maxRows.objects),
    journeys: bounded(journeysOf(facts), maxRows.journeys),
    drift: facts.clusters.flatMap((cluster) => driftOf(facts, cluster)),
    refusals: bounded(refusalsOf(facts, pods.refused), maxRows.refusals),
    deadLetters: bounded(deadLetters, maxRows.deadLetters),
    deadLetterQueues: facts.deadLetterQueues,
    readFailures: facts.readFailures,
  };
}

function placeText(place: Place): string {
  return place.kind === 'playground' ? 'playground' : `stage ${place.stage} in ${place.region}`;
}

/** What could not be read may hide anything. */
function readIssues({ readFailures }: ReportFacts): readonly Issue[] {
  const [first] = readFailures;
  if (first === undefined) return [];
  const others = readFailures.length > 1 ? `, and ${readFailures.length - 1} more reads failed` : '';
  const text = `${first.what} could not be read: ${first.message}${others}`;
  return [{ level: 'problem', section: 'clusters', text }];
}
