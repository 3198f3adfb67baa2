import { describe, expect, it } from 'vitest';
import type { ObjectFacts, TargetFacts } from '../../../../shared/explain/plan/object-explained.ts';
import { explainObject } from '../../../../shared/explain/plan/object-explanation.ts';
import { desiredMesh } from '../../../../shared/mesh/plan/desired.ts';
import type { AppMeshClaim } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { type ObjectName, objectNameText } from '../../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../../../mesh/harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from '../../../mesh/harness/manifests.ts';
import { claimOn, rulesWith } from '../../../mesh/harness/rules.ts';
import { directoryOf } from '../../../mesh/plan/entries.ts';
import { nowMs } from '../../harness/pod-facts.ts';
import { place } from './object-cases.ts';

const rules = rulesWith();
const router: ObjectName = { kind: 'VirtualRouter', namespace: 'apps', name: 'cart' };
const routerKey = 'virtualRouter/shop/cart_apps';
const routeKey = 'route/shop/cart_apps/all';
const nodeKey = 'virtualNode/shop/blue_apps';
const serviceKey = 'virtualService/shop/cart.apps';
const ground = [aNamespace(), aMesh(), aNode('blue')];
const shop = [...ground, aRouter('cart', [aRoute('all', { blue: 1 })]), aService('cart', 'router/cart')];

type Claims = Readonly<Record<string, Partial<AppMeshClaim> | null>>;

/** As if all of it had been applied, with the changes of the test; null: no claim. */
function claimsOf(manifests: readonly Manifest[], changes: Claims = {}): ReadonlyMap<string, AppMeshClaim> {
  const { resources } = desiredMesh(directoryOf(...manifests), rules, () => undefined);
  const all = [...resources].map(([key, desired]) => [key, claimOn(desired)] as const);
  return new Map(
    all.flatMap(([key, claim]) => (changes[key] === null ? [] : [[key, { ...claim, ...changes[key] }]])),
  );
}

const stored = {
  object: { metadata: { uid: 'u', generation: 3, resourceVersion: '7' } },
  deleted: false,
} as never;

/** The router of the shop, which is applied, with the changes of the test. */
function explained(changes: Partial<ObjectFacts> = {}, target: Partial<TargetFacts> = {}) {
  return explainObject({
    ...{ cluster: 'local', object: router, nowMs, hasMeshTarget: true, place, stored },
    ...{ directory: directoryOf(...shop), isGone: () => false, deadLetters: [], readFailures: [] },
    targets: [{ rules, claims: claimsOf(shop), ...target }],
    ...changes,
  });
}

const withClaims = (claims: Claims) => explained({}, { claims: claimsOf(shop, claims) });
const resourceOf = (key: string, found: ReturnType<typeof explained>) =>
  found.resources.find((each) => each.key === key);

describe('a mesh object with all its facts', () => {
  it('is explained by its resources, what they refer to and what refers to them', () => {
    const applied = {
      ...{ isWanted: true, isSettled: true, phase: 'applied' },
      ...{ owner: undefined, inUse: undefined, problem: undefined, next: undefined },
    };
    const resources = [
      {
        ...{ ...applied, key: routerKey, arn: `arn:${routerKey}` },
        dependsOn: [{ key: 'mesh/shop', isThere: true }],
        neededBy: [{ key: serviceKey, object: 'VirtualService apps/cart', waits: false }],
      },
      {
        ...{ ...applied, key: routeKey, arn: `arn:${routeKey}`, neededBy: [] },
        dependsOn: [
          { key: routerKey, isThere: true },
          { key: nodeKey, isThere: true },
        ],
      },
    ];
    const target = { target: 'App Mesh', problems: [], differences: [], resources };
    expect(explained({ lastRun: { endedAtMs: 1 } })).toEqual({
      ...{ subject: 'object', cluster: 'local', object: router, nowMs, seen: 'yes', hasMeshTarget: true },
      ...{ uid: 'u', generation: 3, resourceVersion: '7', ...target },
      ...{ targets: [{ name: 'app-mesh', ...target }], lastRun: { endedAtMs: 1 } },
      ...{ deadLetters: [], readFailures: [], missingPermissions: [], writtenStatus: undefined },
      cause: { kind: 'InSync', reason: expect.any(String), advice: 'Nothing' },
    });
  });

  it.each<readonly [Partial<ObjectFacts>, string]>([
    [{}, 'yes'],
    [{ stored: undefined }, 'never'],
    [{ stored: { ...(stored as object), deleted: true } as never }, 'deleted'],
    [{ directory: undefined }, 'unknown'],
    [{ directory: undefined, stored: undefined }, 'unknown'],
  ])('was seen: %#', (facts, expected) => {
    expect(explained(facts).seen).toBe(expected);
  });

  it('has no metadata if it is not stored', () => {
    expect(Object.keys(explained({ stored: undefined }))).not.toContain('uid');
  });
});

