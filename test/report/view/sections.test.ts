import { describe, expect, it } from 'vitest';
import type { AlarmRow, ClusterRow, DriftView, PodRow } from '../../../shared/report/plan/report.ts';
import { navigation } from '../../../shared/report/view/navigation.ts';
import { aReport, bounded, htmlOf, linesOf, readable } from './harness.ts';

const at = '2026-11-28T02:14:05.250Z';
const shownAt = '2026-11-28 02:14:05 UTC';

describe('a report in which nothing is', () => {
  it.each([
    ['services', 'No pod asks for a service of Cloud Map yet.'],
    ['pods', 'Every pod is registered.'],
    ['mesh', 'The clusters have no mesh objects.'],
    ['journeys', 'No registration was recorded with its times yet.'],
    ['drift', 'No cluster was swept yet.'],
    ['refusals', 'Nothing is refused.'],
    ['dead-letters', 'No message about a known object went to a dead-letter queue in the last 14 days.'],
  ] as const)('says so of %s', (section, text) => {
    expect(linesOf(section)).toEqual([text]);
  });
});

describe('the navigation', () => {
  it('links to each section, and says how much is in it', () => {
    const drift = [3, 1000].map((total) => ({ findings: bounded([], total) })) as never;
    const counted = (total: number) => bounded([], total);
    const report = aReport({
      ...{ clusters: [{}, {}] as never, services: counted(3), pods: counted(9), objects: counted(5), drift },
      podGroups: [
        { state: 'failing', cause: 'Cause', count: 3 },
        { state: 'drained', cause: 'ClusterDrained', count: 1 },
        { state: 'notSelected', cause: 'SelectorMismatch', count: 5 },
      ],
      ...{ journeys: counted(6), refusals: counted(7), deadLetters: counted(8) },
    });
    const html = navigation(report).text;
    expect(readable(html)).toEqual([
      ...['Clusters 2', 'Services 3', 'Not registered 4', 'Mesh 5', 'Journeys 6', 'Drift 1,003'],
      ...['Refusals 7', 'Dead letters 8'],
    ]);
    expect([...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)).toEqual([
      ...['clusters', 'services', 'pods', 'mesh', 'journeys', 'drift', 'refusals', 'dead-letters'],
    ]);
  });
});

describe('the alarms', () => {
  const alarms: readonly AlarmRow[] = [
    {
      name: 'eks-mesh-sync-dead-letters',
      state: 'ALARM',
      since: at,
      value: 1_234,
      runbook: 'docs/runbooks/dead-letters.md',
    },
    { name: 'eks-mesh-sync-queue-age', state: 'INSUFFICIENT_DATA', since: at },
    { name: 'eks-mesh-sync-throttling', state: 'OK', since: at, value: 0 },
  ];

  it('have their state, since when, the value and the link to the runbook', () => {
    expect(linesOf('alarms', { alarms }).slice(-3)).toEqual([
      `eks-mesh-sync-dead-letters | ✕ ALARM | ${shownAt} | 1,234 | docs/runbooks/dead-letters.md`,
      `eks-mesh-sync-queue-age | ! INSUFFICIENT_DATA | ${shownAt} | none |`,
      `eks-mesh-sync-throttling | ✓ OK | ${shownAt} | 0 |`,
    ]);
    expect(htmlOf('alarms', { alarms })).toContain('<a href="/docs/runbooks/dead-letters.md">');
  });

  it('are in the navigation with the number of those that have started', () => {
    expect(readable(navigation(aReport({ alarms })).text).at(-1)).toBe('Alarms 1');
  });

  it('are not in the report of a deployment', () => {
    expect(htmlOf('alarms')).toBe('');
    expect(navigation(aReport()).text).not.toContain('alarms');
  });
});

