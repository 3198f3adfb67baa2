import { describe, expect, it } from 'vitest';
import type { SeenInstance, ServiceView } from '../../../shared/model/service-view.ts';
import { limitToCapacity, servicesWithCapacity } from '../../../shared/sweep/plan/capacity.ts';
import type { SeenPod } from '../../../shared/sweep/plan/findings/drift-input.ts';
import { type Finding, finding } from '../../../shared/sweep/plan/findings/finding.ts';
import { aConfig } from '../../explain/harness/pod-facts.ts';
import { aPod } from '../../fakes/objects.ts';
import { key, seen } from './drift.ts';

const config = aConfig({ quotas: { instancesPerService: 3 } });
const viewOf = (count: number, changes: Partial<ServiceView> = {}): ServiceView => ({
  ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true },
  ...{ claims: new Map(), underWay: new Map(), failedOperations: new Map() },
  instances: new Map(
    Array.from({ length: count }, (_, index): [string, SeenInstance] => [
      `10.1.0.${index}`,
      { attributes: {} },
    ]),
  ),
  ...changes,
});
const missing = (name: string, service = 'shop.local/front'): Finding =>
  finding('InstanceMissing', {
    pod: { cluster: 'local', namespace: 'shop', name, uid: `uid-${name}` },
    ...{ service, instanceId: `10.0.0.${name}`, detail: 'missing' },
  });
/** The record of a pod that the full service refused. */
const refused = (
  name: string,
  dependsOn: 'service quota' | 'namespace quota' = 'service quota',
  service: typeof key | undefined = key,
): [string, SeenPod] => [
  `shop/${name}`,
  {
    ...seen,
    pod: aPod({ name }),
    problems: [
      {
        ...{ source: 'VirtualNode front', code: 'Refused', message: `${name} was refused`, retryable: false },
        refusal: { inputs: 'x', atMs: 0, isPermanent: false, dependsOn },
        ...(service && { waitsIn: { service, createdAt: '2026-11-21T10:00:00Z' } }),
      } as never,
    ],
  },
];
const limited = (
  findings: readonly Finding[],
  { count = 1, records = [] as readonly [string, SeenPod][], services = ['shop.local/front'] } = {},
) =>
  limitToCapacity(findings, {
    config,
    seen: new Map(records),
    services: new Map(services.map((name) => [name, viewOf(count)])),
  });
const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);

describe('pods that a full service refused', () => {
  const waiting = ['1', '2', '3'].map((name) => missing(name));
  const records = ['1', '2', '3'].map((name) => refused(name));

  it.each([
    [0, ['InstanceMissing', 'InstanceMissing', 'InstanceMissing']],
    [1, ['InstanceMissing', 'InstanceMissing', 'Refused']],
    [2, ['InstanceMissing', 'Refused', 'Refused']],
    [3, ['Refused', 'Refused', 'Refused']],
    [4, ['Refused', 'Refused', 'Refused']],
  ])('are retried as far as places are free: with %i of 3 instances, %j', (count, expected) => {
    expect(kinds(limited(waiting, { count, records }))).toEqual(expected);
  });

  it('stay refused for the recorded reason, and nothing is sent', () => {
    expect(limited([missing('1')], { count: 3, records })).toEqual([
      {
        ...{ kind: 'Refused', action: { do: 'none' }, service: 'shop.local/front', instanceId: '10.0.0.1' },
        pod: { cluster: 'local', namespace: 'shop', name: '1', uid: 'uid-1' },
        detail: '1 was refused',
      },
    ]);
  });

  it('come after the missing instances that nothing refused, wherever these are in the list', () => {
    const all = [missing('1'), missing('2'), missing('new')];
    expect(kinds(limited(all, { count: 1, records }))).toEqual([
      'InstanceMissing',
      'Refused',
      'InstanceMissing',
    ]);
    expect(kinds(limited(all, { count: 0, records }))).toEqual([
      'InstanceMissing',
      'InstanceMissing',
      'InstanceMissing',
    ]);
  });

  it('are counted for each service', () => {
    const services = ['shop.local/front', 'shop.local/back'];
    const back = { ...key, serviceName: 'back' };
    const all = [missing('1'), missing('2', 'shop.local/back'), missing('new', 'shop.local/back')];
    const known = [refused('1'), refused('2', 'service quota', back)];
    expect(kinds(limited(all, { count: 2, records: known, services }))).toEqual([
      'InstanceMissing',
      'Refused',
      'InstanceMissing',
    ]);
  });

  it.each([
    ['another quota', refused('1', 'namespace quota')],
    ['another service', refused('1', 'service quota', { ...key, serviceName: 'back' })],
    ['another namespace', refused('1', 'service quota', { ...key, namespaceName: 'other.local' })],
    ['another pod', refused('2')],
  ])('are not those of %s', (_, record) => {
    expect(kinds(limited([missing('1')], { count: 3, records: [record] }))).toEqual(['InstanceMissing']);
  });

  it('are only those whose instance is missing', () => {
    const stale = { ...missing('1'), kind: 'InstanceStale' } as const;
    expect(limited([stale, missing('2')], { count: 2, records })).toEqual([stale, missing('2')]);
    expect(limited([], { records })).toEqual([]);
  });

  it('are only those whose record has such a refusal', () => {
    const problem = {
      source: 'VirtualNode front',
      code: 'Retryable',
      message: 'busy',
      retryable: true,
    } as never;
    const unrefused: readonly SeenPod[] = [
      { ...seen, problems: undefined },
      { ...seen, problems: [problem] },
      { ...seen, problems: [{ ...(refused('1')[1].problems?.[0] as object), waitsIn: undefined } as never] },
    ];
    for (const record of unrefused)
      expect(kinds(limited([missing('1')], { count: 3, records: [['shop/1', record]] }))).toEqual([
        'InstanceMissing',
      ]);
    const [name, record] = refused('1');
    const both = { ...record, problems: [problem, ...(record.problems ?? [])] };
    expect(kinds(limited([missing('1')], { count: 3, records: [[name, both]] }))).toEqual(['Refused']);
  });

  it('of a service that was not read have all of its places', () => {
    expect(kinds(limited(waiting, { records, services: [] }))).toEqual([
      'InstanceMissing',
      'InstanceMissing',
      'InstanceMissing',
    ]);
  });
});

describe('the services with free places', () => {
  const full = { atMs: 0, quota: 'service' } as const;
  const withCapacity = (view: ServiceView) =>
    servicesWithCapacity({ config, services: new Map([['shop.local/front', view]]) }).length;

  it.each<[what: string, view: ServiceView, count: number]>([
    ['recorded as full, with a place', viewOf(2, { full }), 1],
    ['recorded as full, without one', viewOf(3, { full }), 0],
    ['recorded as full, with too many', viewOf(4, { full }), 0],
    ['not recorded as full', viewOf(0), 0],
    ['of a full namespace', viewOf(0, { full: { ...full, quota: 'namespace' } }), 0],
  ])('%s', (_, view, count) => {
    expect(withCapacity(view)).toBe(count);
  });
});
