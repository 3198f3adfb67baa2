import { describe, expect, it } from 'vitest';
import type { PodRecord } from '../../../shared/model/records/pod-record.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { desiredInstances } from '../../../shared/pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../../shared/pods/plan/desired/registration-context.ts';
import { maxRows } from '../../../shared/report/plan/bounds.ts';
import type { ClusterFacts, ReportFacts, ServiceFacts } from '../../../shared/report/plan/facts.ts';
import { boundedPods, groupsOf, planPods } from '../../../shared/report/plan/pod-rows.ts';
import type { PodRow } from '../../../shared/report/plan/report.ts';
import { aClaim, aConfig, aNode, aRecord, nowMs } from '../../explain/harness/pod-facts.ts';
import { aCluster, ago, aService, aSweep, byKey, clusterNamed, minuteMs, reportFacts } from './harness.ts';

const usual: RegistrationContext = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };

interface Given {
  readonly pod?: Parameters<typeof aRecord>[0];
  readonly record?: Partial<PodRecord>;
  readonly context?: RegistrationContext;
  readonly cluster?: Partial<ClusterFacts>;
  readonly service?: Partial<ServiceFacts>;
  readonly claim?: Partial<Claim>;
  readonly others?: readonly PodRecord[];
  readonly facts?: Partial<ReportFacts>;
}

/** The usual pod is registered; the test says what differs. */
function planned(given: Given = {}) {
  const context = given.context ?? usual;
  const record = aRecord(given.pod, { seenAtMs: nowMs - 10 * minuteMs, ...given.record });
  const config = given.cluster?.config ?? aConfig();
  const [wanted] = desiredInstances(record.pod, context, config.cloudMap).instances;
  const attributes = wanted?.attributes ?? {};
  const claim = aClaim(given.claim);
  const service = aService('front', {
    claims: new Map([[claim.instanceId, claim]]),
    instances: new Map([['10.0.0.1', { attributes, health: 'HEALTHY' }]]),
    ...given.service,
  });
  const pods = [record, ...(given.others ?? [])];
  const cluster = aCluster({ pods, registrationContext: () => context, ...given.cluster });
  return planPods(reportFacts([cluster], { services: byKey([service]), ...given.facts }));
}
const rowOf = (given: Given) => planned(given).rows[0];
const stateOf = (given: Given) => {
  const row = rowOf(given);
  return row === undefined ? 'registered' : `${row.state} ${row.cause}`;
};
/** Nothing of the pod is in Cloud Map yet. */
const absent = { claims: new Map<string, Claim>(), instances: new Map() };

