import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { planMesh } from '../../../shared/mesh/plan/plan.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter } from '../harness/manifests.ts';
import { claimOn, rulesWith } from '../harness/rules.ts';
import { directoryOf } from './entries.ts';

const ground = [aNamespace(), aMesh()];
const nodeKey = 'virtualNode/shop/a_apps';
const routeKey = 'route/shop/r_apps/x';

/** The route leads from node a to node b; node a is deleted. */
function planned(orderOf?: TargetRules['orderOf']) {
  const rules = { ...rulesWith(), ...(orderOf && { orderOf }) };
  const all = (node: string) => [...ground, aNode('b'), aRouter('r', [aRoute('x', { [node]: 1 })])];
  const desired = (node: string, ...more: ReturnType<typeof aNode>[]) =>
    desiredMesh(directoryOf(...all(node), ...more), rules, () => undefined);
  const before = desired('a', aNode('a'));
  const claims = new Map(
    [...before.resources].map(([key, each]): [string, MeshClaim] => [key, claimOn(each)]),
  );
  const isGone = ({ name }: { readonly name: string }) => name === 'a';
  return planMesh(desired('b'), { claims, isGone }, rules);
}

const stepsOf = ({ steps }: ReturnType<typeof planMesh>) =>
  steps.map(({ do: what, key, after }) => [what, key, after]);

describe('the release of a resource', () => {
  it('waits until what referred to it refers to another one', () => {
    expect(stepsOf(planned())).toEqual([
      ['ensure', routeKey, []],
      ['release', nodeKey, [routeKey]],
    ]);
  });

  it('is postponed while the change of what refers to it is blocked', () => {
    const blocked = new Map([[routeKey, { reason: 'Pending', message: 'later' } as const]]);
    const none = { after: [], notAfter: [], awaits: [] };
    const plan = planned(() => ({ blocked, preparations: [], of: () => none }));
    expect(stepsOf(plan)).toEqual([]);
    const message = `${nodeKey} cannot be deleted yet: ${routeKey} refers to it`;
    expect(plan.problems).toEqual(new Map([...blocked, [nodeKey, { reason: 'Pending', message }]]));
    expect(plan.blocked).toMatchObject([{ phase: 'applied', resource: { name: 'a_apps' } }]);
  });
});
