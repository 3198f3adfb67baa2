import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../shared/model/records/dead-letter.ts';
import { maxRows } from '../../../shared/report/plan/bounds.ts';
import { deadLetterIssues, deadLettersOf, driftOf, refusalsOf } from '../../../shared/report/plan/drift.ts';
import type { ClusterFacts, SweepFinding } from '../../../shared/report/plan/facts.ts';
import type { PodRow } from '../../../shared/report/plan/report.ts';
import { aCluster, ago, aSweep, clusterNamed, minuteMs, reportFacts } from './harness.ts';

const deployment = '--stage production --region us-west-2';

describe('what the last sweep found', () => {
  const found = (...findings: readonly Partial<SweepFinding>[]) => {
    const all = findings.map((finding) => ({ kind: 'InstanceMissing', detail: 'not there', ...finding }));
    return driftOf(reportFacts(), aCluster({ sweep: aSweep({ findings: all }) }))[0]?.findings.rows;
  };

  it('is nothing before the first sweep', () => {
    expect(driftOf(reportFacts(), aCluster())).toEqual([]);
  });

  it('has its counts by kind, and as many findings in all as were counted', () => {
    const findings = Array.from({ length: maxRows.findings + 1 }, () => ({ kind: 'B', detail: 'd' }));
    const counts = { B: 300, A: 2 };
    const sweep = aSweep({ counts, findings, repairs: 7, source: 'relay', incomplete: 'half of it' });
    const [view] = driftOf(reportFacts(), aCluster({ sweep }));
    expect(view).toMatchObject({
      ...{ cluster: 'local', at: ago(minuteMs), source: 'relay', durationMs: 900, incomplete: 'half of it' },
      repairs: 7,
      counts: [
        ['A', 2],
        ['B', 300],
      ],
    });
    expect([view?.findings.rows.length, view?.findings.total]).toEqual([maxRows.findings, 302]);
  });

  it.each<[string, Partial<SweepFinding>, string, string | undefined]>([
    ['a pod', { pod: 'shop/front-1' }, 'pod shop/front-1', 'pod shop/front-1 --cluster local'],
    [
      'an instance of a pod',
      { pod: 'shop/front-1', service: 'shop.local/front', instanceId: '10.0.0.1', object: 'Mesh shop' },
      'pod shop/front-1 in shop.local/front 10.0.0.1',
      'pod shop/front-1 --cluster local',
    ],
    [
      'an instance',
      { service: 'shop.local/front', instanceId: '10.0.0.1' },
      'shop.local/front 10.0.0.1',
      'service shop.local/front --cluster local',
    ],
    [
      'a service',
      { service: 'shop.local/front' },
      'shop.local/front',
      'service shop.local/front --cluster local',
    ],
    [
      'a service of a former place, which explain cannot find',
      { service: 'shop.local/front in us-east-1' },
      'shop.local/front in us-east-1',
      undefined,
    ],
    ['an object', { object: 'VirtualNode shop/front' }, 'VirtualNode shop/front', undefined],
    ['the cluster', {}, 'the cluster', undefined],
  ])('is about %s', (_, finding, about, subject) => {
    const command = subject && `npm run explain -- ${subject} ${deployment}`;
    expect(found(finding)).toEqual([
      { cluster: 'local', kind: 'InstanceMissing', about, detail: 'not there', ...(command && { command }) },
    ]);
  });
});

