import type { EntryPollReport } from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import type { EntryPlan } from './plan/entry-plan.ts';
import type { Written } from './write-plan.ts';

/** Findings listed in a report; the counts include all. */
const maxReported = 100;

interface Outcome {
  readonly plan: Pick<EntryPlan, 'findings' | 'refusedDeletions'>;
  readonly written: Written;
  readonly services: number;
}

/** What a comparison found and did, in a size that fits into an item of the table. */
export function pollReport(
  { deps, errors }: EntryRun,
  { plan, written, services }: Outcome,
): EntryPollReport {
  const refused = plan.refusedDeletions.map(({ entry, reason, refusal }) => ({
    kind: 'DeletionRefused',
    subject: `${entry.kind} ${entry.metadata.namespace ?? ''}/${entry.metadata.name}`,
    message: `${reason}; ${refusal}`,
  }));
  const findings = [...plan.findings, ...refused, ...written.findings];
  const failures = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  return {
    endedAtMs: deps.clock.now(),
    services,
    written: written.entries.size,
    deleted: written.deleted,
    refusedDeletions: refused.length,
    counts: countByKind(findings),
    findings: findings
      .slice(0, maxReported)
      .map(({ kind, subject, message }) => ({ kind, subject, message })),
    ...(failures.length > 0 && { failures: failures.slice(0, maxReported) }),
  };
}

function countByKind(findings: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
