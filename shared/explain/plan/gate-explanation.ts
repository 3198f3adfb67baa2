import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { PodRecord } from '../../model/pod-record.ts';
import { declaresGate, gateProblemSource, shownGate } from '../../pods/plan/readiness-gate.ts';
import type { Cause, GateState, PodExplanation, PodFacts } from './explained.ts';
import { resyncCommand } from './resync-command.ts';

/** How our readiness gate stands; undefined for a pod that does not declare it. */
export function gateState(record: PodRecord | undefined): GateState | undefined {
  if (record === undefined || !declaresGate(record.pod)) return undefined;
  const { status, reason, message } = shownGate(record);
  const problem = record.problems.find(({ source }) => source === gateProblemSource);
  return {
    status: status ?? 'absent',
    ...(reason !== undefined && { reason, message }),
    ...(problem && { problem: problem.reason }),
  };
}

export const gateTitle = `Readiness gate ${cloudMapReadinessGate}`;

export function gateLines(gate: GateState | undefined): readonly string[] {
  if (gate === undefined) return [];
  const { status, reason, message, problem } = gate;
  const written = reason === undefined ? '' : status === 'True' ? `: ${message}` : ` (${reason}): ${message}`;
  return [
    `${status === 'True' ? '✓' : '✗'} ${status}${written}`,
    ...(problem === undefined ? [] : [`- ${problem}`]),
  ];
}

/** The pod is registered, and its gate does not say so: it is not ready for that alone. */
export function gateNotSet({ key }: PodFacts, { gate }: Pick<PodExplanation, 'gate'>): Cause | null {
  if (gate === undefined || gate.status === 'True') return null;
  const kind = 'gate not set';
  const state = `the pod is registered, and its readiness gate ${cloudMapReadinessGate} is ${gate.status}`;
  if (gate.problem === undefined)
    return { kind, reason: state, advice: `Wait a few seconds; if it stays so, ${resyncCommand(key)}` };
  return {
    kind,
    reason: `${state}: ${gate.problem}`,
    advice: `Correct what the reason says; the next sweep sets the gate, or at once ${resyncCommand(key)}`,
  };
}