describe('refusals', () => {
  const row: PodRow = {
    ...{ cluster: 'local', namespace: 'shop', name: 'front-1', state: 'failing' },
    ...{ cause: 'TenancyRefused', reason: 'no rule', advice: 'add one', command: 'explain it' },
  };

  it('are those of sweeps, then those of pods', () => {
    const refused = [
      { kind: 'PodDeleted', pod: 'shop/old-1', detail: 'deleted', reason: 'over the cap' },
      { kind: 'ObjectDeleted', object: 'Mesh shop', detail: 'absent', reason: 'not complete' },
    ];
    const facts = reportFacts([clusterNamed('other'), aCluster({ sweep: aSweep({ refused }) })]);
    expect(refusalsOf(facts, [row])).toEqual([
      {
        ...{ cluster: 'local', about: 'pod shop/old-1', what: 'repair of PodDeleted' },
        reason: 'over the cap (deleted)',
        command: `npm run explain -- pod shop/old-1 --cluster local ${deployment}`,
      },
      {
        ...{ cluster: 'local', about: 'Mesh shop', what: 'repair of ObjectDeleted' },
        reason: 'not complete (absent)',
      },
      {
        ...{ cluster: 'local', about: 'pod shop/front-1', what: 'TenancyRefused', reason: 'no rule' },
        ...{ advice: 'add one', command: 'explain it' },
      },
    ]);
  });
});

describe('dead-lettered messages', () => {
  const letter = (kind: string, name: string, at = ago(0), namespace = 'shop'): DeadLetter => ({
    ...{ kind, namespace, name, at, reason: 'invalid', messageId: `m-${name}` },
  });
  const rows = (clusters: readonly ClusterFacts[], namespace?: string) =>
    deadLettersOf(reportFacts(clusters, { scope: { namespace } }));

  it('come the newest first, then by cluster and object', () => {
    const shown = rows([
      clusterNamed('b', { deadLetters: [letter('Pod', 'x'), letter('Pod', 'new', ago(-1))] }),
      clusterNamed('a', {
        deadLetters: [letter('Pod', 'y'), letter('Pod', 'old', ago(1)), letter('Pod', 'x')],
      }),
    ]);
    expect(shown.map(({ cluster, about }) => `${cluster}: ${about}`)).toEqual([
      ...['b: Pod shop/new', 'a: Pod shop/x', 'a: Pod shop/y', 'b: Pod shop/x', 'a: Pod shop/old'],
    ]);
  });

  it('of a namespace are those of its objects', () => {
    const deadLetters = [
      letter('Pod', 'x'),
      letter('Pod', 'y', ago(0), 'apps'),
      letter('Mesh', 'm', ago(0), ''),
    ];
    const names = (namespace?: string) =>
      rows([aCluster({ deadLetters })], namespace).map(({ about }) => about);
    expect(names('shop')).toEqual(['Pod shop/x']);
    expect(names()).toEqual(['Mesh m', 'Pod apps/y', 'Pod shop/x']);
  });

  it.each([
    ['Pod', 'pod shop/x'],
    ['VirtualNode', 'object VirtualNode shop/x'],
    ['GatewayRoute', 'object GatewayRoute shop/x'],
    ['BackendGroup', 'object BackendGroup shop/x'],
    ['Mesh', 'object Mesh shop/x'],
    ['Namespace', undefined],
    ['MeshListing', undefined],
    ['Virtual', undefined],
    ['OldVirtualNode', undefined],
  ])('about a %s have the command that explains it, if there is one', (kind, subject) => {
    const [row] = rows([aCluster({ deadLetters: [letter(kind, 'x')] })]);
    const command = subject && `npm run explain -- ${subject} --cluster local ${deployment}`;
    expect(row).toEqual({
      ...{ cluster: 'local', about: `${kind} shop/x`, at: ago(0), reason: 'invalid' },
      ...(command && { command }),
    });
  });

  it('are one problem, which names the last', () => {
    const all = rows([aCluster({ deadLetters: [letter('Pod', 'x'), letter('Pod', 'y', ago(-1))] })]);
    const text = (count: number) => deadLetterIssues(all.slice(0, count), reportFacts());
    expect(text(0)).toEqual([]);
    expect(text(1)).toEqual([
      {
        ...{ level: 'problem', section: 'dead-letters' },
        text: 'a message went to the dead-letter queue, the last about Pod shop/y of cluster local',
      },
    ]);
    expect(text(2)[0]?.text).toBe(
      '2 messages went to the dead-letter queue, the last about Pod shop/y of cluster local',
    );
  });
});
