import { type ExplainSubject, explainCommand } from '../../shared/model/commands/explain-command.ts';
import type { Place } from '../../shared/model/commands/place.ts';
import { type MeshObject, meshObjectName } from '../mesh/mesh-conditions.ts';
import type { ConditionFault } from './mesh-conditions.ts';
import type { PodCounts, PodFault } from './pod-faults.ts';
import type { PodFaults } from './read-pods.ts';
import { faultCounts, type Verdict } from './verdict.ts';

/**
 * The verdict for people, with commands that say more: as long as the playground runs, which `isEnding` denies. Nothing in
 * it differs from run to run but the names of pods.
 */
export function verdictText(
  verdict: Verdict,
  refused: readonly string[],
  place: Place,
  isEnding = false,
): string {
  const { conditions, podFaults, workloadFaults, deadLetters, otherDeadLetters } = verdict;
  const others = otherDeadLetters === 0 ? [] : [`${otherDeadLetters} about no object of the cluster`];
  return [
    section('Refused by the API server:', [...refused]),
    section('Conditions that are not True:', conditionLines(conditions, place)),
    section(
      'Pods that are not registered in Cloud Map, although something selects them:',
      podFaults.flatMap((faults) => podLines(faults, place)),
    ),
    section('Workloads whose pods were refused:', [...workloadFaults]),
    section('Messages that could not be processed (dead letters):', [
      ...deadLetters
        .map(({ kind, namespace, name, reason }) => `${kind} ${namespace}/${name}: ${reason}`)
        .sort(),
      ...others,
    ]),
    ...(faultCounts(verdict, refused.length).length === 0 ? ['All is in sync.\n'] : []),
    mayHaveMesh(verdict)
      ? 'No manifest has a Mesh: give the file that has it, too (--manifest can be repeated).\n'
      : '',
    isEnding && conditions.length + podFaults.length > 0
      ? 'The npm run explain commands work while the playground runs: start it without --exit.\n'
      : '',
    `${countsText(verdict)}\n`,
  ].join('');
}

/** Whether another file may have it: the team of the virtual nodes is often not that of the Mesh. */
function mayHaveMesh({ lacksMesh, conditions }: Verdict): boolean {
  return lacksMesh && conditions.some(({ condition }) => condition.reason === 'NotMember');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

/** The conditions of an object, then its command. */
function conditionLines(faults: readonly ConditionFault[], place: Place): readonly string[] {
  return [...Map.groupBy(faults, ({ object }) => object)].flatMap(([object, those]) => [
    ...those.map(
      ({ condition: { type, status, reason, message } }) =>
        `${meshObjectName(object)}: ${[`${type} is ${status}`, reason].filter(Boolean).join(', ')}${message === undefined ? '' : `: ${inOneLine(message)}`}`,
    ),
    `  ${explainCommand({ subject: objectSubject(object), place })}`,
  ]);
}

function objectSubject({ kind, metadata: { namespace, name } }: MeshObject): ExplainSubject {
  return { object: { kind, name, ...(namespace !== undefined && { namespace }) } };
}

/** Pods of one owner with the same reason are one entry. */
function podLines({ first, more }: PodFaults, place: Place): readonly string[] {
  const [one] = first;
  const of = one?.owner === undefined ? '' : ` of ${one.owner}`;
  const alike = [...Map.groupBy(first, ({ kind, reason }) => `${kind}: ${inOneLine(reason)}`)];
  return [
    ...alike.flatMap(([reason, faults]) => entryLines(reason, faults, place)),
    ...(more === 0 ? [] : [`and ${more} more ${more === 1 ? 'pod' : 'pods'}${of}`]),
  ];
}

function entryLines(reason: string, faults: readonly PodFault[], place: Place): readonly string[] {
  const [first, ...others] = faults;
  if (first === undefined) return [];
  return [
    `Pod ${podName(first)}: ${reason}`,
    ...(others.length === 0 ? [] : [`  The same: ${others.map(podName).join(', ')}`]),
    `  To do: ${inOneLine(first.advice)}`,
    `  ${explainCommand({ subject: { pod: first.pod }, place })}`,
  ];
}

function podName({ pod: { namespace, name } }: PodFault): string {
  return `${namespace}/${name}`;
}

function countsText({ meshObjects, pods, podFaults }: Verdict): string {
  const missing = podFaults.reduce((sum, { first, more }) => sum + first.length + more, 0);
  const counts = podCounts(pods, missing);
  return `Mesh objects: ${meshObjects}. Pods: ${counts.length === 0 ? 'none' : counts.join(', ')}.`;
}

function podCounts({ registered, unselected, ended }: PodCounts, missing: number): readonly string[] {
  return [
    ...(registered > 0 ? [`${registered} registered`] : []),
    ...(missing > 0 ? [`${missing} not registered`] : []),
    ...(unselected > 0 ? [`${unselected} that nothing selects for Cloud Map`] : []),
    ...(ended > 0 ? [`${ended} completed or terminating`] : []),
  ];
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}