describe('the summary', () => {
  const issue = (text: string) => ({ level: 'problem', section: 'pods', text }) as const;

  it('of no issue is the sentence', () => {
    expect(linesOf('summary')).toEqual(['✓ OK All is well.']);
    expect(htmlOf('summary')).not.toContain('See where');
  });

  it('of one issue links to it', () => {
    const verdict = { level: 'problem', sentence: '1 problem: P.', issues: bounded([issue('P')]) } as const;
    expect(linesOf('summary', { verdict })).toEqual(['✕ Problem 1 problem: P.', 'See where']);
    expect(htmlOf('summary', { verdict })).toContain('<a href="#pods">See where</a>');
    expect(htmlOf('summary', { verdict })).toContain('class="verdict problem"');
  });

  it('of more issues lists them', () => {
    const issues = bounded([issue('P'), { ...issue('A'), level: 'attention' as const }], 7);
    const verdict = { level: 'attention', sentence: 'S.', issues } as const;
    expect(linesOf('summary', { verdict })).toEqual([
      ...['! Attention S.', '✕ Problem P', '! Attention A'],
      'The first 2 of 7 issues are shown. The others are in the sections below.',
    ]);
    expect(htmlOf('summary', { verdict })).toContain('<a href="#pods">P</a>');
  });

  it('says what the report is restricted to', () => {
    const only = (scope: object) => linesOf('summary', { scope }).at(-1);
    expect(only({ cluster: 'a' })).toBe('Only cluster a.');
    expect(only({ namespace: 'b' })).toBe('Only namespace b.');
    expect(only({ cluster: 'a', namespace: 'b' })).toBe('Only cluster a, namespace b.');
  });
});

describe('the card of a cluster', () => {
  const pods = { registered: 1200, failing: 0, waiting: 0, notReady: 0, drained: 0, notSelected: 0 };
  const cluster: ClusterRow = { name: 'local', level: 'ok', relay: { state: 'never' }, pods, mesh: [] };
  const card = (changes: Partial<ClusterRow> = {}) =>
    linesOf('clusters', { clusters: [{ ...cluster, ...changes }] });

  it('of a new cluster says what has not been yet', () => {
    expect(card()).toEqual([
      ...['local ✓ OK', 'Relay: nothing received yet', 'Last sweep: none yet'],
      'Pods: 1,200 registered, of 1,200',
    ]);
  });

  it('says when its relay was heard', () => {
    expect(card({ relay: { state: 'silent', lastSeenAt: at } })).toContain(`Relay: silent since ${shownAt}`);
    expect(card({ relay: { state: 'reporting', lastSeenAt: at } })).toContain(`Relay: last heard ${shownAt}`);
  });

  it('says what its last sweep found', () => {
    const sweep = {
      at,
      everyMinutes: 5,
      isLate: false,
      source: 'api server',
      findings: 0,
      refusedDeletions: 0,
      oversized: 0,
    } as const;
    expect(card({ sweep })).toContain(`Last sweep: ${shownAt}: no difference`);
    expect(
      card({
        sweep: { ...sweep, isLate: true, source: 'relay', findings: 1000, refusedDeletions: 2, oversized: 3 },
      }),
    ).toContain(
      `Last sweep: ${shownAt}: 1,000 differences, 2 deletions refused, 3 too large, by the listing of the relay, late: one is due every 5 min`,
    );
  });

  it('says of the pods that are not registered how many are in which state', () => {
    const states = { registered: 1, failing: 2, waiting: 3, notReady: 4, drained: 6, notSelected: 5 };
    expect(card({ pods: states })).toContain(
      'Pods: 1 registered, of 21: 2 failing, 3 in progress, 4 not ready, 6 drained, 5 not selected',
    );
    expect(card({ pods: { ...pods, notReady: 1 } })).toContain(
      'Pods: 1,200 registered, of 1,201: 1 not ready',
    );
  });

  it('has its mesh targets, the last mesh run and its ServiceEntries', () => {
    const lines = card({
      mesh: [{ target: 'istio', applied: 3, total: 1004 }],
      ...{ meshReconciledAt: at, serviceEntries: { at, services: 2, findings: 1 } },
    });
    expect(lines.slice(4)).toEqual([
      'Mesh target istio: 3 of 1,004 objects applied',
      `Mesh reconciled: ${shownAt}`,
      `ServiceEntries: ${shownAt}: 2 services, 1 findings`,
    ]);
  });

  it('is followed by the reads that failed', () => {
    const readFailures = [{ what: 'the claims', code: 'AccessDenied' as const, message: 'refused' }];
    const lines = linesOf('clusters', { clusters: [cluster], readFailures });
    expect(lines.slice(4)).toEqual([
      ...['Could not be read', 'What depends on these is missing below, not wrong.', 'the claims: refused'],
    ]);
    expect(linesOf('clusters', { readFailures: [] })).toEqual([]);
  });
});