describe('a resource of a mesh object', () => {
  it('is not there', () => {
    const found = withClaims({ [routerKey]: null });
    expect(resourceOf(routerKey, found)).toEqual({
      ...{ key: routerKey, isWanted: true, isSettled: false, next: 'ensure' },
      dependsOn: [{ key: 'mesh/shop', isThere: true }],
      neededBy: [{ key: serviceKey, object: 'VirtualService apps/cart', waits: true }],
    });
    expect(resourceOf(routeKey, found)?.dependsOn).toEqual([
      { key: routerKey, isThere: false },
      { key: nodeKey, isThere: true },
    ]);
  });

  it.each<readonly [string, Partial<AppMeshClaim>]>([
    ['it is claimed', { phase: 'claimed' }],
    ['it has no id yet', { id: undefined }],
    ['it was applied with another spec', { fingerprint: 'other' }],
    ['it was applied for another object', { sourceObject: { ...router, name: 'other' } }],
  ])('is not settled: %s', (_, claim) => {
    const found = resourceOf(routerKey, withClaims({ [routerKey]: claim }));
    expect(found).toMatchObject({ isSettled: false, next: 'ensure' });
    expect(Object.hasOwn(found ?? {}, 'phase')).toBe(claim.sourceObject === undefined);
  });

  it('is not settled if it was refused', () => {
    const { resources } = desiredMesh(directoryOf(...shop), rules, () => undefined);
    const inputsHash = resources.get(routeKey)?.inputsHash ?? '';
    const refused = { inputsHash, reason: 'Refused' as const, message: 'no' };
    const found = withClaims({ [routeKey]: { refused } });
    expect(resourceOf(routeKey, found)).toMatchObject({
      ...{ isSettled: false, next: undefined, problem: { reason: 'Refused', message: 'no' } },
    });
  });

  it('is managed by another account, or was in use', () => {
    const inUse = { runs: 1, message: 'it is in use' };
    expect(resourceOf(routerKey, withClaims({ [routerKey]: { owner: '2222', inUse } }))).toMatchObject({
      ...{ owner: '2222', inUse: 'it is in use' },
    });
  });

  it('is one that it no longer wants, after those that it wants', () => {
    const without = [...ground, aRouter('cart'), aService('cart', 'router/cart')];
    const found = explained({ directory: directoryOf(...without) });
    expect(found.resources.map(({ key, isWanted, next }) => [key, isWanted, next])).toEqual([
      [routerKey, true, undefined],
      [routeKey, false, 'release'],
    ]);
    expect(found.resources[1]?.dependsOn.map(({ key }) => key)).toEqual([routerKey, nodeKey]);
  });

  it('is all that remains of a deleted object', () => {
    const deleted = { ...(stored as object), deleted: true } as never;
    const isGone = (object: ObjectName) => objectNameText(object) === 'VirtualRouter apps/cart';
    const directory = directoryOf(...ground);
    const found = explained(
      { stored: deleted, directory, isGone },
      { claims: claimsOf(shop, { [serviceKey]: null }) },
    );
    expect(found.resources.map(({ key, isWanted }) => [key, isWanted])).toEqual([
      [routerKey, false],
      [routeKey, false],
    ]);
    expect(found.cause.kind).toBe('DeletionPending');
  });

  it('has only what is wanted if the claims could not be read', () => {
    const readFailures = [{ what: 'the claims', code: 'Unavailable' as const, message: 'down' }];
    const found = explained({ readFailures }, { claims: undefined });
    expect(found.resources.map(({ isSettled, next, phase }) => [isSettled, next, phase])).toEqual([
      [false, undefined, undefined],
      [false, undefined, undefined],
    ]);
    expect(found.cause.kind).toBe('ReadFailed');
  });

  it('has only what is claimed if the objects could not be read', () => {
    const found = explained({ directory: undefined });
    expect(found.resources.map(({ key, isWanted }) => [key, isWanted])).toEqual([
      [routerKey, false],
      [routeKey, false],
    ]);
    expect([found.problems, found.differences]).toEqual([[], []]);
  });

  it('is not planned without a mesh target', () => {
    const found = explained({ hasMeshTarget: false }, { claims: claimsOf(shop, { [routerKey]: null }) });
    expect(resourceOf(routerKey, found)).toMatchObject({ isSettled: false, next: undefined });
    expect(found.cause.kind).toBe('NoMeshTarget');
  });
});

