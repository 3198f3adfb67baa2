import { explainCommand } from '../../../model/commands/explain-command.ts';
import { meshTargetsOf } from '../../../model/config/mesh-targets.ts';
import { type ObjectName, objectNameText } from '../../../model/records/mesh-claim.ts';
import { type Condition as MeshCondition, statusesIn } from '../../../model/records/mesh-status.ts';
import { byText } from '../bounds.ts';
import type { ClusterFacts, ReportFacts, WrittenStatus } from '../facts.ts';
import { byLevel, worstOf } from '../levels.ts';
import type { Condition, Issue, Level, ObjectRow } from '../report.ts';

/** The mesh objects of a cluster with their conditions, those at fault first. */
export function objectRows(facts: ReportFacts, cluster: ClusterFacts): readonly ObjectRow[] {
  const statuses = new Map(cluster.statuses.map((status) => [objectNameText(status.object), status]));
  const { namespace } = facts.scope;
  return (cluster.directory?.entries ?? [])
    .filter(({ id }) => namespace === undefined || id.namespace === namespace)
    .map(({ id, fault }) => rowOf(facts, cluster, { id, fault, status: statuses.get(objectNameText(id)) }))
    .toSorted((a, b) => byLevel(a, b) || byName(a, b));
}

const byName = byText(({ kind, namespace, name }: ObjectRow) => `${kind} ${namespace}/${name}`);

interface Known {
  readonly id: ObjectName;
  readonly fault: string | undefined;
  readonly status: WrittenStatus | undefined;
}

function rowOf({ place }: ReportFacts, { config }: ClusterFacts, { id, fault, status }: Known): ObjectRow {
  const conditions = [
    ...(fault === undefined ? [] : [invalid(fault)]),
    ...meshTargetsOf(config).map(({ name }) =>
      conditionOf(name, status && statusesIn(status)[name]?.condition),
    ),
    ...(status?.instances ? [conditionOf('Cloud Map', status.instances)] : []),
  ];
  return {
    ...{ cluster: config.name, kind: id.kind, namespace: id.namespace, name: id.name, conditions },
    level: worstOf(conditions.map(levelOf)),
    command: explainCommand({ subject: { cluster: config.name, object: id }, place }),
  };
}

function invalid(fault: string): Condition {
  return { target: 'spec', status: 'False', reason: 'Invalid', message: fault.replaceAll('\n', '; ') };
}

function conditionOf(target: string, condition: MeshCondition | undefined): Condition {
  if (condition === undefined)
    return { target, status: 'Unknown', reason: 'NotReconciled', message: 'it was not reconciled yet' };
  const { status, reason, message } = condition;
  return { target, status, reason, message };
}

/** Pods that are not registered have rows of their own. */
function levelOf({ target, status, reason }: Condition): Level {
  if (status === 'True' || reason === 'NoPods') return 'ok';
  return status === 'Unknown' || reason === 'Pending' || target === 'Cloud Map' ? 'attention' : 'problem';
}

/** One issue for each object at fault, with the condition that says why. */
export function objectIssues(rows: readonly ObjectRow[]): readonly Issue[] {
  return rows.flatMap((row) => {
    const { level, conditions, kind, namespace, name, cluster } = row;
    const fault = conditions.find((condition) => levelOf(condition) === level);
    if (level === 'ok' || fault === undefined || fault.target === 'Cloud Map') return [];
    const object = objectNameText({ kind, namespace, name } as ObjectName);
    const text = `${object} of cluster ${cluster}: ${fault.target} ${fault.reason}: ${fault.message}`;
    return [{ level, section: 'mesh', text }];
  });
}
