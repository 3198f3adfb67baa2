import { describe, expect, it } from 'vitest';
import type { Drain, DrainedService } from '../../../shared/model/records/drain.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../shared/model/service-view.ts';
import { hasOthers } from '../../../shared/pods/plan/drained.ts';
import {
  type DrainProgress,
  drainPlanText,
  drainProgress,
  drainText,
  emptyServices,
} from '../../../shared/sweep/plan/drain-progress.ts';
import { aClaim } from '../../explain/harness/pod-facts.ts';

const drain: Drain = { sinceMs: Date.UTC(2026, 10, 21, 12), instances: 0 };
const ours = { 'k8s.io/cluster': 'local' };
const theirs = { 'k8s.io/cluster': 'other' };
const keyOf = (serviceName: string) =>
  ({ target: 'own/own', namespaceName: 'shop.local', serviceName }) as const;

interface Given {
  readonly instances?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly claims?: readonly Claim[];
  readonly underWay?: readonly string[];
}

function view(serviceName: string, { instances = {}, claims = [], underWay = [] }: Given = {}): ServiceView {
  return {
    key: keyOf(serviceName),
    instances: new Map(Object.entries(instances).map(([id, attributes]) => [id, { attributes }])),
    claims: new Map(claims.map((claim) => [claim.instanceId, claim])),
    underWay: new Map(underWay.map((id) => [id, {}])),
  } as unknown as ServiceView;
}
const viewsOf = (...views: readonly ServiceView[]) =>
  new Map(views.map((each) => [`shop.local/${each.key.serviceName}`, each]));
const progress = (views: readonly ServiceView[], drained: readonly DrainedService[] = [], before = drain) =>
  drainProgress('local', before, viewsOf(...views), drained);
const claimOf = (instanceId: string, cluster = 'local') =>
  aClaim({ instanceId, owner: { cluster, namespace: 'shop', name: 'x', uid: 'u' } });

describe('the progress of a drain', () => {
  it('counts the instances and claims of the cluster, and not those of others', () => {
    const views = [
      view('a', {
        instances: { i1: ours, i2: {}, i3: theirs, i4: {} },
        claims: [claimOf('i2'), claimOf('i4', 'other')],
      }),
      view('b', { instances: { i5: ours }, claims: [claimOf('i6')] }),
    ];
    expect(progress(views)).toMatchObject({ remaining: 3, claims: 2, instances: 3, hasEnded: false });
    expect(progress(views, [], { ...drain, instances: 40 }).instances).toBe(40);
  });

  it('keeps a service in which others have something, an instance or a claim', () => {
    const views = [
      view('a', { instances: { i1: ours, i2: theirs } }),
      view('b', { claims: [claimOf('i1'), claimOf('i2', 'other')] }),
      view('c', { instances: { i1: ours }, claims: [claimOf('i1')] }),
    ];
    const { keptServices, undecided } = progress(views);
    expect(keptServices).toEqual([
      { service: 'shop.local/a', reason: hasOthers },
      { service: 'shop.local/b', reason: hasOthers },
    ]);
    expect(undecided).toEqual(['shop.local/c']);
  });

  it('keeps a service for the reason that was found, and decides again once others have left', () => {
    const drained = [
      { service: keyOf('a'), kept: 'was made by hand' },
      { service: keyOf('b'), kept: hasOthers },
    ];
    const { keptServices, undecided } = progress([view('a'), view('b')], drained);
    expect(keptServices).toEqual([{ service: 'shop.local/a', reason: 'was made by hand' }]);
    expect(undecided).toEqual(['shop.local/b']);
  });

  it('names a service as removed once it is not there any more', () => {
    const drained = [{ service: keyOf('a') }, { service: keyOf('b') }, { service: keyOf('c'), kept: 'x' }];
    expect(progress([view('b')], drained)).toMatchObject({
      ...{ removedServices: ['shop.local/a'], undecided: ['shop.local/b'] },
    });
  });

  it('has ended when nothing is left, claimed or undecided', () => {
    expect(progress([])).toMatchObject({ hasEnded: true, since: '2026-11-21T12:00:00.000Z' });
    const kept = [{ service: keyOf('a'), kept: 'x' }];
    expect(progress([view('a')], kept).hasEnded).toBe(true);
    expect(progress([view('a', { claims: [claimOf('i')] })], kept).hasEnded).toBe(false);
    expect(progress([view('a', { instances: { i: ours } })], kept).hasEnded).toBe(false);
    expect(progress([view('a')]).hasEnded).toBe(false);
  });
});

describe('the services that a drain removes', () => {
  it('are those in which nothing is, nothing is claimed, and no operation runs', () => {
    const views = viewsOf(
      view('empty'),
      view('a', { instances: { i: theirs } }),
      view('b', { claims: [claimOf('i')] }),
      view('c', { underWay: ['i'] }),
    );
    expect(emptyServices(views).map(({ key }) => key.serviceName)).toEqual(['empty']);
  });
});

describe('the text of a drain', () => {
  const usual: DrainProgress = {
    ...{ since: '', instances: 5, remaining: 2, claims: 0, removedServices: ['a', 'b'] },
    ...{ keptServices: [], undecided: ['c'], hasEnded: false },
  };
  const kept = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ service: `s${index}`, reason: 'has x' }));

  it('says how far it is, or that it has ended', () => {
    expect(drainText('local', usual)).toBe(
      'Draining cluster local: 3 of 5 instances deregistered, 2 services removed, 0 kept. ' +
        'Sweeps continue it; the same request shows how far it is',
    );
    expect(drainText('local', { ...usual, hasEnded: true })).toBe(
      'Drained cluster local: 5 instances deregistered, 2 services removed, 0 kept',
    );
    const one = { ...usual, instances: 1, remaining: 0, removedServices: ['a'], hasEnded: true };
    expect(drainText('local', one)).toBe(
      'Drained cluster local: 1 instance deregistered, 1 service removed, 0 kept',
    );
  });

  it('names ten of the services that are kept', () => {
    expect(drainText('local', { ...usual, keptServices: kept(1) })).toContain('1 kept: s0 has x. Sweeps');
    expect(drainText('local', { ...usual, keptServices: kept(10) })).toMatch(/; s9 has x\. Sweeps/);
    expect(drainText('local', { ...usual, keptServices: kept(12) })).toMatch(
      /; s9 has x; and 2 more\. Sweeps/,
    );
  });

  it('says before it what it will do', () => {
    expect(drainPlanText('local', { ...usual, keptServices: kept(1) })).toBe(
      'Without dryRun, 2 instances are deregistered, and those of 2 services are removed that were made for ' +
        'cluster local and are empty then. Nothing is registered again until a resync with "drain": false',
    );
    const one = { ...usual, remaining: 1, undecided: [], keptServices: kept(1) };
    expect(drainPlanText('local', one)).toContain(
      '1 instance is deregistered, and the service is removed if it was made for cluster local and is empty then.',
    );
    expect(drainPlanText('local', { ...one, keptServices: [] })).toContain(
      'Without dryRun, 1 instance is deregistered. Nothing',
    );
  });
});
