import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { entryOf } from '../../../shared/mesh/plan/entry.ts';
import { planMesh } from '../../../shared/mesh/plan/plan.ts';
import { releasable } from '../../../shared/mesh/plan/releasable.ts';
import { meshStatusOf } from '../../../shared/mesh/plan/status.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import { aGateway, aMesh, aNamespace, aNode, aService } from '../harness/manifests.ts';
import { directoryOf } from './entries.ts';

/** With nothing that a target may leave out. */
const rules: TargetRules = {
  ...{ name: 'small', title: 'Small', claimant: 'c', nameOf: (resource) => `${resource}` },
  requestsOf: ({ id }) => [
    { key: id.name, resource: id.name, translate: () => ({ spec: { is: id.name }, dependsOn: [] }) },
  ],
};
const nothing = { resources: new Map(), objects: [] };
const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'gone' } as const;
const claimOn = (key: string, more: Partial<MeshClaim> = {}): MeshClaim => ({
  ...{ key, resource: key, sourceObject, phase: 'applied', dependsOn: [], id: `id-${key}`, revision: 1 },
  ...more,
});
const known = (...claims: readonly MeshClaim[]) => ({
  claims: new Map(claims.map((claim) => [claim.key, claim])),
  isGone: () => true,
});

describe('a target without any rule of its own', () => {
  it('has its resources ensured and released, and a status without ARNs', () => {
    const desired = desiredMesh(directoryOf(aNamespace(), aMesh(), aNode('a')), rules, () => undefined);
    const { steps, problems, blocked } = planMesh(desired, known(claimOn('b')), rules);
    const [mesh, node, release] = steps;
    expect(steps).toHaveLength(3);
    for (const [step, key] of [
      [mesh, 'shop'],
      [node, 'a'],
    ] as const)
      expect(step).toEqual({
        ...{ do: 'ensure', key, after: [], needsToExist: [], claim: undefined },
        desired: desired.resources.get(key),
      });
    expect(release).toEqual({ do: 'release', key: 'b', after: [], claim: claimOn('b') });
    expect([problems, blocked]).toEqual([new Map(), []]);
    const [plan] = desired.objects;
    const own = { ...claimOn('shop'), sourceObject: plan?.entry.id ?? sourceObject };
    const claims = new Map([
      ['shop', own],
      ['x', claimOn('x')],
    ]);
    const status = (more: object) =>
      plan &&
      meshStatusOf({ ...plan, ...more }, claims, rules, (key) => ({ reason: 'Refused', message: key }));
    expect(plan && meshStatusOf(plan, claims, rules, () => undefined)).toEqual({
      observedGeneration: 1,
      condition: { status: 'True', reason: 'Applied', message: 'Small matches the spec' },
    });
    expect(status({ isComplete: false, keys: [] })?.condition.message).toBe('shop');
  });

  it('releases nothing that refers to itself after itself', () => {
    const { steps } = planMesh(nothing, known(claimOn('a', { dependsOn: ['a', 'b'] }), claimOn('b')), rules);
    expect(steps.map(({ key, after }) => [key, after])).toEqual([
      ['a', []],
      ['b', ['a']],
    ]);
  });
});

describe('the resources that are released', () => {
  const partOf = (resource: unknown) => `${resource}`.split('/')[1];
  const of = (own: Partial<TargetRules>, ...claims: readonly MeshClaim[]) => {
    const { claims: released, problems } = releasable(nothing, known(...claims), new Map(), {
      ...rules,
      ...own,
    });
    return [[...released.keys()], [...problems].map(([key, { message }]) => [key, message])];
  };
  const staying = { isGone: ({ name }: { readonly name: string }) => name === 'gone' };
  const living = { sourceObject: { ...sourceObject, name: 'living' } };

  it('are those that nothing refers to; a part stays with what it is a part of', () => {
    const claims = [claimOn('part/a'), claimOn('a'), claimOn('b', { ...living, dependsOn: ['a'] })];
    const all = { ...known(...claims), ...staying };
    const result = (own: Partial<TargetRules>) => releasable(nothing, all, new Map(), { ...rules, ...own });
    const message = 'a cannot be deleted yet: b refers to it';
    expect(result({})).toEqual({
      claims: new Map([['part/a', claims[0]]]),
      problems: new Map([['a', { reason: 'Pending', message }]]),
    });
    expect(result({ partOf })).toEqual({
      claims: new Map(),
      problems: new Map([
        ['a', { reason: 'Pending', message }],
        ['part/a', { reason: 'Pending', message: 'part/a cannot be deleted before a' }],
      ]),
    });
  });

  it('are the parts with it, if nothing has to stay', () => {
    expect(of({ partOf }, claimOn('part/a'), claimOn('a'))).toEqual([['part/a', 'a'], []]);
    expect(of({ partOf }, claimOn('part/a'))).toEqual([['part/a'], []]);
  });
});

describe('an object of the cluster', () => {
  const object = (more: object = {}, spec: object = {}): ClusterObject =>
    ({
      ...{ apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'VirtualNode', spec },
      metadata: { name: 'a', uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: 't' },
      ...more,
    }) as ClusterObject;

  it('has the ARN of its status, and its names as texts', () => {
    const status = { meshARN: 'other', virtualNodeARN: 'own' };
    expect(entryOf(object({ status }, { awsName: 'x', meshRef: { name: 'shop' } }))).toMatchObject({
      ...{ statusArn: 'own', awsName: 'x', meshRef: 'shop', isTerminating: false, labels: {} },
      id: { kind: 'VirtualNode', namespace: '', name: 'a' },
    });
    expect(
      entryOf(object({ status: { meshARN: 'other' } }, { awsName: 1, meshRef: { name: '' } })),
    ).toMatchObject({
      ...{ statusArn: undefined, awsName: undefined, meshRef: undefined },
    });
    expect(entryOf(object({}, { meshRef: null })).meshRef).toBe(undefined);
  });

  it('has no content with a fault, its own or that of a later version', () => {
    expect(entryOf(object())).toMatchObject({ content: { kind: 'VirtualNode' }, fault: undefined });
    expect(entryOf(object(), 'later')).toMatchObject({ content: undefined, fault: 'later' });
    expect(entryOf(object({}, { x: 1 }))).toMatchObject({ content: undefined, fault: expect.any(String) });
  });

  it('is terminating once its deletion has been asked for', () => {
    const { metadata } = object();
    expect(entryOf(object({ metadata: { ...metadata, deletionTimestamp: 't' } })).isTerminating).toBe(true);
  });
});

describe('a directory of objects', () => {
  it('computes the services of a namespace and a mesh once, for each mesh', () => {
    const directory = directoryOf(aNamespace(), aMesh(), aService('a'), aService('b'));
    const services = directory.servicesOf('apps', 'shop');
    expect([...services]).toEqual(['a.apps', 'b.apps']);
    expect(directory.servicesOf('apps', 'shop')).toBe(services);
    expect([...directory.servicesOf('apps', 'depot')]).toEqual([]);
    expect([...directory.servicesOf('none', 'shop')]).toEqual([]);
  });

  it('computes the place of an object once', () => {
    const directory = directoryOf(aNamespace(), aMesh(), aGateway('in'));
    for (const entry of directory.entries) expect(directory.placeOf(entry)).toBe(directory.placeOf(entry));
  });
});
