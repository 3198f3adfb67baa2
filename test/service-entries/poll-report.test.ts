import { beforeEach, describe, expect, it, vi } from 'vitest';
import { pollReport } from '../../shared/service-entries/entry-report.ts';
import type { EntryRun } from '../../shared/service-entries/entry-run.ts';
import type { EntryFinding, RefusedDeletion } from '../../shared/service-entries/plan/entry-plan.ts';
import type { Written } from '../../shared/service-entries/write-plan.ts';
import { EntriesHarness } from './entries-harness.ts';
import { foreign } from './plan/fixtures.ts';

let harness: EntriesHarness;
beforeEach(() => {
  harness = new EntriesHarness();
});

describe('the report of a comparison', () => {
  it('is stored if it says something else, or is ten minutes younger than the last one', async () => {
    const stored = vi.spyOn(harness.entries, 'saveReport');
    let nowMs = harness.clock.now();
    harness.deps = { ...harness.deps, clock: { now: () => nowMs } };
    const storedAfter = async (elapsedMs: number) => {
      nowMs += elapsedMs;
      stored.mockClear();
      await harness.poll();
      return stored.mock.calls.length;
    };
    expect(await storedAfter(0)).toBe(1);
    expect(await storedAfter(599_999)).toBe(0);
    expect(await storedAfter(1)).toBe(1);
    harness.service(harness.namespace('shop.local'), 'web');
    expect(await storedAfter(1000)).toBe(1);
    expect(await storedAfter(1000)).toBe(1);
    expect(await storedAfter(1000)).toBe(0);
    expect(harness.reports).toHaveLength(6);
  });

  it('says of a cluster without ServiceEntries what is missing', async () => {
    harness.objects.served = { 'networking.istio.io/ServiceEntry': [] };
    await harness.poll();
    expect(harness.lastReport).toEqual({
      ...{ endedAtMs: harness.clock.now(), services: 0, written: 0, deleted: 0, refusedDeletions: 0 },
      counts: { KindNotServed: 1 },
      findings: [
        {
          ...{ kind: 'KindNotServed', subject: 'ServiceEntry' },
          message:
            "the cluster serves neither networking.istio.io/v1 nor networking.istio.io/v1beta1 for ServiceEntry; install Istio's CustomResourceDefinitions",
        },
      ],
    });
  });
});

describe('the Services of the cluster', () => {
  const listsServices = async () => {
    harness.objects.calls.length = 0;
    await harness.poll();
    return harness.objects.calls.filter((call) => /^list/.test(call)).length - 1;
  };

  it('are listed only for a new host that one of them could have', async () => {
    const [dotted, plain] = ['shop.local', 'shop'].map((name) => harness.namespace(name));
    expect(await listsServices()).toBe(0);
    harness.service(dotted ?? '', 'web');
    expect(await listsServices()).toBe(0);
    harness.service(plain ?? '', `${'a'.repeat(62)}_`);
    expect(await listsServices()).toBe(0);
    harness.service(plain ?? '', 'web');
    harness.service(plain ?? '', 'b.c');
    expect(await listsServices()).toBe(1);
    expect(await listsServices()).toBe(0);
  });
});

describe('another comparison', () => {
  it('is requested for what there was no time for', async () => {
    const shop = harness.namespace('shop.local');
    for (const name of ['a', 'b']) harness.register(harness.service(shop, name), '10.0.0.1');
    let nowMs = harness.clock.now();
    harness.deps = { ...harness.deps, clock: { now: () => (nowMs += 10_000) } };
    await harness.poll();
    expect(harness.sent).toMatchObject([
      {
        ...{ cluster: 'local', run: expect.stringMatching(/^continued \d+$/) },
        reason: 'the previous run did not have time for all services',
      },
    ]);
  });

  it('is requested of the namespace of a service that was not found', async () => {
    const shop = harness.namespace('shop.local');
    const id = harness.service(shop, 'a');
    await harness.poll();
    harness.call('DeleteService', { Id: id });
    harness.service(shop, 'b');
    await harness.poll();
    expect(harness.sent).toMatchObject([
      {
        ...{ run: expect.stringMatching(new RegExp(`^continued \\d+ ${shop}$`)), namespaceId: shop },
        reason: 'a known service was not found',
      },
    ]);
  });
});

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

describe('the content of the report of a comparison', () => {
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
