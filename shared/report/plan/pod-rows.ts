import type { Cause, PodExplanation, PodFacts } from '../../explain/plan/explained.ts';
import { explainPod } from '../../explain/plan/explanation.ts';
import { nothingWanted } from '../../explain/plan/pod-cause.ts';
import { explainCommand } from '../../model/commands/explain-command.ts';
import { objectKey, type PodKey } from '../../model/identity.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import { bounded, byText, maxRows } from './bounds.ts';
import type { ClusterFacts, ReportFacts } from './facts.ts';
import { type FindPod, podFactsOf } from './pod-facts.ts';
import type { Bounded, PodGroup, PodRow, PodState } from './report.ts';

/** Steps of a registration: a pod that stays in one of them for longer is failing. */
const steps = new Set([
  ...['RegistrationNotStarted', 'PropagationPending', 'DiscoveryPending', 'ClaimUnfinished'],
  ...['InstanceIdNotReleased', 'ReadinessGateNotSet', 'Unexplained'],
]);
const stepMs = 60_000;

export interface PodsPlan {
  /** Of each cluster, by state. */
  readonly counts: ReadonlyMap<string, Readonly<Record<PodState, number>>>;
  /** Those that are not registered, those that fail first. */
  readonly rows: readonly PodRow[];
  readonly refused: readonly PodRow[];
  /** Pods that want a service and are not ready, by its text. */
  readonly unready: ReadonlyMap<string, number>;
}

export const noPods = { registered: 0, failing: 0, waiting: 0, notReady: 0, drained: 0, notSelected: 0 };

const podStates: readonly PodState[] = [
  'failing',
  'waiting',
  'notReady',
  'drained',
  'notSelected',
  'registered',
];

/** Why each pod that has not ended is registered or not, as `explain` says it. */
export function planPods(facts: ReportFacts): PodsPlan {
  const findPod = finder(facts.clusters);
  const judged = facts.clusters.flatMap((cluster) =>
    cluster.pods.flatMap((record) => {
      if (isEnded(record)) return [];
      const podFacts = podFactsOf(facts, cluster, record, findPod);
      return { podFacts, record, row: rowOf(facts, podFacts, record) };
    }),
  );
  const counts = new Map(facts.clusters.map(({ config }) => [config.name, { ...noPods }]));
  const unready = new Map<string, number>();
  for (const { podFacts, row } of judged) {
    const count = counts.get(podFacts.key.cluster);
    if (count !== undefined) count[row?.state ?? 'registered'] += 1;
    if (row?.state === 'notReady') countServices(unready, podFacts);
  }
  const refused = judged.flatMap(({ record, row }) => (row && isRefused(record, row) ? row : []));
  return { counts, rows: sorted(judged.flatMap(({ row }) => row ?? [])), refused: sorted(refused), unready };
}

/** Deleted, terminating, or completed, as the pod of a Job: it is not registered any more, as it should be. */
function isEnded({ deleted, pod: { terminating, phase } }: PodRecord): boolean {
  return deleted || terminating || phase === 'Succeeded';
}

function countServices(counts: Map<string, number>, { instances }: PodFacts): void {
  for (const { namespaceName, serviceName } of instances) {
    const service = `${namespaceName}/${serviceName}`;
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
}

function finder(clusters: readonly ClusterFacts[]): FindPod {
  const all = clusters.flatMap(({ pods }) => pods);
  const byKey = new Map(all.map((record) => [textOf(record.pod), record]));
  return (key) => byKey.get(textOf(key));
}

function textOf(key: PodKey): string {
  return `${key.cluster} ${objectKey(key)}`;
}

/** undefined for a pod that is registered as it should be. */
function rowOf({ place }: ReportFacts, podFacts: PodFacts, record: PodRecord): PodRow | undefined {
  const explained = explainPod(podFacts);
  const unwanted = nothingWanted(podFacts, explained);
  const cause = unwanted ?? explained.cause;
  const state = unwanted ? unselected(cause) : stateOf(podFacts, explained, cause);
  if (state === 'registered') return undefined;
  const { cluster: name, namespace, name: pod } = record.pod;
  const subject = { pod: { cluster: name, namespace, name: pod } };
  return {
    ...{ cluster: name, namespace, name: pod, state, cause: cause.kind, reason: cause.reason },
    advice: cause.advice,
    command: explainCommand({ subject, place }),
  };
}

/** Somebody asks for the pod, and it cannot be done. */
function unselected({ kind }: Cause): PodRow['state'] {
  return kind === 'InvalidAnnotation' || kind === 'DeadLettered' ? 'failing' : 'notSelected';
}

function stateOf(facts: PodFacts, { eligible }: PodExplanation, { kind }: Cause): PodState {
  if (kind === 'Registered') return 'registered';
  // A person asked for it, so it is no failure.
  if (kind === 'ClusterDrained') return 'drained';
  if (eligible !== undefined && eligible !== 'ready') return 'notReady';
  return steps.has(kind) && facts.nowMs - lastChangeMs(facts) < stepMs ? 'waiting' : 'failing';
}

function lastChangeMs({ record, instances }: PodFacts): number {
  const claims = instances.map(({ claim }) => claim?.touchedAtMs ?? 0);
  return Math.max(record?.seenAtMs ?? 0, ...claims);
}

const refusedCauses = new Set([
  ...['TenancyRefused', 'ServiceRefused', 'PublicNamespace', 'NamespaceNotConfigured', 'InstanceForeign'],
  ...['InvalidAnnotation', 'InvalidConfiguration', 'MissingPermission'],
]);

function isRefused({ problems }: PodRecord, { state, cause }: PodRow): boolean {
  return state === 'failing' && (refusedCauses.has(cause) || problems.some(({ refusal }) => refusal));
}

function sorted(rows: readonly PodRow[]): readonly PodRow[] {
  const text = byText((row: PodRow) => `${row.cause} ${row.cluster} ${row.namespace}/${row.name}`);
  return rows.toSorted((a, b) => podStates.indexOf(a.state) - podStates.indexOf(b.state) || text(a, b));
}

/** How many pods there are of each cause, in the order of the rows. */
export function groupsOf(rows: readonly PodRow[]): readonly PodGroup[] {
  const groups = Map.groupBy(rows, ({ state, cause }) => `${state} ${cause}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : { state: first.state, cause: first.cause, count: group.length };
  });
}

/** Of each state its first rows, so that the many of one do not hide another. */
export function boundedPods(rows: readonly PodRow[]): Bounded<PodRow> {
  const byState = Map.groupBy(rows, ({ state }) => state);
  const shown = [...byState].flatMap(([state, all]) => bounded(all, maxRows.pods[state]).rows);
  return { rows: shown, total: rows.length };
}