describe('what is wrong with a mesh object', () => {
  const invalid = [...ground, aRouter('cart', [], { colour: 'x' })];

  it('is its fault, also if it is only stored', () => {
    expect(explained({ directory: directoryOf(...invalid) }).fault).toMatch(/colour/);
    const faulty = { ...(stored as object), fault: 'spec: wrong' } as never;
    expect(explained({ stored: faulty }).fault).toBe('spec: wrong');
    expect(explained({ stored: faulty, directory: directoryOf(...invalid) }).fault).toMatch(/colour/);
    expect(explained().fault).toBeUndefined();
  });

  it('is a reference that is missing, which decides', () => {
    const found = explained({ directory: directoryOf(aNamespace(), aMesh(), ...shop.slice(3)) });
    expect(found.problems.map(({ reason }) => reason)).toEqual(['ReferenceMissing']);
    expect(found.cause.kind).toBe('ReferenceMissing');
  });

  it('is of all targets together', () => {
    const istio = { ...rules, name: 'istio', title: 'Istio' } as typeof rules;
    const directory = directoryOf(aNamespace(), aMesh(), ...shop.slice(3));
    const targets = [rules, istio].map((each) => ({ rules: each, claims: claimsOf(shop) }));
    const found = explained({ targets, directory });
    expect(found.target).toBe('App Mesh and Istio');
    expect(found.targets.map(({ name, target }) => [name, target])).toEqual([
      ['app-mesh', 'App Mesh'],
      ['istio', 'Istio'],
    ]);
    expect([found.problems.length, found.resources.length]).toEqual([2, 4]);
  });
});

describe('the written status of a mesh object', () => {
  const permission = (action: string) => ({ action });
  const condition = (action: string) => ({
    ...{ status: 'False', reason: 'Refused', message: 'no', permissions: [permission(action)] },
  });
  const written = (part: object) => ({ object: router, uid: 'u', revision: 1, written: 1, ...part }) as never;

  it('is that of the object of its uid', () => {
    expect(explained({ writtenStatus: written({}) }).writtenStatus).toEqual(written({}));
    expect(explained({ writtenStatus: written({ uid: 'earlier' }) }).writtenStatus).toBeUndefined();
  });

  it('has the permissions that are missing, after those of the reads', () => {
    const failure = (action: string) => ({
      ...{ what: 'it', code: 'AccessDenied' as const, message: 'no', permission: permission(action) },
    });
    const all = written({
      mesh: { condition: condition('a:Mesh'), changedAt: 'then' },
      instances: { ...condition('a:Instances'), changedAt: 'then' },
      problem: failure('a:Write'),
    });
    expect(explained({ writtenStatus: all, readFailures: [failure('a:Read')] }).missingPermissions).toEqual(
      ['a:Read', 'a:Mesh', 'a:Instances', 'a:Write'].map(permission),
    );
    const none = written({ mesh: { condition: { status: 'True' }, changedAt: 'then' } });
    expect(explained({ writtenStatus: none }).missingPermissions).toEqual([]);
  });
});
