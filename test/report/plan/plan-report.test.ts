import { describe, expect, it } from 'vitest';
import type { Journey } from '../../../shared/model/journey.ts';
import type { ServiceFacts } from '../../../shared/report/plan/facts.ts';
import { journeysOf } from '../../../shared/report/plan/journeys.ts';
import { planReport } from '../../../shared/report/plan/plan-report.ts';
import type { Issue, PodGroup } from '../../../shared/report/plan/report.ts';
import { podIssues, totalsText, verdictOf } from '../../../shared/report/plan/verdict.ts';
import { aClaim, aRecord, nowMs } from '../../explain/harness/pod-facts.ts';
import { aCluster, ago, aService, aSweep, byKey, clusterNamed, minuteMs, reportFacts } from './harness.ts';
import { directoryOf, node } from './mesh/harness.ts';

describe('the report', () => {
  it('says when and where it was made, and of what', () => {
    const { generatedAt, place, scope } = planReport(reportFacts([], { scope: { cluster: 'local' } }));
    expect([generatedAt, place, scope]).toEqual([
      ...[new Date(nowMs).toISOString(), 'stage production in us-west-2', { cluster: 'local' }],
    ]);
    const playground = { kind: 'playground', url: 'http://localhost:4600', kubectl: 'kubectl' } as const;
    expect(planReport(reportFacts([], { place: playground })).place).toBe('playground');
  });

  it('has the issues in the order of the page: reads, clusters, dead letters, pods, services, objects', () => {
    const letter = { kind: 'Pod', namespace: 'shop', name: 'x', at: ago(0), reason: 'r', messageId: 'm' };
    const annotations = { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' };
    const cluster = aCluster({
      ...{ deadLetters: [letter], lastListedAtMs: nowMs - 60 * minuteMs, sweep: aSweep() },
      pods: [aRecord({ annotations, labels: {} })],
      registrationContext: () => ({ virtualNodes: [], meshes: [], namespaceLabels: {} }),
      directory: directoryOf(node('bad', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] })),
    });
    const services = byKey([aService('front', { isGone: true })]);
    const readFailures = [{ what: 'the claims', code: 'AccessDenied' as const, message: 'refused' }];
    const { verdict, objects } = planReport(reportFacts([cluster], { services, readFailures }));
    expect(verdict.issues.rows.map(({ section, text }) => `${section}: ${text.slice(0, 20)}`)).toEqual([
      ...[
        'clusters: the claims could not',
        'clusters: the relay of cluster',
        'dead-letters: a message went to th',
      ],
      ...['pods: pod shop/front-1 of ', 'services: service shop.local/f', 'mesh: VirtualNode shop/bad'],
    ]);
    expect(objects.total).toBe(2);
  });

  it('says how many reads failed, and why the first did', () => {
    const failure = (what: string) => ({
      what,
      code: 'AccessDenied' as const,
      message: `${what} is refused`,
    });
    const sentence = (...whats: readonly string[]) =>
      planReport(reportFacts([], { readFailures: whats.map(failure) })).verdict.sentence;
    expect(sentence('a')).toBe('1 problem: a could not be read: a is refused.');
    expect(sentence('a', 'b', 'c')).toBe(
      '1 problem: a could not be read: a is refused, and 2 more reads failed.',
    );
  });

  it('gives each cluster its pods and each service its unready pods', () => {
    const context = { virtualNodes: [], meshes: [], namespaceLabels: {} };
    const annotations = {
      'eks-mesh-sync/cloud-map-namespace': 'shop.local',
      'eks-mesh-sync/cloud-map-service': 'front',
    };
    const unready = aRecord({ labels: {}, annotations, conditions: { ContainersReady: 'False' } });
    const clusters = [clusterNamed('a'), aCluster({ pods: [unready], registrationContext: () => context })];
    const report = planReport(reportFacts(clusters, { services: byKey([aService('front')]) }));
    expect(report.clusters.map(({ name, pods }) => [name, pods.notReady])).toEqual([
      ['a', 0],
      ['local', 1],
    ]);
    expect(report.services.rows[0]?.notes).toEqual(['it has no instance: the pod for it is not ready']);
    expect(report.podGroups).toEqual([{ state: 'notReady', cause: 'ContainersNotReady', count: 1 }]);
  });
});

