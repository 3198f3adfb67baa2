import { describe, expect, it } from 'vitest';
import { statedByOthers } from '../../../shared/mesh/plan/differences.ts';
import { mergedStatus } from '../../../shared/mesh/plan/merged-status.ts';
import { objectResourceKey } from '../../../shared/mesh/plan/object-resource.ts';
import { perDirectory, perObject } from '../../../shared/mesh/plan/per-directory.ts';
import { type Problem, waitsFor } from '../../../shared/mesh/plan/problem.ts';
import type { Difference, ObjectPlan } from '../../../shared/mesh/plan/resource.ts';
import { isHeldBy, meshStatusOf } from '../../../shared/mesh/plan/status.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import type { MeshStatus } from '../../../shared/model/records/mesh-status.ts';
import { aBackendGroup, aNode } from '../harness/manifests.ts';
import { rulesWith } from '../harness/rules.ts';
import { directoryOf } from './entries.ts';

const [node, group] = directoryOf(aNode('a'), aBackendGroup('a', [])).entries;
if (node === undefined || group === undefined) throw new Error('there are two objects');
const claim: MeshClaim = {
  ...{ key: 'k', resource: { kind: 'virtualNode', meshName: 'shop', name: 'a' }, sourceObject: node.id },
  ...{ phase: 'applied', dependsOn: [], id: 'arn:k', revision: 1 },
};
const difference = (path: string, more: Partial<Difference> = {}): Difference => ({
  ...{ path, effect: 'differs', message: 'not here', instead: 'nothing', ...more },
});

function conditionOf(plan: Partial<ObjectPlan>, own: Partial<MeshClaim> = {}) {
  const all = { entry: node, keys: ['k'], problems: [], differences: [], isComplete: true, ...plan };
  const { condition } = meshStatusOf(
    all as ObjectPlan,
    new Map([['k', { ...claim, ...own }]]),
    rulesWith(),
    () => undefined,
  );
  return condition;
}

describe('the condition of an object that is applied', () => {
  it('of a backend group says that its virtual services exist', () => {
    expect(conditionOf({ entry: group, keys: [] })).toEqual({
      ...{ status: 'True', reason: 'Applied', message: 'all referenced virtual services exist' },
    });
  });

  it('names who else owns its resource', () => {
    expect(conditionOf({}, { owner: 'the account 1' })).toEqual({
      ...{ status: 'True', reason: 'OwnedByOther' },
      message: 'Managed by the account 1; arn:k is used read-only',
    });
  });

  it('lists the differences, first those on which its owner has to act', () => {
    const [a, b] = [difference('a'), difference('b', { reason: 'Unsupported' })];
    const c = difference('c', { object: { kind: 'VirtualNode', namespace: 'apps', name: 'other' } });
    const lines = (...paths: readonly string[]) =>
      [
        'App Mesh matches the spec, except:',
        ...paths.map((path) => `${path}: not here; instead: nothing`),
      ].join('\n');
    for (const differences of [
      [a, b],
      [b, a],
    ])
      expect(conditionOf({ differences })).toEqual({
        ...{ status: 'True', reason: 'Unsupported', message: lines('b', 'a') },
      });
    expect(conditionOf({ differences: [a, c] })).toEqual({
      ...{ status: 'True', reason: 'Applied', message: lines('a', 'VirtualNode apps/other c') },
    });
    expect(conditionOf({})).toEqual({
      status: 'True',
      reason: 'Applied',
      message: 'App Mesh matches the spec',
    });
  });
});

describe('the condition of an object with problems', () => {
  const problem = (message: string, more: Partial<Problem> = {}): Problem => ({
    ...{ reason: 'Refused', message, ...more },
  });

  it('has the first reason, each message once, and the permissions that are missing', () => {
    const permission = { action: 'appmesh:CreateMesh' };
    const problems = [
      problem('a'),
      problem('b', { reason: 'Invalid', permission }),
      problem('a', { permission }),
    ];
    expect(conditionOf({ problems })).toEqual({
      ...{ status: 'False', reason: 'Refused', message: 'a\nb', permissions: [permission] },
    });
    expect(conditionOf({ problems: [problem('a')] })).toEqual({
      status: 'False',
      reason: 'Refused',
      message: 'a',
    });
  });

  it.each([
    [1000, 'x'.repeat(1000)],
    [1001, `${'x'.repeat(999)}…`],
  ])('is at most 1,000 characters: of %d', (length, message) => {
    expect(conditionOf({ problems: [problem('x'.repeat(length))] }).message).toBe(message);
  });
});

