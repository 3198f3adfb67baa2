import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { planMesh } from '../../../shared/mesh/plan/plan.ts';
import type { DesiredMesh } from '../../../shared/mesh/plan/resource.ts';
import type { MeshPlan } from '../../../shared/mesh/plan/steps.ts';
import type { AppMeshClaim } from '../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { resourceKey } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { type MeshClaim, type ObjectName, objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  aService,
  listenersOn,
  routeOn,
} from '../harness/manifests.ts';
import { claimOn, rulesWith } from '../harness/rules.ts';
import { directoryOf } from './entries.ts';

const rules = rulesWith();
const ground = [aNamespace(), aMesh()];
const nobody = () => undefined;

function desiredOf(...manifests: readonly Manifest[]): DesiredMesh {
  return desiredMesh(directoryOf(...manifests), rules, nobody);
}

/** As if all of it had been applied. */
function claimsOf({ resources }: DesiredMesh): Map<string, MeshClaim> {
  return new Map([...resources].map(([key, desired]) => [key, claimOn(desired)]));
}

const node: ObjectName = { kind: 'VirtualNode', namespace: 'apps', name: 'a' };
const nodeKey = 'virtualNode/shop/a_apps';

/** What is to be done with the node `a`, of which the claim is changed, and which is wanted or not. */
function stepFor(
  change: Partial<AppMeshClaim> | null,
  wanted: 'wanted' | 'gone' | 'unheard of' | 'at fault' | 'in no mesh',
) {
  const all = desiredOf(...ground, aNode('a'));
  const claims = claimsOf(all);
  const before = claims.get(nodeKey);
  if (before === undefined) throw new Error('the node was applied');
  if (change === null) claims.delete(nodeKey);
  else claims.set(nodeKey, { ...before, ...change });
  const manifests = {
    wanted: [...ground, aNode('a')],
    gone: ground,
    'unheard of': ground,
    'at fault': [...ground, aNode('a', { colour: 'x' })],
    'in no mesh': [aNamespace('apps', {}), aMesh(), aNode('a')],
  }[wanted];
  const isGone = (sourceObject: ObjectName) =>
    wanted === 'gone' && objectNameText(sourceObject) === objectNameText(node);
  const { steps } = planMesh(desiredOf(...manifests), { claims, isGone }, rules);
  return steps.map((step) => `${step.do} ${step.key}`).join() || 'nothing';
}

const inputsHash = desiredOf(...ground, aNode('a')).resources.get(nodeKey)?.inputsHash ?? '';
const refused = (of: string) => ({ inputsHash: of, reason: 'Refused', message: 'no' }) as const;
const unknown = { phase: 'claimed', arn: undefined, fingerprint: undefined } as const;
const ensure = `ensure ${nodeKey}`;
const release = `release ${nodeKey}`;

describe('the step for a resource', () => {
  it.each<
    readonly [what: string, Partial<AppMeshClaim> | null, wanted: Parameters<typeof stepFor>[1], string]
  >([
    ['applied', {}, 'wanted', 'nothing'],
    ['applied with another spec', { fingerprint: 'other' }, 'wanted', ensure],
    ['applied, nobody knows with what', { fingerprint: undefined }, 'wanted', ensure],
    ['applied for another object', { sourceObject: { ...node, name: 'other' } }, 'wanted', ensure],
    ['under way', { phase: 'claimed' }, 'wanted', ensure],
    ['about to go', { phase: 'releasing' }, 'wanted', ensure],
    ['not there', unknown, 'wanted', ensure],
    ['never heard of', null, 'wanted', ensure],
    ['kept by others', { owner: 'cluster other', fingerprint: undefined }, 'wanted', 'nothing'],
    ['refused as it is', { ...unknown, refused: refused(inputsHash) }, 'wanted', 'nothing'],
    ['refused otherwise', { ...unknown, refused: refused('other') }, 'wanted', ensure],
    ['applied', {}, 'gone', release],
    ['under way', unknown, 'gone', release],
    ['kept by others', { owner: 'cluster other' }, 'gone', release],
    ['refused', { ...unknown, refused: refused(inputsHash) }, 'gone', release],
    ['applied', {}, 'unheard of', 'nothing'],
    ['under way', unknown, 'unheard of', 'nothing'],
    ['about to go', { phase: 'releasing' }, 'unheard of', release],
    ['applied', {}, 'at fault', 'nothing'],
    ['about to go', { phase: 'releasing' }, 'at fault', 'nothing'],
    ['applied', {}, 'in no mesh', 'nothing'],
    ['never heard of', null, 'gone', 'nothing'],
  ])('the step for a resource that is %s (%j), its object %s: %s', (_, change, wanted, expected) => {
    expect(stepFor(change, wanted)).toBe(expected);
  });
});

