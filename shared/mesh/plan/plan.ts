import type { MeshClaim } from '../../model/mesh-claim.ts';
import type { MeshListener } from '../../model/mesh-listener.ts';
import type { DesiredMesh, DesiredResource } from './desired.ts';
import { ensurable } from './ensurable.ts';
import type { KnownMesh } from './known-mesh.ts';
import { listenersOf } from './listeners.ts';
import type { Problem } from './problem.ts';
import { releasable } from './releasable.ts';
import { type RouteOrder, routeOrders } from './route-order.ts';
import { routerOf } from './router-of.ts';

interface AnyStep {
  readonly key: string;
  /** Keys of the steps that must have ended before. */
  readonly after: readonly string[];
}

/** Make a resource as it is wanted, whatever is there of it. */
export interface Ensure extends AnyStep {
  readonly do: 'ensure';
  readonly desired: DesiredResource;
  readonly claim: MeshClaim | undefined;
  /** Those of `after` that must have succeeded, even where what they change is there as it was. */
  readonly awaits: readonly string[];
}

/** Delete a route that is created anew once its router has been updated, since it cannot be updated in place. */
export interface Withdraw extends AnyStep {
  readonly do: 'withdraw';
  readonly desired: DesiredResource;
  readonly claim: MeshClaim;
  /** What the router will listen on. */
  readonly listeners: readonly MeshListener[];
}

/** Delete a resource of ours that nobody wants any more. */
export interface Release extends AnyStep {
  readonly do: 'release';
  readonly claim: MeshClaim;
}

export type Step = Ensure | Withdraw | Release;

export interface MeshPlan {
  /** In no order but that of `after`; one step a key at most. */
  readonly steps: readonly Step[];
  /** By key, why a resource is not, or cannot be, as it is wanted. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Claims on what nobody wants any more and what cannot be deleted yet. */
  readonly blocked: readonly MeshClaim[];
}

/**
 * The difference between what the objects want and what the claims say there is, as a graph of steps:
 *   wanted | claim                                           | step
 *   yes    | applied with that spec, or kept by others       | none
 *   yes    | refused with that spec                          | none, until the spec changes or all is verified
 *   yes    | none, or anything else                          | ensure, after all that it needs
 *   no     | its object is gone, or sound and without it     | release, after all that needs it
 *   no     | its object is at fault, or never was heard of   | none: nobody said that it is to go
 * Where the listeners of a router change, `routeOrders` says which of its routes come before it and which after.
 */
export function planMesh(desired: DesiredMesh, known: KnownMesh): MeshPlan {
  const toEnsure = ensurable(desired.resources, known);
  const toRelease = releasable(desired, known, toEnsure.resources);
  const { claims } = known;
  const orders = routeOrders({ ensured: toEnsure.resources, released: toRelease.claims, claims });
  const ensures = [...toEnsure.resources.values()].map((resource) =>
    ensureStep(resource, {
      claim: claims.get(resource.key),
      isStep: (key) => toEnsure.resources.has(key),
      orders,
    }),
  );
  const isStep = (key: string) => toEnsure.resources.has(key) || toRelease.claims.has(key);
  const referrers = referrersByKey([...claims].filter(([key]) => isStep(key)));
  const releases = [...toRelease.claims].map(
    ([key, claim]): Release => ({
      do: 'release',
      key,
      after: (referrers.get(key) ?? []).map(({ referrer }) => referrer),
      claim,
    }),
  );
  return {
    steps: [...withdrawals(orders, toEnsure.resources, claims), ...ensures, ...releases],
    problems: new Map([...toEnsure.problems, ...toRelease.problems]),
    blocked: [...toRelease.problems.keys()].flatMap((key) => claims.get(key) ?? []),
  };
}

type Orders = ReadonlyMap<string, RouteOrder>;

interface StepContext {
  readonly claim: MeshClaim | undefined;
  readonly isStep: (key: string) => boolean;
  readonly orders: Orders;
}

function ensureStep(desired: DesiredResource, { claim, isStep, orders }: StepContext): Ensure {
  const { key, dependsOn, resource } = desired;
  const router = routerOf(resource);
  const order = router === undefined ? undefined : orders.get(router);
  const { before = [], replaced = [] } = orders.get(key) ?? {};
  return {
    do: 'ensure',
    key,
    after: [
      ...dependsOn.filter((need) => isStep(need) && !(need === router && order?.before.has(key))),
      ...before,
      ...[...replaced].map(withdrawalOf),
    ],
    awaits: router !== undefined && order?.awaiting.has(key) ? [router] : [],
    desired,
    claim,
  };
}

/** After all that the route will need, so that it is gone for as short as can be. */
function withdrawals(
  orders: Orders,
  ensured: ReadonlyMap<string, DesiredResource>,
  claims: KnownMesh['claims'],
): readonly Withdraw[] {
  return [...orders].flatMap(([routerKey, { replaced }]) =>
    [...replaced].flatMap((key): readonly Withdraw[] => {
      const [router, desired, claim] = [ensured.get(routerKey), ensured.get(key), claims.get(key)];
      if (router === undefined || desired === undefined || claim === undefined) return [];
      const after = desired.dependsOn.filter((need) => need !== routerKey && ensured.has(need));
      const listeners = listenersOf('virtualRouter', router.spec) ?? [];
      return [{ do: 'withdraw', key: withdrawalOf(key), after, desired, claim, listeners }];
    }),
  );
}

function withdrawalOf(key: string): string {
  return `deletion of ${key}`;
}

/** By key of a resource, the keys of those that refer to it, as the claims of the steps say. */
function referrersByKey(claims: readonly (readonly [key: string, claim: MeshClaim])[]) {
  const pairs = claims.flatMap(([referrer, { dependsOn }]) => dependsOn.map((need) => ({ need, referrer })));
  return Map.groupBy(
    pairs.filter(({ need, referrer }) => need !== referrer),
    ({ need }) => need,
  );
}
