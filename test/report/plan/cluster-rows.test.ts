import { describe, expect, it } from 'vitest';
import { alarmsOf } from '../../../deploy/alarms/alarms.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { planCluster } from '../../../shared/report/plan/cluster-rows.ts';
import type { WrittenStatus } from '../../../shared/report/plan/facts.ts';
import { noPods } from '../../../shared/report/plan/pod-rows.ts';
import { aConfig, aRecord, nowMs } from '../../explain/harness/pod-facts.ts';
import { aCluster, ago, aSweep, minuteMs, reportFacts } from './harness.ts';

const plan = (changes: Parameters<typeof aCluster>[0], scope = {}) =>
  planCluster(reportFacts([], { scope }), aCluster(changes), noPods);
const texts = (changes: Parameters<typeof aCluster>[0], scope = {}) =>
  plan(changes, scope).issues.map(({ level, section, text }) => `${level} ${section}: ${text}`);

describe('the relay of a cluster', () => {
  it('reports until 30 minutes have passed since its last listing, as the alarm relay-silent has it', () => {
    expect(plan({ lastListedAtMs: nowMs - 30 * minuteMs }).row.relay).toEqual({
      state: 'reporting',
      lastSeenAt: ago(30 * minuteMs),
    });
    expect(plan({ lastListedAtMs: nowMs - 30 * minuteMs - 1 }).row.relay.state).toBe('silent');
    const alarms = alarmsOf(clustersFile.parse({ clusters: [{ name: 'local' }] }), 'p');
    const { periods = 0, periodSeconds = 0, meaning } = alarms.find(({ id }) => id === 'relay-silent') ?? {};
    expect((periods * periodSeconds) / 60).toBe(30);
    expect(meaning).toContain('for 30 minutes');
  });

  it('was last heard by the newest of its listing and of the events of its pods', () => {
    const pods = [7, 3, 9].map((minutes) => aRecord({}, { seenAtMs: nowMs - minutes * minuteMs }));
    const relayOf = (lastListedAtMs: number) =>
      plan({ pods: [...pods, aRecord()], lastListedAtMs }).row.relay;
    expect(relayOf(nowMs - 30 * minuteMs)).toEqual({ state: 'reporting', lastSeenAt: ago(3 * minuteMs) });
    expect(relayOf(nowMs - 2 * minuteMs)).toEqual({ state: 'reporting', lastSeenAt: ago(2 * minuteMs) });
  });

  it('was never heard if no listing and no event is stored', () => {
    expect(plan({ lastListedAtMs: undefined, pods: [aRecord()] }).row.relay).toEqual({ state: 'never' });
  });

  it('is a problem if it is silent or was never heard', () => {
    expect(texts({ lastListedAtMs: undefined })).toEqual([
      'problem clusters: no events have been received from cluster local',
    ]);
    expect(texts({ lastListedAtMs: nowMs - 40 * minuteMs, sweep: aSweep() })).toEqual([
      `problem clusters: the relay of cluster local has been silent since ${ago(40 * minuteMs)}`,
    ]);
    expect(texts({})).toEqual([]);
  });
});

