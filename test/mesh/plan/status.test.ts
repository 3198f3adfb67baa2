import { describe, expect, it } from 'vitest';
import type { ObjectPlan } from '../../../shared/mesh/plan/resource.ts';
import { meshStatusOf, statusPatch } from '../../../shared/mesh/plan/status.ts';
import type { AppMeshClaim } from '../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { meshKinds } from '../../../shared/model/kubernetes.ts';
import { aRouter } from '../harness/manifests.ts';
import { rulesWith } from '../harness/rules.ts';
import { directoryOf } from './entries.ts';

const [entry] = directoryOf(aRouter('r')).entries;
if (entry === undefined) throw new Error('there is a router');
const router = 'virtualRouter/shop/r_apps';
const route = 'route/shop/r_apps/x';
const plan: ObjectPlan = { entry, keys: [router, route], problems: [], differences: [], isComplete: true };
const claim = (changes: Partial<AppMeshClaim> = {}): AppMeshClaim => ({
  key: router,
  ...{ resource: { kind: 'virtualRouter', meshName: 'shop', name: 'r_apps' }, sourceObject: entry.id },
  ...{ phase: 'applied', dependsOn: [], id: 'arn:r', revision: 1 },
  ...changes,
});
const part: Partial<AppMeshClaim> = {
  key: route,
  resource: { kind: 'route', meshName: 'shop', parentName: 'r_apps', name: 'x' },
  id: 'arn:x',
};
const other = { kind: 'VirtualRouter', namespace: 'apps', name: 'other' } as const;
const none = () => undefined;
const statusWith = (
  claims: readonly (readonly [string, AppMeshClaim])[],
  changes: Partial<ObjectPlan> = {},
) => meshStatusOf({ ...plan, ...changes }, new Map(claims), rulesWith(), none);
const applied = { status: 'True', reason: 'Applied', message: 'App Mesh matches the spec' } as const;

describe('the status of an object', () => {
  it('the status of an object is Applied with all ARNs when all of it is there', () => {
    expect(
      statusWith([
        [router, claim()],
        [route, claim(part)],
      ]),
    ).toEqual({
      ...{ observedGeneration: 1, arn: 'arn:r', routeArns: { x: 'arn:x' } },
      condition: applied,
    });
  });

  it.each<readonly [what: string, routeClaim: Partial<AppMeshClaim>]>([
    ['under way', { phase: 'claimed' }],
    ['without an ARN', { id: undefined }],
    ['another object’s', { sourceObject: other }],
  ])('the status of an object is Pending when a part is %s', (_, changes) => {
    expect(
      statusWith([
        [router, claim()],
        [route, claim({ ...part, ...changes })],
      ]),
    ).toMatchObject({
      arn: 'arn:r',
      condition: { status: 'False', reason: 'Pending', message: `${route} has not been applied yet` },
    });
  });

  it('the ARN of an object is null if its resource is another’s, and absent if nothing is known', () => {
    expect(statusWith([[router, claim({ sourceObject: other })]]).arn).toBeNull();
    expect(statusWith([]).arn).toBeUndefined();
    expect(statusWith([[router, claim({ id: undefined })]]).arn).toBeUndefined();
  });

  it('the status of an object that cannot be read reports its faults, and the ARNs that it has', () => {
    const invalid = {
      keys: [],
      isComplete: false,
      problems: [{ reason: 'Invalid', message: 'spec: no' }],
    } as const;
    const claims = [
      [route, claim(part)],
      [router, claim()],
      ['x', claim({ sourceObject: other, id: 'arn:o' })],
    ] as const;
    expect(statusWith(claims, invalid)).toEqual({
      ...{ observedGeneration: 1, arn: 'arn:r', routeArns: { x: 'arn:x' } },
      condition: { status: 'False', reason: 'Invalid', message: 'spec: no' },
    });
  });

  it('the status of an object has each message once, the first reason for all, and no more than a terminal shows', () => {
    const problems = [
      { reason: 'ReferenceMissing', message: 'a' },
      { reason: 'NameTaken', message: 'b' },
      { reason: 'NameTaken', message: 'a' },
    ] as const;
    const claims = [
      [router, claim()],
      [route, claim(part)],
    ] as const;
    expect(statusWith(claims, { problems }).condition).toEqual({
      status: 'False',
      reason: 'ReferenceMissing',
      message: 'a\nb',
    });
    const long = [{ reason: 'Invalid', message: 'x'.repeat(5_000) }] as const;
    expect(statusWith(claims, { problems: long }).condition.message).toMatch(/^x{999}…$/);
  });

  it('the status of an object that others manage says who', () => {
    const claims = [
      [router, claim({ owner: 'cluster other' })],
      [route, claim(part)],
    ] as const;
    expect(statusWith(claims).condition).toEqual({
      status: 'True',
      reason: 'OwnedByOther',
      message: 'Managed by cluster other; arn:r is used read-only',
    });
  });
});

describe('the patch of a status', () => {
  const changedAt = '2026-11-21T10:00:00Z';
  const received = (changes: object) => ({
    observedGeneration: 2,
    condition: applied,
    changedAt,
    ...changes,
  });
  const condition = (kind: string) => ({ type: `${kind}Active`, lastTransitionTime: changedAt, ...applied });

  it.each(meshKinds)(
    'the patch of the status of a %s has its ARN, its generation and its condition',
    (kind) => {
      const field = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}ARN`;
      expect(statusPatch({ kind, namespace: '', name: 'x' }, { mesh: received({ arn: 'arn:x' }) })).toEqual({
        ...(kind !== 'BackendGroup' && { [field]: 'arn:x' }),
        observedGeneration: 2,
        conditions: [condition(kind)],
      });
    },
  );

  it('the patch of a status removes an ARN that is another’s, and leaves what is not known', () => {
    const mesh = (changes: object) =>
      statusPatch({ ...other, kind: 'VirtualRouter' }, { mesh: received(changes) });
    expect(mesh({ arn: null, routeArns: { x: 'arn:x', y: null } })).toMatchObject({
      virtualRouterARN: null,
      routeARNs: { x: 'arn:x', y: null },
    });
    expect(mesh({})).not.toHaveProperty('virtualRouterARN');
    expect(mesh({})).not.toHaveProperty('routeARNs');
  });

  it('the patch of a status has both conditions, since a list is replaced as a whole', () => {
    const instances = { status: 'True', reason: 'AllRegistered', message: '2', changedAt } as const;
    const node = { kind: 'VirtualNode', namespace: 'apps', name: 'a' } as const;
    const types = (patch: object) =>
      (patch as { conditions: { type: string }[] }).conditions.map(({ type }) => type);
    expect(types(statusPatch(node, { mesh: received({}), instances }))).toEqual([
      'VirtualNodeActive',
      'CloudMapInstancesRegistered',
    ]);
    expect(types(statusPatch(node, { instances }))).toEqual(['CloudMapInstancesRegistered']);
  });
});
