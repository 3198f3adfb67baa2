import { describe, expect, it } from 'vitest';
import type { ServiceView } from '../../../../shared/model/service-view.ts';
import { Explained } from '../../../../shared/sweep/plan/findings/explained.ts';
import { finding, removedFrom } from '../../../../shared/sweep/plan/findings/finding.ts';
import { refusalsIn } from '../../../../shared/sweep/plan/findings/refusals.ts';
import { isSamePod } from '../../../../shared/sweep/plan/findings/same-pod.ts';
import { viewFinder } from '../../../../shared/sweep/plan/findings/view-finder.ts';
import { isCurrent, viewName } from '../../../../shared/sweep/plan/findings/view-name.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';
import { aPod } from '../../../fakes/objects.ts';
import { key } from '../drift.ts';

describe('the name of a service in a sweep', () => {
  const choosing = aConfig({ namespaces: [{ name: 'shop.local', id: 'ns-1' }] });

  it.each([
    ['the current place', aConfig(), key, 'shop.local/front'],
    ['the chosen namespace', choosing, { ...key, chosen: 'ns-1' }, 'shop.local/front'],
    [
      'a former place',
      aConfig(),
      { ...key, target: 'own/eu-west-1' },
      'shop.local/front in the account of the deployment and Region eu-west-1',
    ],
    [
      'a chosen namespace of a former place',
      aConfig(),
      { ...key, target: '111122223333/own', chosen: 'ns-1' },
      'shop.local/front in namespace ns-1 of account 111122223333 and the Region of the deployment',
    ],
    [
      'a namespace that is no longer chosen',
      aConfig(),
      { ...key, chosen: 'ns-1' },
      'shop.local/front in namespace ns-1',
    ],
    ['no namespace where one is chosen now', choosing, key, 'shop.local/front in the namespace of that name'],
    [
      'another namespace than is chosen now',
      choosing,
      { ...key, chosen: 'ns-2' },
      'shop.local/front in namespace ns-2',
    ],
  ] as const)('%s', (_, config, service, expected) => {
    expect(viewName(config, service)).toBe(expected);
    expect(isCurrent(config, service)).toBe(expected === 'shop.local/front');
  });
});

describe('the search for a service by its names', () => {
  const front = { serviceId: 'srv-1' } as ServiceView;
  const back = { serviceId: 'srv-2' } as ServiceView;
  const find = viewFinder(
    new Map([
      ['shop.local/front', front],
      ['shop.local/back', back],
    ]),
  );

  it('finds each one, again and again, and names those that do not exist', () => {
    for (const _ of [1, 2]) {
      expect(find('shop.local', 'front')).toEqual({ name: 'shop.local/front', service: front });
      expect(find('shop.local', 'back')).toEqual({ name: 'shop.local/back', service: back });
      expect(find('other.local', 'front')).toEqual({ name: 'other.local/front', service: undefined });
      expect(find('shop.local', 'none')).toEqual({ name: 'shop.local/none', service: undefined });
    }
    expect(find('shop.local', 'front')).toBe(find('shop.local', 'front'));
  });
});

describe('the explained instances', () => {
  it('are kept for each service', () => {
    const explained = new Explained();
    const [one, other] = [{}, {}] as [ServiceView, ServiceView];
    expect([...explained.in(one)]).toEqual([]);
    for (const id of ['a', 'b', 'a']) explained.add(one, id);
    explained.add(other, 'c');
    expect([[...explained.in(one)], [...explained.in(other)]]).toEqual([['a', 'b'], ['c']]);
  });
});

describe('refused findings', () => {
  it('are counted as deletions, but for objects that are too large', () => {
    expect(refusalsIn([])).toEqual({ deletions: 0, oversized: 0 });
    const kinds = ['InstanceStale', 'ObjectOversized', 'PodDeleted', 'ObjectDeleted', 'ObjectOversized'];
    expect(refusalsIn(kinds.map((kind) => ({ kind })))).toEqual({ deletions: 3, oversized: 2 });
  });
});

describe('a listed pod', () => {
  const pod = aPod({ node: { name: 'node-1', zone: 'a', resourceVersion: '5' } });

  it.each([
    ['with another resourceVersion', aPod({ ...pod, resourceVersion: '99' }), true],
    [
      'with another version of its node',
      { ...pod, node: { name: 'node-1', zone: 'a', resourceVersion: '6' } },
      true,
    ],
    ['with a node without a version', { ...pod, node: { name: 'node-1', zone: 'a' } }, true],
    ['in another zone', { ...pod, node: { name: 'node-1', zone: 'b', resourceVersion: '5' } }, false],
    ['without a node', { ...pod, node: undefined }, false],
    ['with another label', aPod({ ...pod, labels: { app: 'back' } }), false],
    ['with another uid', aPod({ ...pod, uid: 'uid-2' }), false],
  ])('%s: is the same pod: %#', (_, other, expected) => {
    expect(isSamePod(pod, other as typeof pod)).toBe(expected);
    expect(isSamePod(other as typeof pod, pod)).toBe(expected);
  });
});

describe('the action of a finding', () => {
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const actionOf = (...[kind, changes]: [Parameters<typeof finding>[0], object?]) =>
    finding(kind, { pod, detail: '', ...changes }).action;

  it('is that of its kind', () => {
    expect(actionOf('InstanceMissing')).toEqual({ do: 'register' });
    expect(actionOf('AttributesDrifted')).toEqual({ do: 'update' });
    expect(actionOf('InstanceAdoptable')).toEqual({ do: 'adopt' });
    expect(actionOf('InstanceOrphaned')).toEqual({ do: 'none' });
    expect(actionOf('PodOutdated')).toEqual({ do: 'reevaluate' });
    expect(actionOf('InstanceStale')).toEqual({ do: 'deregister', from: [] });
    expect(actionOf('PodDeleted')).toEqual({ do: 'retire', from: [] });
  });

  it('removes instances where it says so', () => {
    const removesFrom = ['a/b', 'a/c'];
    expect(actionOf('InstanceStale', { removesFrom })).toEqual({ do: 'deregister', from: removesFrom });
    expect(actionOf('PodDeleted', { removesFrom })).toEqual({ do: 'retire', from: removesFrom });
    expect(actionOf('OperationFailed', { removesFrom })).toEqual({ do: 'deregister', from: removesFrom });
    expect(removedFrom({ action: actionOf('PodDeleted', { removesFrom }) })).toEqual(removesFrom);
    expect(removedFrom({ action: actionOf('InstanceMissing') })).toEqual([]);
  });

  it('is none without a writer, or if the writer would reach the same result', () => {
    expect(actionOf('InstanceStale', { pod: undefined, removesFrom: ['a/b'] })).toEqual({ do: 'none' });
    expect(actionOf('InstanceMissing', { isKnown: true })).toEqual({ do: 'none' });
    expect(actionOf('ObjectDeleted', { pod: undefined, object: 'Mesh m' })).toEqual({
      do: 'retire',
      from: [],
    });
  });

  it('keeps what it is about, without the fields of the repair', () => {
    const about = { service: 'a/b', instanceId: '10.0.0.1', detail: 'missing' };
    expect(finding('InstanceMissing', { pod, ...about, isKnown: false, removesFrom: [] })).toEqual({
      ...{ kind: 'InstanceMissing', action: { do: 'register' }, pod },
      ...about,
    });
  });
});