describe('the last sweep of a cluster', () => {
  it('is late after three intervals', () => {
    const isLate = (minutes: number) =>
      plan({ sweep: aSweep({ startedAt: ago(minutes * minuteMs) }) }).row.sweep?.isLate;
    expect([isLate(15), isLate(15.001)]).toEqual([false, true]);
  });

  it('is shown with what it found', () => {
    const sweep = aSweep({
      ...{ counts: { InstanceMissing: 2, PodDeleted: 3 }, incomplete: 'not all was read', source: 'relay' },
      refused: [{ kind: 'PodDeleted', detail: 'x', reason: 'too many' }],
    });
    expect(plan({ sweep }).row.sweep).toEqual({
      ...{ at: ago(minuteMs), everyMinutes: 5, isLate: false, source: 'relay' },
      ...{ findings: 5, refusedDeletions: 1, oversized: 0, incomplete: 'not all was read' },
    });
    expect(plan({}).row.sweep).toBeUndefined();
  });

  it('has the numbers of what was refused, also beyond the refusals that are listed', () => {
    const refused = [{ kind: 'PodDeleted', detail: 'x', reason: 'too many' }];
    const sweep = aSweep({ refused, refusals: { deletions: 700, oversized: 2 } });
    expect(plan({ sweep }).row.sweep).toMatchObject({ refusedDeletions: 700, oversized: 2 });
    expect(texts({ sweep })).toEqual([
      'problem drift: the last sweep of cluster local refused 700 deletions',
      'attention drift: 2 objects of cluster local are too large for an event',
    ]);
  });

  it('has an issue for each thing that is wrong with it', () => {
    const sweep = aSweep({
      ...{ startedAt: ago(60 * minuteMs), incomplete: 'not all was read', counts: { PodDeleted: 2 } },
      refused: [{ kind: 'PodDeleted', detail: 'x', reason: 'too many' }],
    });
    expect(texts({ sweep })).toEqual([
      `problem drift: the last sweep of cluster local was at ${ago(60 * minuteMs)}, and one is due every 5 min`,
      'problem drift: the last sweep of cluster local: not all was read',
      'problem drift: the last sweep of cluster local refused 1 deletion',
      'attention drift: the last sweep of cluster local found 2 differences',
    ]);
    expect(plan({ sweep }).row.level).toBe('problem');
    expect(plan({ sweep: aSweep({ counts: { PodDeleted: 1 } }) }).row.level).toBe('attention');
    expect(plan({ sweep: aSweep() })).toMatchObject({ issues: [], row: { level: 'ok' } });
  });

  it('has no issue in the report of one namespace, which it is not about', () => {
    const sweep = aSweep({ counts: { PodDeleted: 2 } });
    expect(texts({ sweep }, { namespace: 'shop' })).toEqual([]);
    expect(texts({ sweep }, { cluster: 'local' })).toHaveLength(1);
  });

  it('is missed once the cluster is known for 25 minutes, not in a new one', () => {
    const never = 'attention drift: cluster local was never swept';
    const heard = [aRecord({}, { seenAtMs: nowMs })];
    expect(texts({ pods: heard, lastListedAtMs: nowMs - 30 * minuteMs })).toEqual([never]);
    expect(texts({ pods: heard, lastListedAtMs: nowMs - 25 * minuteMs + 1 })).toEqual([]);
    expect(texts({ pods: heard, lastListedAtMs: undefined })).toEqual([]);
  });
});

describe('the row of a cluster', () => {
  const condition = (status: 'True' | 'False') => ({
    condition: {
      status,
      reason: status === 'True' ? ('Applied' as const) : ('Refused' as const),
      message: '',
    },
  });
  const object = { kind: 'Mesh', namespace: '', name: 'shop' } as const;

  it('counts the objects applied in each mesh target', () => {
    const statuses: readonly WrittenStatus[] = [
      { object, targets: { istio: condition('True') } },
      { object, targets: { istio: condition('False') } },
      { object, targets: {} },
    ];
    const config = { ...aConfig(), mesh: 'istio' as const };
    expect(plan({ config, statuses }).row.mesh).toEqual([{ target: 'istio', applied: 1, total: 2 }]);
    expect(plan({ statuses }).row.mesh).toEqual([]);
  });

  it('has the times of the last mesh run and of the last comparison of ServiceEntries', () => {
    const entries = { endedAtMs: nowMs - 1000, services: 4, counts: { EntryMissing: 2, EntryDrifted: 1 } };
    expect(plan({ entries, meshReconciledAtMs: nowMs - 5000 }).row).toMatchObject({
      meshReconciledAt: ago(5000),
      serviceEntries: { at: ago(1000), services: 4, findings: 3 },
    });
    const { row } = plan({});
    expect([row.meshReconciledAt, row.serviceEntries]).toEqual([undefined, undefined]);
  });
});