describe('the order of steps', () => {
  const orderOf = ({ steps }: MeshPlan) =>
    Object.fromEntries(steps.map(({ key, after }) => [key, [...after].sort()]));

  it('the order of steps makes what is needed first, and waits for nothing else', () => {
    const desired = desiredOf(...anExample());
    const plan = planMesh(desired, { claims: new Map(), isGone: () => false }, rules);
    expect(orderOf(plan)).toEqual({
      'mesh/shop': [],
      'virtualNode/shop/blue_apps': ['mesh/shop'],
      'virtualNode/shop/front_apps': ['mesh/shop'],
      'virtualNode/shop/green_apps': ['mesh/shop'],
      'virtualRouter/shop/color_apps': ['mesh/shop'],
      'route/shop/color_apps/mixed': [
        'virtualNode/shop/blue_apps',
        'virtualNode/shop/green_apps',
        'virtualRouter/shop/color_apps',
      ],
      'route/shop/color_apps/only-blue': ['virtualNode/shop/blue_apps', 'virtualRouter/shop/color_apps'],
      'virtualService/shop/color.apps': ['mesh/shop', 'virtualRouter/shop/color_apps'],
      'virtualService/shop/front.example.com': ['mesh/shop', 'virtualNode/shop/front_apps'],
      'virtualGateway/shop/entry_apps': ['mesh/shop'],
      'gatewayRoute/shop/entry_apps/front_apps': [
        'virtualGateway/shop/entry_apps',
        'virtualService/shop/front.example.com',
      ],
    });
  });

  it('the order of steps deletes in the reverse', () => {
    const desired = desiredOf(...anExample());
    const claims = claimsOf(desired);
    const made = orderOf(planMesh(desired, { claims: new Map(), isGone: () => false }, rules));
    const deleted = orderOf(planMesh(desiredOf(), { claims, isGone: () => true }, rules));
    const reversed = Object.keys(made).map((key) => [
      key,
      Object.keys(made)
        .filter((other) => made[other]?.includes(key))
        .sort(),
    ]);
    expect(deleted).toEqual(Object.fromEntries(reversed));
  });

  it('a change waits for no more than what changes with it', () => {
    const before = desiredOf(
      ...ground,
      aNode('a'),
      aRouter('r', [aRoute('x', { a: 1 })]),
      aService('s', 'router/r'),
    );
    const after = desiredOf(
      ...ground,
      aNode('a'),
      aRouter('r', [aRoute('x', { a: 2 })]),
      aService('s', 'router/r'),
    );
    const plan = planMesh(after, { claims: claimsOf(before), isGone: () => false }, rules);
    expect(orderOf(plan)).toEqual({ 'route/shop/r_apps/x': [] });
  });

  // App Mesh checks a gateway route against the listeners of what provides its service.
  it('a change waits for what changes behind an unchanged dependency', () => {
    const several = listenersOn('http/8080', 'http/9090');
    const before = desiredOf(...ground, aGateway('g'), aService('s', 'node/a'), aNode('a', several));
    const route = aGatewayRoute('r', 's');
    const wanted = desiredOf(...ground, aGateway('g'), aService('s', 'node/a'), aNode('a'), route);
    const plan = planMesh(wanted, { claims: claimsOf(before), isGone: () => false }, rules);
    expect(orderOf(plan)).toEqual({
      'virtualNode/shop/a_apps': [],
      'gatewayRoute/shop/g_apps/r_apps': ['virtualNode/shop/a_apps'],
    });
    expect(plan.steps.map((step) => 'needsToExist' in step && step.needsToExist)).toEqual([
      [],
      ['virtualNode/shop/a_apps'],
    ]);
  });

  it('a route for listeners that App Mesh refused waits for its router', () => {
    const routes = [routeOn('old', 'http/8080')];
    const base = [...ground, aNode('blue')];
    const claims = claimsOf(desiredOf(...base, aRouter('r', routes, listenersOn('http/8080'))));
    const next = aRouter('r', [...routes, routeOn('new', 'http/9090')], listenersOn('http/9090'));
    const wanted = desiredOf(...base, next);
    const router = 'virtualRouter/shop/r_apps';
    const claim = claims.get(router);
    const inputsHash = wanted.resources.get(router)?.inputsHash ?? '';
    if (claim === undefined) throw new Error('the router was applied');
    const refused = { inputsHash, reason: 'Refused', message: 'no listener' } as const;
    claims.set(router, { ...claim, fingerprint: undefined, refused });
    const plan = planMesh(wanted, { claims, isGone: () => false }, rules);
    expect(orderOf(plan)).toEqual({});
    expect(plan.problems.get('route/shop/r_apps/new')).toEqual({
      reason: 'Pending',
      message: `waits for ${router}: no listener`,
      waitsFor: router,
    });
  });

  it('the order of steps has no circles, whatever listeners a router has', () => {
    const listeners = [8080, 2].map((port) => ({ portMapping: { port, protocol: 'http' } }));
    const port = (number: number) => ({ match: { prefix: '/', port: number } });
    const before = desiredOf(
      ...ground,
      aNode('a'),
      aRouter('r', [aRoute('old', { a: 1 }), aRoute('kept', { a: 1 })]),
    );
    const routes = [aRoute('kept', { a: 1 }, port(8080)), aRoute('new', { a: 1 }, port(2))];
    const after = desiredOf(...ground, aNode('a'), aRouter('r', routes, { listeners }));
    const plan = planMesh(after, { claims: claimsOf(before), isGone: () => false }, rules);
    expect(orderOf(plan)).toEqual({
      'virtualRouter/shop/r_apps': ['route/shop/r_apps/kept', 'route/shop/r_apps/old'],
      'route/shop/r_apps/kept': [],
      'route/shop/r_apps/old': [],
      'route/shop/r_apps/new': ['virtualRouter/shop/r_apps'],
    });
  });

  it('the order of steps deletes a route that no listener serves both as it is and as it will be, once its new node is there', () => {
    const before = desiredOf(...ground, aNode('blue'), aRouter('r', [routeOn('x', 'http')]));
    const router = aRouter('r', [routeOn('x', 'grpc')], listenersOn('grpc/8080'));
    const claims = claimsOf(before);
    claims.delete('virtualNode/shop/blue_apps');
    const after = desiredOf(...ground, aNode('blue'), router);
    const plan = planMesh(after, { claims, isGone: () => false }, rules);
    const deletion = 'deletion of route/shop/r_apps/x';
    expect(orderOf(plan)).toEqual({
      'virtualNode/shop/blue_apps': [],
      [deletion]: ['virtualNode/shop/blue_apps'],
      'virtualRouter/shop/r_apps': [deletion],
      'route/shop/r_apps/x': ['virtualNode/shop/blue_apps', 'virtualRouter/shop/r_apps'],
    });
  });
});

