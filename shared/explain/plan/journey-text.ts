import { journeySteps } from '../../model/journey.ts';
import type { GateNote } from '../../model/records/gate-note.ts';
import type { Claim } from '../../model/records/registration.ts';

/** The way of the change that registered an instance, in milliseconds; nothing if the claim does not have it. */
export function journeyLines(claim: Claim | null | undefined, gate: GateNote | undefined): readonly string[] {
  if (!claim?.journey) return [];
  const { correlationId } = claim.journey;
  const succeededAtMs = gate?.succeededAtMs?.[claim.operationId ?? ''];
  const { observedMs, receivedMs, calledMs, succeededMs } = journeySteps(claim.journey, succeededAtMs);
  const steps = [
    ...(observedMs === undefined ? [] : [`observed ${observedMs} ms after the pod was ready`]),
    ...[`received after ${receivedMs} ms`, `RegisterInstance called after ${calledMs} ms`],
    ...(succeededMs === undefined ? [] : [`operation seen to succeed after ${succeededMs} ms`]),
  ];
  return [`way of the change ${correlationId}: ${steps.join(', ')}`];
}
