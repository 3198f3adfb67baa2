import { describe, expect, it } from 'vitest';
import type { SeenInstance } from '../../../shared/model/service-view.ts';
import { maxRows } from '../../../shared/report/plan/bounds.ts';
import type { ServiceFacts } from '../../../shared/report/plan/facts.ts';
import { boundedServices, planServices } from '../../../shared/report/plan/service-rows.ts';
import { aClaim } from '../../explain/harness/pod-facts.ts';
import { aCluster, aService, byKey, reportFacts } from './harness.ts';

const ours = { 'k8s.io/cluster': 'local' };
const instancesOf = (...health: readonly (string | undefined)[]) =>
  new Map<string, SeenInstance>(
    health.map((state, index) => [
      `10.0.0.${index}`,
      { attributes: ours, ...(state !== undefined && { health: state }) },
    ]),
  );
const plan = (services: readonly ServiceFacts[], unreadyOf: (service: string) => number = () => 0) =>
  planServices(reportFacts([aCluster()], { services: byKey(services) }), unreadyOf);
const rowOf = (changes: Partial<ServiceFacts>, unready = 0) =>
  plan([aService('front', changes)], (service) => (service === 'shop.local/front' ? unready : 99))
    .services[0];
const known = aService('front').service;

describe('the row of a service', () => {
  it('says where it is, who uses it and how to explain it', () => {
    const row = rowOf({ clusters: ['other', 'local'] });
    expect(row).toMatchObject({
      id: '["own/own","","shop.local","front"]',
      ...{ namespaceName: 'shop.local', serviceName: 'front', serviceId: 'srv-1', kind: 'HTTP' },
      ...{ clusters: ['local', 'other'], level: 'ok', notes: [], healthCheck: true },
      command:
        'npm run explain -- service shop.local/front --cluster other --stage production --region us-west-2',
    });
    expect(rowOf({ clusters: [] })?.command).toBe(
      'npm run explain -- service shop.local/front --stage production --region us-west-2',
    );
    expect(rowOf({ service: known && { ...known, namespaceKind: 'private-dns' } })?.kind).toBe('private DNS');
  });

  it('of a service that was not created yet has no id, no kind and no health check', () => {
    const row = rowOf({ service: undefined });
    expect([row?.serviceId, row?.kind, row?.healthCheck, row?.level]).toEqual([
      undefined,
      undefined,
      false,
      'ok',
    ]);
  });

  it('counts what is in Cloud Map: not what is registering, but what is still there while it is deregistering', () => {
    const claims = new Map(
      [
        aClaim({ instanceId: '10.0.0.0', phase: 'releasing' }),
        aClaim({ instanceId: '10.0.0.8', phase: 'claimed' }),
        aClaim({ instanceId: '10.0.0.9', phase: 'releasing', operationId: undefined }),
      ].map((claim) => [claim.instanceId, claim]),
    );
    const instances = new Map([
      ...instancesOf('HEALTHY', 'UNHEALTHY', undefined),
      ['10.9.9.9', { attributes: { owner: 'ecs' } }] as const,
    ]);
    const row = rowOf({ claims, instances });
    expect(row?.counts).toEqual({ healthy: 3, unhealthy: 1, foreign: 1 });
    expect(row?.instances.total).toBe(6);
    const bare = rowOf({ instances: new Map([['10.0.0.1', { attributes: {} }]]) });
    expect(bare?.counts).toEqual({ healthy: 1, unhealthy: 0, foreign: 1 });
  });
});

