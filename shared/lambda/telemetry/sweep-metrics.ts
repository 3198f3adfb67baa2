import type { SweepReport } from '../../ports/sweep-ports.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** Counts what a sweep found and did. A metric with nothing to count is not sent. */
export function measureSweep({ count }: Telemetry, report: SweepReport): void {
  const { counts, refusals, repairs, persisting, fullest } = report;
  const findings = Object.entries(counts);
  const total = findings.reduce((sum, [, number]) => sum + number, 0);
  if (total > 0) count('SweepFindings', total);
  for (const [kind, number] of findings) count('SweepFindings', number, kind);
  if (refusals?.deletions) count('SweepDeletionsRefused', refusals.deletions);
  if (refusals?.oversized) count('OversizedObjects', refusals.oversized);
  if (repairs > 0) count('SweepRepairs', repairs);
  if (persisting) count('DriftPersisting', persisting);
  if (fullest !== undefined) count('FullestServiceInstances', fullest.instances);
}