it.each([
  [{}, true],
  [{ name: 'b' }, false],
  [{ namespace: 'far' }, false],
  [{ kind: 'VirtualService' as const }, false],
])('a claim of an object that differs by %j is held by it: %j', (change, expected) => {
  expect(isHeldBy({ ...node.id, ...change }, claim)).toBe(expected);
});

it.each([
  [undefined, { message: 'waits for k' }],
  [{ reason: 'Refused', message: 'no' }, { message: 'waits for k: no' }],
  [
    { reason: 'Refused', message: 'no', permission: { action: 'a:B' } },
    { message: 'waits for k: no', permission: { action: 'a:B' } },
  ],
] as const)('what waits because of %j is pending', (cause, expected) => {
  expect(waitsFor('k', cause)).toStrictEqual({ reason: 'Pending', waitsFor: 'k', ...expected });
});

it('differences are stated by the resources of others, not by the own ones of an object', () => {
  const [a, b] = [node.id, { ...node.id, name: 'b' }];
  const about = (object: typeof a, path: string) => difference(path, { object });
  const plans = [
    {
      entry: { id: a },
      differences: [difference('own'), about(a, 'own, too'), about(b, 'x'), about(b, 'x')],
    },
    { entry: { id: b }, differences: [about(b, 'y')] },
  ];
  expect(statedByOthers(plans)).toEqual(new Map([['VirtualNode apps/b', [about(b, 'x')]]]));
});

describe('the status of an object in several targets', () => {
  const targets = [
    { name: 'one', title: 'One' },
    { name: 'two', title: 'Two' },
  ];
  const status = (message: string, more: Partial<MeshStatus['condition']> = {}): MeshStatus => ({
    condition: { status: 'True', reason: 'Applied', message, ...more },
  });
  const permission = { action: 'a:B' };

  it('is pending without a target, that of the only one, or the one that is not known', () => {
    const notYet = { status: 'False', reason: 'Pending', message: 'has not been reconciled yet' };
    expect(mergedStatus([], {})).toEqual({ condition: notYet });
    expect(mergedStatus(targets.slice(0, 1), {})).toEqual({ condition: notYet });
    expect(mergedStatus(targets.slice(0, 1), { one: status('a'), two: status('b') })).toEqual(status('a'));
  });

  it('has the permissions that are missing in any of them, each once', () => {
    const failed = status('a', { status: 'False', reason: 'Refused', permissions: [permission] });
    const other = status('b', { permissions: [permission, { action: 'c:D' }] });
    expect(mergedStatus(targets, { one: failed, two: other }).condition).toEqual({
      ...{ status: 'False', reason: 'Refused', message: 'One: a; Two: b' },
      permissions: [permission, { action: 'c:D' }],
    });
    expect(mergedStatus(targets, { one: status('a'), two: status('a') }).condition).toEqual(
      status('a').condition,
    );
  });
});

it('a value is computed once for each directory, and for each object of it', () => {
  const [one, two] = [directoryOf(), directoryOf()];
  let computed = 0;
  const count = perDirectory(() => ++computed);
  expect([count(one), count(one), count(two), count(one)]).toEqual([1, 1, 2, 1]);
  const each = perObject<string, { readonly value: number }>();
  const of = (directory: typeof one, key: string) =>
    each(directory, key, () => ({ value: ++computed })).value;
  expect([of(one, 'a'), of(one, 'a'), of(one, 'b'), of(two, 'a'), of(one, 'b')]).toEqual([3, 3, 4, 5, 4]);
});

it.each([
  ['apps', 'VirtualService/apps/cart'],
  ['', 'VirtualService/cart'],
])('an object of the namespace %j has the key %s', (namespace, key) => {
  expect(objectResourceKey({ group: 'g', kind: 'VirtualService', namespace, name: 'cart' })).toBe(key);
});
