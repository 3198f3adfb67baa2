import { expect, it } from 'vitest';
import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { planMesh } from '../../../shared/mesh/plan/plan.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, listenersOn } from '../harness/manifests.ts';
import { claimOn, rulesWith } from '../harness/rules.ts';
import { directoryOf } from './entries.ts';

const rules = rulesWith();
const ground = [aNamespace(), aMesh()];
const desiredOf = (...manifests: readonly Manifest[]) =>
  desiredMesh(directoryOf(...manifests), rules, () => undefined);

it('a route that waits for its router keeps the node that it sends to until then', () => {
  const port = (number: number) => ({ match: { prefix: '/', port: number } });
  const before = desiredOf(
    ...ground,
    aNode('blue'),
    aRouter('r', [aRoute('x', { blue: 1 }, port(8080))], listenersOn('http/8080')),
  );
  const next = aRouter('r', [aRoute('x', { green: 1 }, port(9090))], listenersOn('http/9090'));
  const wanted = desiredOf(...ground, aNode('green'), next);
  const [router, route] = ['virtualRouter/shop/r_apps', 'route/shop/r_apps/x'];
  const claims = new Map(
    [...before.resources].map(([key, desired]): [string, MeshClaim] => [key, claimOn(desired)]),
  );
  const claim = claims.get(router);
  const inputsHash = wanted.resources.get(router)?.inputsHash ?? '';
  if (claim === undefined) throw new Error('the router was applied');
  const refused = { inputsHash, reason: 'Refused', message: 'no listener' } as const;
  claims.set(router, { ...claim, fingerprint: undefined, refused });
  const plan = planMesh(wanted, { claims, isGone: () => true }, rules);
  expect(plan.problems.get(route)?.waitsFor).toBe(router);
  expect(plan.steps.map(({ do: what, key }) => `${what} ${key}`)).toEqual([
    'ensure virtualNode/shop/green_apps',
  ]);
  expect(plan.problems.get('virtualNode/shop/blue_apps')).toEqual({
    reason: 'Pending',
    message: `virtualNode/shop/blue_apps cannot be deleted yet: ${route} refers to it`,
  });
});