describe('the verdict', () => {
  const issue = (level: Issue['level'], text: string): Issue => ({ level, section: 'pods', text });
  const verdict = (...issues: readonly Issue[]) => verdictOf(issues, '3 pods');

  it('has the worst issue first, and counts the others', () => {
    const [problem, other] = [issue('problem', 'P'), issue('problem', 'Q')];
    const [thing, more] = [issue('attention', 'A'), issue('attention', 'B')];
    expect(verdict().sentence).toBe('All is well: 3 pods.');
    expect(verdict(thing).sentence).toBe('No problem, 1 thing to know: A.');
    expect(verdict(thing, more).sentence).toBe('No problem, 2 things to know: A, and 1 more.');
    expect(verdict(thing, problem).sentence).toBe('1 problem: P; also 1 thing to know.');
    expect(verdict(thing, problem, more, other).sentence).toBe(
      '2 problems: P, and 1 more; also 2 things to know.',
    );
    expect(verdict(problem).sentence).toBe('1 problem: P.');
    expect([verdict().level, verdict(thing).level, verdict(thing, problem).level]).toEqual([
      ...['ok', 'attention', 'problem'],
    ]);
  });

  it('shows the first twelve issues', () => {
    const { issues } = verdict(...Array.from({ length: 13 }, (_, index) => issue('problem', String(index))));
    expect([issues.rows.length, issues.total, issues.rows[0]?.text]).toEqual([12, 13, '0']);
  });

  it('counts pods, services and clusters in the right number', () => {
    const clusters = (...registered: readonly number[]) =>
      planReport(
        reportFacts(registered.map((_, index) => clusterNamed(`c${index}`, { pods: [] }))),
      ).clusters.map((row, index) => ({
        ...row,
        pods: { ...row.pods, registered: registered[index] ?? 0, waiting: index },
      }));
    expect(totalsText(clusters(2000, 1), [])).toBe(
      '2,001 pods are registered in 0 services of Cloud Map from 2 clusters; the registration of 1 pod is in progress',
    );
  });

  it('has one issue for all failing pods of one cause, and none for the others', () => {
    const pod = (name: string, state: PodGroup['state'], cause: string) => ({
      ...{ cluster: 'local', namespace: 'shop', name, state, cause, reason: '', advice: '', command: '' },
    });
    const rows = [pod('w', 'waiting', 'A'), pod('b', 'failing', 'B'), pod('a', 'failing', 'A')];
    const groups: readonly PodGroup[] = [
      { state: 'failing', cause: 'A', count: 1234 },
      { state: 'failing', cause: 'B', count: 1 },
      { state: 'waiting', cause: 'A', count: 3 },
    ];
    expect(podIssues(groups, rows)).toEqual([
      issue('problem', '1,234 pods are not registered (A), the first is shop/a of cluster local'),
      issue('problem', 'pod shop/b of cluster local is not registered (B)'),
    ]);
  });
});

describe('the journeys', () => {
  const journey = (calledAtMs: number): Journey => ({
    ...{ correlationId: `id-${calledAtMs}`, observedAtMs: 1, receivedAtMs: 2, calledAtMs },
  });
  const claimed = (name: string, calledAtMs: number | undefined, cluster = 'local') =>
    aClaim({
      ...{ instanceId: `${cluster}-${name}`, owner: { cluster, namespace: 'shop', name, uid: 'u' } },
      ...(calledAtMs !== undefined && { journey: journey(calledAtMs) }),
    });
  const service = (name: string, ...claims: readonly ReturnType<typeof aClaim>[]): ServiceFacts =>
    aService(name, { claims: new Map(claims.map((claim) => [claim.instanceId, claim])) });

  it('are those of the claims that have one, the newest first, then by cluster, pod and service', () => {
    const services = byKey([
      service('b', claimed('x', 5), claimed('y', 7), claimed('none', undefined)),
      service('a', claimed('x', 5), claimed('a', 5, 'other'), claimed('a', 5)),
      aService('unread', { claims: undefined }),
    ]);
    const rows = journeysOf(reportFacts([], { services }));
    expect(rows.map(({ cluster, pod, service: text }) => `${cluster} ${pod} ${text}`)).toEqual([
      ...['local shop/y shop.local/b', 'local shop/a shop.local/a', 'local shop/x shop.local/a'],
      ...['local shop/x shop.local/b', 'other shop/a shop.local/a'],
    ]);
    expect(rows[0]).toEqual({
      ...journey(7),
      ...{ cluster: 'local', pod: 'shop/y', service: 'shop.local/b', instanceId: 'local-y' },
    });
  });

  it('have the time at which a readiness gate saw their operation succeed', () => {
    const gate = { uid: 'u', succeeded: ['op-7'], succeededAtMs: { 'op-7': 9 } };
    const services = byKey([service('a', { ...claimed('x', 5), operationId: 'op-7' }, claimed('y', 5))]);
    const rows = journeysOf(reportFacts([aCluster({ pods: [aRecord({}, { gate })] })], { services }));
    expect(rows.map(({ pod, succeededAtMs }) => [pod, succeededAtMs])).toEqual([
      ['shop/x', 9],
      ['shop/y', undefined],
    ]);
  });

  it('of one cluster are those of its pods', () => {
    const services = byKey([service('a', claimed('x', 5), claimed('a', 5, 'other'))]);
    const rows = journeysOf(reportFacts([], { services, scope: { cluster: 'other' } }));
    expect(rows.map(({ cluster }) => cluster)).toEqual(['other']);
  });
});
