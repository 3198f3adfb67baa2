import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import { declaresGate, gateProblemSource, shownGate } from '../../pods/plan/readiness-gate.ts';
import type { Cause, GateState, PodExplanation, PodFacts } from './explained.ts';
import { resyncCommand } from './resync-command.ts';

/** The state of our readiness gate; undefined for a pod that does not declare it. */
export function gateState(record: PodRecord | undefined): GateState | undefined {
  if (record === undefined || !declaresGate(record.pod)) return undefined;
  const { status, reason, message } = shownGate(record);
  const problem = record.problems.find(({ source }) => source === gateProblemSource);
  return { status: status ?? 'absent', reason, message, problem };
}

export const gateTitle = `Readiness gate ${cloudMapReadinessGate}`;

export function gateLines(gate: GateState | undefined): readonly string[] {
  if (gate === undefined) return [];
  const { status, reason, message, problem } = gate;
  const written = reason === undefined ? '' : status === 'True' ? `: ${message}` : ` (${reason}): ${message}`;
  return [
    `${status === 'True' ? '✓' : '✗'} ${status}${written}`,
    ...(problem === undefined ? [] : [`- ${problem.message}`]),
  ];
}

/** The pod is registered, but its gate is not True: nothing else keeps it from being ready. */
export function gateNotSet({ key, place }: PodFacts, { gate }: Pick<PodExplanation, 'gate'>): Cause | null {
  if (gate === undefined || gate.status === 'True') return null;
  const kind = 'ReadinessGateNotSet';
  const state = `the pod is registered, but its readiness gate ${cloudMapReadinessGate} is ${gate.status}`;
  if (gate.problem === undefined)
    return {
      kind,
      reason: state,
      advice: `Wait a few seconds. If this does not change: ${resyncCommand(place, key)}`,
    };
  return {
    kind,
    reason: `${state}: ${gate.problem.message}`,
    advice: `Correct the cause. The next sweep sets the gate; to set it now: ${resyncCommand(place, key)}`,
  };
}
