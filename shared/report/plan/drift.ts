import { explainCommand } from '../../model/commands/explain-command.ts';
import type { Place } from '../../model/commands/place.ts';
import { bounded, byText, maxRows } from './bounds.ts';
import type { ClusterFacts, ReportFacts, SweepFinding } from './facts.ts';
import type { DeadLetterRow, DriftRow, DriftView, Issue, PodRow, RefusalRow } from './report.ts';

/** What the last sweep of the cluster found. */
export function driftOf({ place }: ReportFacts, { config, sweep }: ClusterFacts): readonly DriftView[] {
  if (sweep === undefined) return [];
  const { startedAt: at, source, durationMs, incomplete, repairs, counts, findings } = sweep;
  const rows = findings.map((finding) => driftRow(config.name, finding, place));
  return [
    {
      ...{ cluster: config.name, at, source, durationMs, incomplete, repairs },
      counts: Object.entries(counts).toSorted(byText(([kind]) => kind)),
      findings: {
        rows: bounded(rows, maxRows.findings).rows,
        total: Object.values(counts).reduce((sum, count) => sum + count, 0),
      },
    },
  ];
}

function driftRow(cluster: string, finding: SweepFinding, place: Place): DriftRow {
  const { kind, detail } = finding;
  const command = commandOf(cluster, finding, place);
  return { cluster, kind, about: aboutOf(finding), detail, ...(command && { command }) };
}

function aboutOf({ pod, object, service, instanceId }: SweepFinding): string {
  const instance = instanceId === undefined ? '' : ` in ${service} ${instanceId}`;
  if (pod !== undefined) return `pod ${pod}${instance}`;
  return object ?? (service === undefined ? 'the cluster' : `${service} ${instanceId ?? ''}`.trim());
}

function commandOf(cluster: string, { pod, service }: SweepFinding, place: Place): string | undefined {
  if (pod !== undefined) {
    const [namespace = '', name = ''] = pod.split('/');
    return explainCommand({ subject: { pod: { cluster, namespace, name } }, place });
  }
  // A service of a former place has more in its text than its names.
  if (service === undefined || service.includes(' ')) return undefined;
  return explainCommand({ subject: { service, cluster }, place });
}

/** Registrations that were refused, and deletions and repairs that the last sweep refused. */
export function refusalsOf(facts: ReportFacts, refused: readonly PodRow[]): readonly RefusalRow[] {
  const pods = refused.map(
    ({ cluster, namespace, name, cause, reason, advice, command }): RefusalRow => ({
      ...{ cluster, about: `pod ${namespace}/${name}`, what: cause, reason, advice, command },
    }),
  );
  const sweeps = facts.clusters.flatMap(({ config: { name }, sweep }) =>
    (sweep?.refused ?? []).map((finding): RefusalRow => {
      const command = commandOf(name, finding, facts.place);
      return {
        ...{ cluster: name, about: aboutOf(finding), what: `repair of ${finding.kind}` },
        reason: `${finding.reason} (${finding.detail})`,
        ...(command && { command }),
      };
    }),
  );
  return [...sweeps, ...pods];
}

/** The newest first. */
export function deadLettersOf({ clusters, place, scope }: ReportFacts): readonly DeadLetterRow[] {
  const rows = clusters.flatMap(({ config: { name: cluster }, deadLetters }) =>
    deadLetters
      .filter(({ namespace }) => (scope.namespace ?? namespace) === namespace)
      .map(({ kind, namespace, name, at, reason }): DeadLetterRow => {
        const subject =
          kind === 'Pod'
            ? { pod: { cluster, namespace, name } }
            : { cluster, object: { kind, namespace, name } };
        const about = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
        const command = isExplained(kind) ? explainCommand({ subject, place }) : undefined;
        return { cluster, about, at, reason, ...(command && { command }) };
      }),
  );
  return rows.toSorted((a, b) => byText((row: DeadLetterRow) => row.at)(b, a) || byAbout(a, b));
}

const byAbout = byText(({ cluster, about }: DeadLetterRow) => `${cluster} ${about}`);

function isExplained(kind: string): boolean {
  return kind === 'Pod' || kind === 'BackendGroup' || /^(Mesh|Virtual[A-Z]\w+|GatewayRoute)$/.test(kind);
}

export function deadLetterIssues(
  rows: readonly DeadLetterRow[],
  { scope, deadLetterQueues }: Pick<ReportFacts, 'scope' | 'deadLetterQueues'>,
): readonly Issue[] {
  const isWhole = scope.cluster === undefined && scope.namespace === undefined;
  return [...knownIssues(rows), ...(isWhole ? unknownIssues(rows, deadLetterQueues) : [])];
}

/** Forged and malformed messages, and undelivered events, are about no known object. */
function unknownIssues(
  rows: readonly DeadLetterRow[],
  queues: ReportFacts['deadLetterQueues'],
): readonly Issue[] {
  const total = queues.reduce((sum, { messages }) => sum + messages, 0);
  const unknown = total - rows.length;
  if (unknown <= 0) return [];
  const full = queues
    .filter(({ messages }) => messages > 0)
    .map(({ queue, messages }) => `${queue} ${messages}`);
  const text = `the dead-letter queues have ${total} messages, ${unknown} of them about no known object: ${full.join(', ')}`;
  return [{ level: 'problem', section: 'dead-letters', text }];
}

function knownIssues(rows: readonly DeadLetterRow[]): readonly Issue[] {
  const [first] = rows;
  if (first === undefined) return [];
  const what = rows.length === 1 ? 'a message' : `${rows.length} messages`;
  const text = `${what} went to the dead-letter queue, the last about ${first.about} of cluster ${first.cluster}`;
  return [{ level: 'problem', section: 'dead-letters', text }];
}
