import { describe, expect, it } from 'vitest';
import type { ServiceView } from '../../../shared/model/service-view.ts';
import { hasAnything, mayForget } from '../../../shared/sweep/plan/used-service.ts';
import { claim, key, nowMs } from './drift.ts';

const empty: ServiceView = {
  ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true },
  ...{ instances: new Map(), claims: new Map(), underWay: new Map(), failedOperations: new Map() },
};
const claims = (cluster: string) => ({
  ...empty,
  claims: new Map([['10.0.0.1', claim({ owner: { ...claim().owner, cluster } })]]),
});
const instances = (attributes: Readonly<Record<string, string>>) => ({
  ...empty,
  instances: new Map([['10.0.0.1', { attributes }]]),
});

describe('whether a cluster has anything in a service', () => {
  it.each<[what: string, view: ServiceView, expected: boolean]>([
    ['nothing', empty, false],
    ['a claim of the cluster', claims('local'), true],
    ['a claim of another cluster', claims('other'), false],
    ['an instance of the cluster', instances({ 'k8s.io/cluster': 'local' }), true],
    ['an instance of another cluster', instances({ 'k8s.io/cluster': 'other' }), false],
    ['an instance without a cluster', instances({}), false],
  ])('%s: %#', (_, view, expected) => {
    expect(hasAnything('local', view)).toBe(expected);
  });

  it('counts each of several instances', () => {
    const view = {
      ...empty,
      instances: new Map([
        ['a', { attributes: { 'k8s.io/cluster': 'other' } }],
        ['b', { attributes: { 'k8s.io/cluster': 'local' } }],
      ]),
    };
    expect(hasAnything('local', view)).toBe(true);
  });
});

describe('a service that was used', () => {
  const twoHours = 2 * 3600_000;
  const forgets = (view: ServiceView | undefined, ageMs: number) =>
    mayForget('local', { service: key, usedAtMs: nowMs - ageMs }, view, nowMs);

  it('is remembered for two hours, whatever the clock that recorded it', () => {
    for (const age of [0, twoHours - 1, -1, 1 - twoHours]) expect(forgets(empty, age)).toBe(false);
    expect([twoHours, twoHours + 1, -twoHours].map((age) => forgets(empty, age))).toEqual([true, true, true]);
  });

  it('is forgotten later if it does not exist, or the cluster has nothing there', () => {
    expect(forgets(undefined, twoHours)).toBe(true);
    expect(forgets(undefined, twoHours - 1)).toBe(false);
    expect(forgets(claims('other'), twoHours)).toBe(true);
  });

  it('is remembered while the cluster has anything there, or an operation runs', () => {
    expect(forgets(claims('local'), twoHours)).toBe(false);
    expect(forgets(instances({ 'k8s.io/cluster': 'local' }), twoHours)).toBe(false);
    const underWay = new Map([['10.0.0.1', { id: 'op-1', type: 'deregister' as const }]]);
    expect(forgets({ ...empty, underWay }, twoHours)).toBe(false);
  });
});
