import { describe, expect, it } from 'vitest';
import type { ServiceView } from '../../shared/model/service-view.ts';
import { type Finding, finding } from '../../shared/sweep/plan/findings/finding.ts';
import { type SweepOutcome, sweepReport } from '../../shared/sweep/sweep-report.ts';
import { aPod } from '../fakes/objects.ts';

const startedAtMs = Date.UTC(2026, 10, 21, 12);
const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const missing = finding('InstanceMissing', {
  ...{ pod, service: 'shop.local/front', instanceId: '10.0.0.1', detail: 'it is not there' },
});
const stored = { uid: 'uid-1', resourceVersion: '9', deleted: true };

function aView(instances: number, changes: Partial<ServiceView> = {}): ServiceView {
  const ids = Array.from({ length: instances }, (_, index) => [`${index}`, { attributes: {} }] as const);
  return {
    ...{ key: { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' }, serviceId: 'srv-1' },
    ...{ isFormer: false, hasCustomHealthCheck: true, instances: new Map(ids) },
    ...{ claims: new Map(), underWay: new Map(), failedOperations: new Map() },
    ...changes,
  };
}

function aReport(changes: Partial<SweepOutcome> = {}) {
  return sweepReport({
    ...{ run: 'run-1', cluster: 'local', repairs: 0, startedAtMs, endedAtMs: startedAtMs + 1_500 },
    snapshot: {
      source: 'api server',
      takenAtMs: startedAtMs + 100,
      pods: new Map([['shop/front-1', aPod()]]),
    },
    input: { services: new Map() },
    ...{ found: [], allowed: [], refused: [], namespaces: [], calls: { before: {}, after: {} } },
    ...changes,
  });
}

describe('the report of a sweep', () => {
  it('the report of a sweep says when the sweep ran, and of what', () => {
    expect(aReport()).toEqual({
      ...{ run: 'run-1', cluster: 'local', startedAt: '2026-11-21T12:00:00.000Z', durationMs: 1_500 },
      ...{ source: 'api server', sourceAgeMs: 0, pods: 1, instances: 0, repairs: 0 },
      ...{ counts: {}, findings: [], refused: [], calls: {} },
    });
  });

  it('the report of a sweep says how old the listing of the relay is, and why it is incomplete', () => {
    const takenAtMs = startedAtMs - 60_000;
    const snapshot = { source: 'relay', takenAtMs, incomplete: 'too old', pods: new Map() } as const;
    expect(aReport({ snapshot })).toMatchObject({
      source: 'relay',
      sourceAgeMs: 60_000,
      incomplete: 'too old',
    });
  });

  it('the report of a sweep counts the instances of all services, and names those whose health was not read', () => {
    const services = new Map([
      ['shop.local/front', aView(2)],
      ['shop.local/back', aView(3, { healthReadFailures: 'denied' })],
    ]);
    expect(aReport({ input: { services } })).toMatchObject({ instances: 5, healthReadFailures: ['denied'] });
  });

  it('the report of a sweep counts all findings by kind, and lists those that are repaired or refused', () => {
    const object = finding('ObjectDeleted', { object: 'VirtualNode shop/front', detail: 'deleted', stored });
    const found = [missing, object, missing];
    const refused = [{ finding: missing, reason: 'too many' }];
    const { counts, findings, refused: reported } = aReport({ found, allowed: [missing, object], refused });
    const text = {
      ...{ kind: 'InstanceMissing', pod: 'shop/front-1', service: 'shop.local/front' },
      ...{ instanceId: '10.0.0.1', detail: 'it is not there' },
    };
    expect(counts).toEqual({ InstanceMissing: 2, ObjectDeleted: 1 });
    expect(findings).toEqual([
      text,
      { kind: 'ObjectDeleted', object: 'VirtualNode shop/front', detail: 'deleted', stored },
    ]);
    expect(reported).toEqual([{ ...text, reason: 'too many' }]);
  });

  it('the report of a sweep lists a hundred of each, and counts all', () => {
    const many: Finding[] = Array.from({ length: 101 }, () => missing);
    const services = new Map(
      many.map((_, index) => [`${index}`, aView(0, { healthReadFailures: 'denied' })]),
    );
    const report = aReport({
      ...{ found: many, allowed: many, input: { services } },
      refused: many.map((one) => ({ finding: one, reason: 'too many' })),
      namespaces: many.map((_, index) => `namespace-${index}`),
    });
    expect(report.counts).toEqual({ InstanceMissing: 101 });
    const lists = [report.findings, report.refused, report.statuses, report.healthReadFailures];
    expect(lists.map((list) => list?.length)).toEqual([100, 100, 100, 100]);
  });

  it('the report of a sweep counts refused deletions and oversized objects apart, all of each', () => {
    const large = finding('ObjectOversized', { object: 'VirtualNode shop/front', detail: 'large' });
    const refused = [...Array.from({ length: 101 }, () => missing), large].map((one) => ({
      ...{ finding: one, reason: 'why' },
    }));
    expect(aReport({ refused }).refusals).toEqual({ deletions: 101, oversized: 1 });
  });

  it('the report of a sweep counts a repair as without effect if it is requested again, and never a refusal', () => {
    const refusal = finding('Refused', { pod, detail: 'not allowed by clusters.yml', isKnown: true });
    const earlier = aReport({ found: [missing, refusal], allowed: [missing, refusal] });
    expect(aReport({ allowed: [refusal], earlier }).persisting).toBeUndefined();
    expect(aReport({ allowed: [missing, refusal], earlier }).persisting).toBe(1);
  });

  it('the report of a sweep counts as without effect only repairs of the same subject', () => {
    const about = { pod, service: 'shop.local/front', instanceId: '10.0.0.1', detail: 'why' };
    const before = finding('InstanceMissing', about);
    const earlier = aReport({ allowed: [before] });
    const others = [
      finding('AttributesDrifted', about),
      finding('InstanceMissing', { ...about, pod: { ...pod, name: 'front-2' } }),
      finding('InstanceMissing', { ...about, object: 'VirtualNode shop/front' }),
      finding('InstanceMissing', { ...about, service: 'shop.local/back' }),
      finding('InstanceMissing', { ...about, instanceId: '10.0.0.2' }),
    ];
    for (const other of others) expect(aReport({ allowed: [other], earlier }).persisting).toBeUndefined();
    expect(aReport({ allowed: [{ ...before, detail: 'still' }], earlier }).persisting).toBe(1);
    expect(aReport({ allowed: [before, before], earlier }).persisting).toBe(2);
  });

  it('the report of a sweep never counts a completed deregistration as without effect', () => {
    const released = finding('Released', { pod, detail: 'done' });
    const earlier = aReport({ allowed: [released] });
    expect(aReport({ allowed: [released], earlier }).persisting).toBeUndefined();
  });

  it('the report of a sweep names the service with the most instances, the first of several', () => {
    const fullest = (...sizes: readonly number[]) => {
      const services = new Map(sizes.map((size, index) => [`service-${index}`, aView(size)]));
      return aReport({ input: { services } }).fullest;
    };
    expect(fullest(1, 3, 2)).toEqual({ service: 'service-1', instances: 3 });
    expect(fullest(2, 2)).toEqual({ service: 'service-0', instances: 2 });
    expect(fullest(0)).toBeUndefined();
  });

  it('the report of a sweep says since when the cluster is drained', () => {
    const drain = { sinceMs: startedAtMs - 1_000, instances: 3 };
    expect(aReport({ drain }).drainedSince).toBe('2026-11-21T11:59:59.000Z');
    expect(aReport()).not.toHaveProperty('drainedSince');
    expect(aReport()).not.toHaveProperty('incomplete');
  });

  it('the report of a sweep says what was requested for the mesh and its objects', () => {
    const report = aReport({ repairs: 3, mesh: 'verify', namespaces: ['shop'] });
    expect(report).toMatchObject({ repairs: 3, mesh: 'verify', statuses: ['shop'] });
  });

  it('the report of a sweep says the calls of this sweep only', () => {
    const calls = {
      before: { ListInstances: 4, ListOperations: 1 },
      after: { ListInstances: 6, ListOperations: 1, GetOperation: 2 },
    };
    expect(aReport({ calls }).calls).toEqual({ ListInstances: 2, GetOperation: 2 });
  });
});
