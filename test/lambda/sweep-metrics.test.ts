import { expect, it } from 'vitest';
import { measureSweep } from '../../shared/lambda/telemetry/sweep-metrics.ts';
import type { SweepReport } from '../../shared/ports/sweep-ports.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

const quiet: SweepReport = {
  ...{ run: 'run-1', cluster: 'local', startedAt: '2026-11-21T12:00:00.000Z', durationMs: 1 },
  ...{ source: 'api server', sourceAgeMs: 0, pods: 1, instances: 1, counts: {} },
  ...{ findings: [], refused: [], repairs: 0, calls: {} },
};

function sent(report: Partial<SweepReport>): readonly (readonly unknown[])[] {
  const counted: unknown[][] = [];
  const telemetry = { count: (...args: unknown[]) => counted.push(args) } as unknown as Telemetry;
  measureSweep(telemetry, { ...quiet, ...report });
  return counted;
}

it('a sweep that found nothing sends no metric', () => {
  expect(sent({})).toEqual([]);
});

it('what would delete too much and what an author must correct are counted apart', () => {
  expect(sent({ refusals: { deletions: 12, oversized: 0 } })).toEqual([['SweepDeletionsRefused', 12]]);
  expect(sent({ refusals: { deletions: 0, oversized: 2 } })).toEqual([['OversizedObjects', 2]]);
});

it('findings are counted in all and by kind, with repairs and the fullest service', () => {
  const fullest = { service: 'shop.local/front', instances: 900 };
  expect(sent({ counts: { Refused: 1, InstanceMissing: 2 }, repairs: 2, persisting: 1, fullest })).toEqual([
    ['SweepFindings', 3],
    ['SweepFindings', 1, 'Refused'],
    ['SweepFindings', 2, 'InstanceMissing'],
    ['SweepRepairs', 2],
    ['DriftPersisting', 1],
    ['FullestServiceInstances', 900],
  ]);
});
