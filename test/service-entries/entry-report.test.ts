import { describe, expect, it } from 'vitest';
import { pollReport } from '../../shared/service-entries/entry-report.ts';
import type { EntryRun } from '../../shared/service-entries/entry-run.ts';
import type { EntryFinding, RefusedDeletion } from '../../shared/service-entries/plan/entry-plan.ts';
import type { Written } from '../../shared/service-entries/write-plan.ts';
import { foreign } from './plan/fixtures.ts';

const finding = (subject: string) => ({ kind: 'NameTaken', subject, message: 'm' }) as const;

interface Given {
  readonly errors?: readonly unknown[];
  readonly findings?: readonly EntryFinding[];
  readonly refusedDeletions?: readonly RefusedDeletion[];
  readonly written?: Partial<Written>;
}

function reportOf({ errors = [], findings = [], refusedDeletions = [], written = {} }: Given = {}) {
  const run = { deps: { clock: { now: () => 5 } }, errors } as unknown as EntryRun;
  const none = { entries: new Map(), failed: new Set<string>(), deleted: 0, undeleted: 0, findings: [] };
  return pollReport(run, {
    plan: { findings, refusedDeletions },
    written: { ...none, ...written },
    services: 3,
  });
}
const nothing = {
  endedAtMs: 5,
  services: 3,
  written: 0,
  deleted: 0,
  refusedDeletions: 0,
  counts: {},
  findings: [],
};

describe('the report of a comparison', () => {
  it('has no findings and no failures if there are none', () => {
    expect(reportOf()).toEqual(nothing);
    expect(reportOf()).not.toHaveProperty('failures');
  });

  it('has what was written, deleted, found and refused', () => {
    const entry = foreign('apps', 'x', []);
    const report = reportOf({
      findings: [finding('a')],
      refusedDeletions: [{ entry, reason: 'the service is gone', refusal: 'too many' }],
      written: {
        entries: new Map([['a', entry]]),
        deleted: 2,
        findings: [{ ...finding('b'), kind: 'WriteRefused' }],
      },
    });
    expect(report).toEqual({
      ...{ ...nothing, written: 1, deleted: 2, refusedDeletions: 1 },
      counts: { NameTaken: 1, DeletionRefused: 1, WriteRefused: 1 },
      findings: [
        finding('a'),
        { kind: 'DeletionRefused', subject: 'ServiceEntry apps/x', message: 'the service is gone; too many' },
        { ...finding('b'), kind: 'WriteRefused' },
      ],
    });
  });

  it('has the first 100 findings and failures, and counts all findings', () => {
    const many = Array.from({ length: 101 }, (_, index) => `n${index}`);
    const report = reportOf({ findings: many.map(finding), errors: many });
    expect(report.counts).toEqual({ NameTaken: 101 });
    expect(report.findings).toEqual(many.slice(0, 100).map(finding));
    expect(report.failures).toEqual(many.slice(0, 100));
  });

  it('has of a finding what can be stored, and of a failure its message', () => {
    const more = { ...finding('a'), entry: 'x' };
    const report = reportOf({ findings: [more], errors: [new Error('no answer'), 'text'] });
    expect(report.findings).toEqual([finding('a')]);
    expect(report.failures).toEqual(['no answer', 'text']);
  });
});