describe('the state of a pod', () => {
  it('is registered if Cloud Map has its instance', () => {
    expect(planned()).toMatchObject({
      rows: [],
      counts: new Map([['local', { registered: 1, failing: 0, waiting: 0, notReady: 0, notSelected: 0 }]]),
    });
  });

  it('has the cause, the advice and the command of explain', () => {
    expect(rowOf({ pod: { phase: 'Pending' } })).toEqual({
      ...{ cluster: 'local', namespace: 'shop', name: 'front-1', state: 'notReady', cause: 'PodNotRunning' },
      ...{ reason: expect.stringContaining('Pending'), advice: expect.stringMatching(/./) },
      command: 'npm run explain -- pod shop/front-1 --cluster local --stage production --region us-west-2',
    });
  });

  it('is not counted of a pod that is deleted or terminating', () => {
    for (const given of [{ record: { deleted: true } }, { pod: { terminating: true } }]) {
      const { rows, counts } = planned({ ...given, service: absent });
      expect([rows, counts.get('local')?.registered]).toEqual([[], 0]);
    }
  });

  it.each<[string, Given, string]>([
    ['a pod that nothing selects', { pod: { labels: {} } }, 'notSelected SelectorMismatch'],
    [
      'a pod with an invalid annotation',
      { pod: { labels: {}, annotations: { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' } } },
      'failing InvalidAnnotation',
    ],
    [
      'a pod of a drained cluster',
      { context: { ...usual, drain: { sinceMs: 0, instances: 0 } }, service: absent },
      'drained ClusterDrained',
    ],
    ['an unready pod', { pod: { conditions: { ContainersReady: 'False' } } }, 'notReady ContainersNotReady'],
    ['a service that is gone', { service: { instances: new Map(), isGone: true } }, 'failing ServiceDeleted'],
  ])('of %s', (_, given, state) => {
    expect(stateOf(given)).toBe(state);
  });

  it('is waiting in a step of its registration for a minute after its last change, and failing after it', () => {
    const at = (seenMs: number, claim?: Claim) =>
      stateOf({
        record: { seenAtMs: nowMs - seenMs },
        service: { ...absent, claims: new Map(claim && [[claim.instanceId, claim]]) },
      });
    expect(at(minuteMs - 1)).toBe('waiting RegistrationNotStarted');
    expect(at(minuteMs)).toBe('failing RegistrationNotStarted');
    const claimed = (ms: number) =>
      aClaim({ phase: 'claimed', touchedAtMs: nowMs - ms, operationId: undefined });
    expect(at(10 * minuteMs, claimed(minuteMs - 1))).toMatch(/^waiting/);
    expect(at(10 * minuteMs, claimed(minuteMs))).toMatch(/^failing/);
  });

  it('is failing at once in what is no step of a registration', () => {
    const tenancy = [{ kubernetesNamespaces: ['x'], cloudMapNamespaces: ['*'], services: ['*'] }];
    const config = { ...aConfig(), tenancy } as ClusterFacts['config'];
    const given = { record: { seenAtMs: nowMs }, service: absent, cluster: { config } };
    expect(stateOf(given)).toBe('failing TenancyRefused');
    expect(planned(given).refused.map(({ name }) => name)).toEqual(['front-1']);
  });
});

describe('what explain would have read of the pod', () => {
  const reasonOf = (given: Given) => rowOf(given)?.reason ?? '';
  const taken = (holder: readonly PodRecord[]) =>
    reasonOf({
      claim: { owner: { cluster: 'local', namespace: 'shop', name: 'old-1', uid: 'uid-old' } },
      service: { instances: new Map() },
      others: holder,
    });
  const old = (pod: object = {}, changes: object = {}) => [
    aRecord({ name: 'old-1', uid: 'uid-old', ips: ['10.0.0.9'], labels: {}, ...pod }, changes),
  ];

  it('the pod that holds the instance id: whether it is alive', () => {
    const reasons = [
      taken(old()),
      taken(old({ terminating: true })),
      taken(old({ uid: 'uid-new' })),
      taken(old({}, { deleted: true })),
      taken([]),
    ];
    for (const reason of reasons) expect(reason).toContain('old-1');
    expect(new Set(reasons).size).toBe(5);
  });

  it('an instance with a claim of this very pod is ours, whatever its attributes', () => {
    const changed = { instances: new Map([['10.0.0.1', { attributes: {}, health: 'HEALTHY' }]]) };
    const service = (claim: Claim) => ({ ...changed, claims: new Map([[claim.instanceId, claim]]) });
    const owner = aClaim().owner;
    expect(stateOf({ service: service(aClaim()) })).not.toContain('InstanceForeign');
    for (const claim of [aClaim({ phase: 'claimed' }), aClaim({ owner: { ...owner, uid: 'uid-0' } })])
      expect(stateOf({ service: service(claim) })).toContain('InstanceForeign');
    expect(stateOf({ service: { ...changed, claims: new Map() } })).toContain('InstanceForeign');
  });

  it('dead letters about the pod, and about a virtual node of its namespace', () => {
    const letter = (kind: string, name: string, namespace = 'shop') => ({
      ...{ kind, namespace, name, at: ago(0), reason: 'broken', messageId: 'm' },
    });
    const stateWith = (deadLetter: ReturnType<typeof letter>) =>
      stateOf({ pod: { labels: {} }, cluster: { deadLetters: [deadLetter] } });
    const context = { ...usual, virtualNodes: [] };
    const withoutNode = (deadLetter: ReturnType<typeof letter>) =>
      stateOf({ context, cluster: { deadLetters: [deadLetter] } });
    expect(withoutNode(letter('VirtualNode', 'front'))).toBe('failing DeadLettered');
    expect(withoutNode(letter('VirtualNode', 'front', 'other'))).toBe('notSelected NoVirtualNode');
    expect(withoutNode(letter('VirtualRouter', 'front-1'))).toBe('notSelected NoVirtualNode');
    expect(stateWith(letter('Pod', 'other-1'))).toBe('notSelected SelectorMismatch');
  });

  it('what the last sweep found about it', () => {
    const sighting = {
      uid: 'uid-1',
      resourceVersion: '1',
      createdAt: '2026-11-21T10:00:00Z',
      deleted: false,
    };
    const findings = [{ kind: 'PodDeleted', pod: 'shop/front-1', detail: 'is not there', stored: sighting }];
    expect(stateOf({ cluster: { sweep: aSweep({ findings }) } })).toBe('failing RecordContradicted');
  });
});

describe('the pods of all clusters', () => {
  it('are counted for each cluster, also for one without pods', () => {
    const pods = [aRecord({ labels: {} })];
    const clusters = [
      clusterNamed('a', { pods: [aRecord({ cluster: 'a', labels: {} })], registrationContext: () => usual }),
      clusterNamed('b'),
      aCluster({ pods, registrationContext: () => usual }),
    ];
    const { counts } = planPods(reportFacts(clusters));
    expect([...counts].map(([name, { notSelected }]) => [name, notSelected])).toEqual([
      ['a', 1],
      ['b', 0],
      ['local', 1],
    ]);
  });

  it('that are unready are counted for the services that they want; others are not', () => {
    const conditions = { ContainersReady: 'False' };
    const second = aRecord({ name: 'front-2', ips: ['10.0.0.2'], conditions });
    const { unready } = planned({
      pod: { conditions },
      others: [second, aRecord({ name: 'x', labels: {} })],
    });
    expect(unready).toEqual(new Map([['shop.local/front', 2]]));
    expect(planned({ pod: { labels: {} } }).unready).toEqual(new Map());
  });

  it('that are refused are those that fail for a reason that a person has to change', () => {
    const problem = {
      kind: 'x',
      message: 'refused',
      refusal: true,
    } as unknown as PodRecord['problems'][number];
    const given = { service: { ...absent, isGone: true as const } };
    expect(planned(given).refused).toEqual([]);
    expect(planned({ ...given, record: { problems: [problem] } }).refused).toHaveLength(1);
    const waiting = { record: { seenAtMs: nowMs, problems: [problem] }, pod: { labels: {} } };
    expect(planned(waiting).refused).toEqual([]);
  });

  it('come in the order of their state, their cause and their names', () => {
    const others = [
      aRecord({ name: 'b', labels: {} }),
      aRecord({ name: 'a', labels: {} }),
      aRecord({ name: 'c', ips: ['10.0.0.3'], phase: 'Pending' }),
    ];
    const { rows } = planned({ others, service: { ...absent, isGone: true } });
    expect(rows.map(({ name }) => name)).toEqual(['front-1', 'c', 'a', 'b']);
  });
});

describe('the rows of pods that are shown', () => {
  const row = (state: PodRow['state'], cause: string): PodRow => ({
    ...{ cluster: 'local', namespace: 'shop', name: 'x', state, cause, reason: '', advice: '', command: '' },
  });

  it('are counted by state and cause', () => {
    const rows = [row('failing', 'A'), row('failing', 'A'), row('failing', 'B'), row('waiting', 'A')];
    expect(groupsOf(rows)).toEqual([
      { state: 'failing', cause: 'A', count: 2 },
      { state: 'failing', cause: 'B', count: 1 },
      { state: 'waiting', cause: 'A', count: 1 },
    ]);
  });

  it('are the first of each state', () => {
    const many = (count: number, state: PodRow['state']) =>
      Array.from({ length: count }, () => row(state, 'A'));
    const { rows, total } = boundedPods([
      ...many(1000, 'failing'),
      ...many(2, 'waiting'),
      ...many(500, 'notSelected'),
    ]);
    const shown = Object.groupBy(rows, ({ state }) => state);
    expect(Object.entries(shown).map(([state, all]) => [state, all?.length])).toEqual([
      ['failing', maxRows.pods.failing],
      ['waiting', 2],
      ['notSelected', maxRows.pods.notSelected],
    ]);
    expect(total).toBe(1502);
  });
});
