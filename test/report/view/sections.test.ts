import { describe, expect, it } from 'vitest';
import type {
  ClusterRow,
  DriftView,
  InstanceRow,
  PodRow,
  ServiceRow,
} from '../../../shared/report/plan/report.ts';
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
    ['dead-letters', 'No message went to a dead-letter queue in the last 14 days.'],
  ] as const)('says so of %s', (section, text) => {
    expect(linesOf(section)).toEqual([text]);
  });
});

describe('the navigation', () => {
  it('links to each section, and says how much is in it', () => {
    const drift = [3, 1000].map((total) => ({ findings: bounded([], total) })) as never;
    const counted = (total: number) => bounded([], total);
    const report = aReport({
      ...{ clusters: [{}, {}] as never, services: counted(3), pods: counted(4), objects: counted(5), drift },
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
  const pods = { registered: 1200, failing: 0, waiting: 0, notReady: 0, notSelected: 0 };
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
      refused: 0,
    } as const;
    expect(card({ sweep })).toContain(`Last sweep: ${shownAt}: no difference`);
    expect(
      card({ sweep: { ...sweep, isLate: true, source: 'relay', findings: 1000, refused: 2 } }),
    ).toContain(
      `Last sweep: ${shownAt}: 1,000 differences, 2 refused, by the listing of the relay, late: one is due every 5 min`,
    );
  });

  it('says of the pods that are not registered how many are in which state', () => {
    const states = { registered: 1, failing: 2, waiting: 3, notReady: 4, notSelected: 5 };
    expect(card({ pods: states })).toContain(
      'Pods: 1 registered, of 15: 2 failing, 3 in progress, 4 not ready, 5 not selected',
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

describe('a service', () => {
  const row: ServiceRow = {
    ...{ id: 's', namespaceName: 'shop.local', serviceName: 'front', clusters: ['a', 'b'], level: 'ok' },
    ...{ notes: [], healthCheck: true, counts: { healthy: 1, unhealthy: 0, foreign: 0 } },
    ...{ instances: bounded([]), command: 'explain it', kind: 'HTTP', serviceId: 'srv-1' },
  };
  const instance: InstanceRow = {
    ...{ instanceId: '10.0.0.1', state: 'registered', owner: 'ours', ownerReason: 'because', attributes: [] },
  };
  const shown = (changes: Partial<ServiceRow> = {}) =>
    linesOf('services', { services: bounded([{ ...row, ...changes }]) });
  const cells = (changes: Partial<InstanceRow>) =>
    shown({ instances: bounded([{ ...instance, ...changes }]) })
      .find((line) => line.startsWith('10.0.0.1 |'))
      ?.split(' | ');

  it('has its instances, its kind and who uses it', () => {
    expect(shown()).toEqual([
      ...[
        '✓ OK shop.local/front 1 instance',
        'HTTP, custom health check; used by a, b; id srv-1',
        'No instance.',
      ],
      'explain it',
    ]);
    expect(shown({ kind: undefined, serviceId: undefined, healthCheck: false })[1]).toBe(
      'not created yet, no health check; used by a, b',
    );
  });

  it('counts its instances, and those that are unhealthy or of others', () => {
    const first = (counts: ServiceRow['counts'], healthCheck = true) => shown({ counts, healthCheck })[0];
    expect(first({ healthy: 0, unhealthy: 0, foreign: 0 })).toBe('✓ OK shop.local/front 0 instances');
    expect(first({ healthy: 1, unhealthy: 2, foreign: 1 })).toBe(
      '✓ OK shop.local/front 3 instances, 2 unhealthy, 1 not ours',
    );
    expect(first({ healthy: 0, unhealthy: 1, foreign: 0 }, false)).toBe('✓ OK shop.local/front 1 instance');
    expect(first({ healthy: 1, unhealthy: 1, foreign: 0 }, false)).toBe('✓ OK shop.local/front 2 instances');
  });

  it('says what is wrong with it', () => {
    expect(shown({ level: 'problem', notes: ['it is full', 'x'] }).slice(0, 3)).toEqual([
      ...['✕ Problem shop.local/front 1 instance', 'it is full', 'x'],
    ]);
  });

  it('says how many instances are left out', () => {
    expect(shown({ instances: bounded([], 1200) })).toContain(
      'Its 1,200 instances are left out here. The command below lists them.',
    );
    expect(shown({ instances: bounded([instance], 2) }).join('\n')).toContain(
      'The first 1 of 2 instances are shown. The command below lists all.',
    );
    expect(shown({ instances: bounded([instance]) }).join('\n')).not.toContain('are shown');
  });

  it.each<[Partial<InstanceRow>, string]>([
    [{}, '✓ registered'],
    [{ health: 'HEALTHY' }, '✓ HEALTHY'],
    [{ health: 'UNHEALTHY' }, '✕ UNHEALTHY'],
    [{ state: 'registering', health: 'HEALTHY' }, '! registering'],
    [{ state: 'deregistering' }, '! deregistering'],
  ])('has the state of an instance %j', (changes, state) => {
    expect(cells(changes)?.[1]).toBe(state);
  });

  it('has the pod and the owner of an instance', () => {
    expect(cells({})?.slice(2)).toEqual(['–', 'eks-mesh-sync', '–']);
    expect(cells({ pod: 'shop/x' })?.[2]).toBe('shop/x');
    expect(cells({ pod: 'shop/x', cluster: 'a' })?.[2]).toBe('shop/x of a');
    expect(cells({ owner: 'leftover' })?.[3]).toBe('App Mesh controller: because');
    expect(cells({ owner: 'foreign' })?.[3]).toBe('somebody else: because');
  });

  it('has the attributes of an instance', () => {
    const lines = shown({
      instances: bounded([
        {
          ...instance,
          attributes: [
            ['app', 'front'],
            ['z', '1'],
          ],
        },
      ]),
    });
    expect(lines.filter((line) => /attributes|^app|^z/.test(line))).toEqual([
      ...['10.0.0.1 | ✓ registered | – | eks-mesh-sync | 2 attributes', 'app: front', 'z: 1'],
    ]);
  });
});

describe('the pods that are not registered', () => {
  const pod = (name: string, state: PodRow['state']): PodRow => ({
    ...{ cluster: 'local', namespace: 'shop', name, state, cause: 'Cause', reason: 'reason' },
    ...{ advice: 'advice', command: 'explain it' },
  });

  it('have their state, and the order of the column of it', () => {
    const pods = bounded(
      [pod('a', 'failing'), pod('b', 'waiting'), pod('c', 'notReady'), pod('d', 'notSelected')],
      9,
    );
    const podGroups = [{ state: 'failing', cause: 'Cause', count: 1000 }] as const;
    expect(linesOf('pods', { pods, podGroups })).toEqual([
      '✕ failing Cause: 1,000',
      'The first 4 of 9 pods are shown. A report of one namespace has the others.',
      'Pods that are not registered, and why',
      'Pod | State | Why | To do',
      'shop/a of local | ✕ failing | Cause: reason | advice explain it',
      'shop/b of local | ! in progress | Cause: reason | advice explain it',
      'shop/c of local | ! not ready | Cause: reason | advice explain it',
      'shop/d of local | ✓ not selected | Cause: reason | advice explain it',
    ]);
    const orders = [...htmlOf('pods', { pods }).matchAll(/data-order="(\d+)"/g)].map(([, order]) => order);
    expect(orders).toEqual(['0', '1', '2', '3']);
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