describe('the pods that are not registered', () => {
  const pod = (name: string, state: PodRow['state']): PodRow => ({
    ...{ cluster: 'local', namespace: 'shop', name, state, cause: 'Cause', reason: 'reason' },
    ...{ advice: 'advice', command: 'explain it' },
  });

  it('have their state, and the order of the column of it', () => {
    const pods = bounded(
      ['failing', 'waiting', 'notReady', 'drained', 'notSelected'].map((state, index) =>
        pod('abcde'.charAt(index), state as PodRow['state']),
      ),
      9,
    );
    const podGroups = [{ state: 'failing', cause: 'Cause', count: 1000 }] as const;
    expect(linesOf('pods', { pods, podGroups })).toEqual([
      '✕ failing Cause: 1,000',
      'The first 5 of 9 pods are shown. A report of one namespace has the others.',
      'Pods that are not registered, and why',
      'Pod | State | Why | To do',
      'shop/a of local | ✕ failing | Cause: reason | advice explain it',
      'shop/b of local | ! in progress | Cause: reason | advice explain it',
      'shop/c of local | ! not ready | Cause: reason | advice explain it',
      'shop/d of local | ✓ drained | Cause: reason | advice explain it',
      'shop/e of local | ✓ not selected | Cause: reason | advice explain it',
    ]);
    const orders = [...htmlOf('pods', { pods }).matchAll(/data-order="(\d+)"/g)].map(([, order]) => order);
    expect(orders).toEqual(['0', '1', '2', '3', '4']);
  });
});

describe('refusals and dead letters', () => {
  it('have what is refused, why, and what to do', () => {
    const refusal = { cluster: 'local', about: 'pod shop/x', what: 'TenancyRefused', reason: 'no rule' };
    const refusals = bounded([{ ...refusal, advice: 'add one', command: 'explain it' }, refusal], 3);
    expect(linesOf('refusals', { refusals })).toEqual([
      'The first 2 of 3 refusals are shown. A report of one namespace has the others.',
      'What is refused, and why',
      'About | Refused | Why | To do',
      'pod shop/x of local | TenancyRefused | no rule | add one explain it',
      'pod shop/x of local | TenancyRefused | no rule |',
    ]);
  });

  it('have when the message was dead-lettered and why', () => {
    const letter = { cluster: 'local', about: 'Pod shop/x', at, reason: 'broken', command: 'explain it' };
    expect(linesOf('dead-letters', { deadLetters: bounded([letter], 2) })).toEqual([
      'The first 1 of 2 messages are shown. The dead-letter queues have all.',
      'Messages in the dead-letter queues',
      'About | At | Why | Explain',
      `Pod shop/x of local | ${shownAt} | broken | explain it`,
    ]);
  });
});

describe('the drift of a cluster', () => {
  const drift: DriftView = {
    ...{ cluster: 'local', at, source: 'api server', durationMs: 1200, repairs: 2, counts: [] },
    findings: bounded([]),
  };

  it('is no difference', () => {
    expect(linesOf('drift', { drift: [drift] })).toEqual([
      'Last sweep of local',
      `${shownAt}, in 1,200 ms, from the API server: ✓ no difference`,
    ]);
  });

  it('is what was found, and what could not be compared', () => {
    const finding = { cluster: 'local', kind: 'PodDeleted', about: 'pod shop/x', detail: 'it is not there' };
    const rows = [{ ...finding, command: 'explain it' }, finding];
    const changes = { source: 'relay', incomplete: 'half', counts: [['PodDeleted', 3]] } as const;
    expect(linesOf('drift', { drift: [{ ...drift, ...changes, findings: bounded(rows, 3) }] })).toEqual([
      'Last sweep of local',
      `${shownAt}, in 1,200 ms, from the listing of the relay: ! 3 differences, 2 repairs requested`,
      'half',
      'PodDeleted: 3',
      'The first 2 of 3 findings are shown. The log of the function sweep has the report.',
      'Differences that the last sweep of local found',
      'Finding | About | What | Explain',
      'PodDeleted | pod shop/x | it is not there | explain it',
      'PodDeleted | pod shop/x | it is not there |',
    ]);
  });
});