describe('what cannot be done', () => {
  it('what cannot be done says what it waits for, and why that is', () => {
    const desired = desiredOf(
      ...ground,
      aNode('a'),
      aService('s', 'node/a'),
      aGateway('g'),
      aGatewayRoute('r', 's'),
    );
    const claims = new Map([...claimsOf(desired)].filter(([key]) => key === 'mesh/shop'));
    const { steps, problems } = planMesh(
      desired,
      { claims, isGone: () => false },
      rulesWith({ virtualNodes: 0 }),
    );
    expect(steps.map(({ key }) => key)).toEqual(['virtualGateway/shop/g_apps']);
    const room =
      '"a_apps" was not created: mesh "shop" has reached the quota virtualNodes of 0 virtual nodes';
    expect(problems.get('virtualNode/shop/a_apps')?.message).toContain(room);
    expect(problems.get('virtualService/shop/s.apps')?.message).toContain(
      `waits for virtualNode/shop/a_apps: ${room}`,
    );
    expect(problems.get('gatewayRoute/shop/g_apps/r_apps')?.message).toContain(
      'waits for virtualService/shop/s.apps: waits for virtualNode/shop/a_apps',
    );
  });

  it('what cannot be done keeps what is referred to, and what that refers to, with who does', () => {
    const all = [...ground, aNode('a'), aService('s', 'node/a'), aGateway('g'), aGatewayRoute('r', 's')];
    const claims = claimsOf(desiredOf(...all));
    const route = aGatewayRoute('r', 's');
    const left = desiredOf(...ground, aGateway('g'), { ...route, spec: { ...route.spec, colour: 'x' } });
    const { steps, problems } = planMesh(left, { claims, isGone: () => true }, rules);
    expect(steps).toEqual([]);
    expect(Object.fromEntries(problems)).toEqual({
      'virtualService/shop/s.apps': {
        reason: 'Pending',
        message:
          'virtualService/shop/s.apps cannot be deleted yet: gatewayRoute/shop/g_apps/r_apps refers to it',
      },
      'virtualNode/shop/a_apps': {
        reason: 'Pending',
        message: 'virtualNode/shop/a_apps cannot be deleted yet: virtualService/shop/s.apps refers to it',
      },
    });
  });

  it('what cannot be done counts what is there of others and of the quota’s own place only', () => {
    const kept = { resource: { kind: 'mesh', meshName: 'x', name: 'x' }, owner: 'cluster other' } as const;
    const base = claimsOf(desiredOf(aMesh({}, 'first')));
    const first = [...base.values()][0];
    if (first === undefined) throw new Error('one mesh is there');
    const claims = new Map([...base, [resourceKey(kept.resource), { ...first, ...kept }]]);
    const desired = desiredOf(aMesh({}, 'first'), aMesh({}, 'second'));
    const plan = (meshes: number) =>
      planMesh(desired, { claims, isGone: () => false }, rulesWith({ meshes })).steps.flatMap((step) =>
        step.do === 'ensure' ? step.key : [],
      );
    expect(plan(2)).toEqual(['mesh/second']);
    expect(plan(1)).toEqual([]);
  });
});