describe('what is wrong with a service', () => {
  const full = { atMs: 0, quota: 'service' } as const;
  const many = (count: number) => instancesOf(...Array.from({ length: count }, () => 'HEALTHY'));

  it.each<[string, Partial<ServiceFacts>, number, string, string]>([
    ['it is gone', { isGone: true }, 0, 'problem', 'Cloud Map no longer has this service'],
    ['it was not read', { instances: undefined }, 0, 'attention', 'its instances could not be read'],
    [
      'it is full',
      { service: known && { ...known, full }, instances: many(950) },
      0,
      'problem',
      'it is full: Cloud Map refuses new instances',
    ],
    [
      'nothing is healthy',
      { instances: instancesOf('UNHEALTHY', 'UNHEALTHY') },
      0,
      'problem',
      'none of its 2 instances is healthy',
    ],
    ['a pod is unready', {}, 1, 'problem', 'it has no instance: the pod for it is not ready'],
    ['pods are unready', {}, 3, 'problem', 'it has no instance: the 3 pods for it are not ready'],
    [
      'one is unhealthy',
      { instances: instancesOf('HEALTHY', 'UNHEALTHY', 'HEALTHY') },
      2,
      'attention',
      '1 of its 3 instances are unhealthy',
    ],
    ['it is nearly full', { instances: many(900) }, 0, 'attention', 'it has 900 of 1,000 instances'],
  ])('%s', (_, changes, unready, level, note) => {
    expect(rowOf(changes, unready)).toMatchObject({ notes: [note], level });
  });

  it('is nothing while it has room, healthy instances, or nobody wants it', () => {
    for (const changes of [
      { instances: many(899) },
      { instances: many(1) },
      {},
      { instances: instancesOf(undefined) },
    ])
      expect(rowOf(changes)).toMatchObject({ notes: [], level: 'ok' });
    expect(rowOf({ instances: many(1) }, 4)).toMatchObject({ notes: [], level: 'ok' });
  });

  it('is an issue for each note, and the services at fault come first', () => {
    const { services, issues } = plan([
      aService('b'),
      aService('a'),
      aService('d', { instances: undefined }),
      aService('c', { isGone: true, instances: undefined }),
    ]);
    expect(services.map(({ serviceName }) => serviceName)).toEqual(['c', 'd', 'a', 'b']);
    expect(issues).toEqual([
      {
        level: 'problem',
        section: 'services',
        text: 'service shop.local/c: Cloud Map no longer has this service',
      },
      {
        level: 'attention',
        section: 'services',
        text: 'service shop.local/c: its instances could not be read',
      },
      {
        level: 'attention',
        section: 'services',
        text: 'service shop.local/d: its instances could not be read',
      },
    ]);
  });
});

describe('the issues of a service with several notes', () => {
  it('have the level of their own note, the row that of the worst', () => {
    const { services, issues } = plan([
      aService('front', {
        service: known && { ...known, full: { atMs: 0, quota: 'service' } },
        instances: instancesOf('HEALTHY', 'UNHEALTHY'),
      }),
    ]);
    expect(services).toMatchObject([
      {
        level: 'problem',
        notes: ['it is full: Cloud Map refuses new instances', '1 of its 2 instances are unhealthy'],
      },
    ]);
    expect(issues.map(({ level, text }) => [level, text])).toEqual([
      ['problem', 'service shop.local/front: it is full: Cloud Map refuses new instances'],
      ['attention', 'service shop.local/front: 1 of its 2 instances are unhealthy'],
    ]);
  });
});

describe('the services that are shown', () => {
  const usual = rowOf({}) as NonNullable<ReturnType<typeof rowOf>>;
  const withInstances = (count: number) => ({
    ...usual,
    instances: { rows: Array.from({ length: count }, () => ({}) as never), total: count },
  });

  it('have their first instances, as far as all together have room', () => {
    const { rows, total } = boundedServices(Array.from({ length: 42 }, () => withInstances(30)));
    const shown = rows.map(({ instances }) => instances.rows.length);
    expect(shown).toEqual([...Array.from({ length: 40 }, () => maxRows.instancesOfService), 0, 0]);
    expect(rows.every(({ instances }) => instances.total === 30)).toBe(true);
    expect(total).toBe(42);
  });

  it('use of the room only what they have', () => {
    const few = Array.from({ length: 990 }, () => withInstances(1));
    const { rows } = boundedServices([...few, withInstances(20), withInstances(5)]);
    expect(rows.slice(990).map(({ instances }) => instances.rows.length)).toEqual([10, 0]);
  });

  it('are 1,000 at most', () => {
    const { rows, total } = boundedServices(Array.from({ length: 1_001 }, () => withInstances(0)));
    expect([rows.length, total]).toEqual([1_000, 1_001]);
  });
});
