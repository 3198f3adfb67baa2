import { expect } from 'vitest';
import type { Finding } from '../../shared/sweep/plan/findings/finding.ts';
import type { SweepResult } from '../../shared/sweep/sweep.ts';
import type { Outcome } from './scenario.ts';
import { containing } from './texts.ts';

/** The last sweep: its result, or the message of the error that ended it; neither before the first one. */
export interface SweepOutcome {
  readonly result?: SweepResult;
  readonly error?: string;
  /** Of a drain. */
  readonly plan?: readonly string[];
}

export function checkSweep({ result, error, plan = [] }: SweepOutcome, wanted: Outcome, title: string): void {
  if (wanted.sweepFails === undefined) expect(error, `${title}: the sweep`).toBeUndefined();
  else expect(error, `${title}: the sweep`).toContain(wanted.sweepFails);
  if (wanted.drain !== undefined) expect(plan.at(-1), `${title}: drain`).toContain(wanted.drain);
  if (wanted.findings !== undefined)
    expect((result?.allowed ?? []).map(findingText).sort(), `${title}: findings`).toEqual(
      wanted.findings.sort(),
    );
  if (wanted.refused !== undefined)
    expect(
      (result?.refused ?? []).map(({ finding, reason }) => `${findingText(finding)}: ${reason}`).sort(),
      `${title}: refused`,
    ).toEqual(containing(wanted.refused.sort()));
  if (wanted.foreseen !== undefined)
    expect(
      (result?.foreseen?.refusals ?? []).map(
        ({ service, kubernetesNamespace, reason }) => `${service} ${kubernetesNamespace}: ${reason}`,
      ),
      `${title}: foreseen`,
    ).toEqual(containing(wanted.foreseen));
  if (wanted.healthReadFailures !== undefined)
    expect(result?.report.healthReadFailures ?? [], `${title}: health`).toEqual(
      containing(wanted.healthReadFailures),
    );
  if (wanted.incomplete !== undefined)
    expect(result?.report.incomplete, `${title}: incomplete`).toContain(wanted.incomplete);
}

function findingText({ kind, service, instanceId, pod, object }: Finding): string {
  return `${kind} ${service === undefined ? (pod?.name ?? object ?? '?') : `${service}/${instanceId}`}`;
}
