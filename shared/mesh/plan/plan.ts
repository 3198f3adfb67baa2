import type { MeshClaim } from '../../model/records/mesh-claim.ts';
import { listenersOf } from '../targets/app-mesh/plan/listeners.ts';
import type { MeshListener } from '../targets/app-mesh/plan/mesh-listener.ts';
import { type RouteOrder, routeOrders } from '../targets/app-mesh/plan/route-order.ts';
import { routerOf } from '../targets/app-mesh/plan/router-of.ts';
import type { DesiredMesh, DesiredResource } from './desired.ts';
import { ensurable, waitsFor } from './ensurable.ts';
import type { KnownMesh } from './known-mesh.ts';
import type { Problem } from './problem.ts';
import { releasable } from './releasable.ts';

interface AnyStep {
  readonly key: string;
  /** Keys of the steps that must end before this one starts. */
  readonly after: readonly string[];
}

/** Create or update a resource to match the desired spec. */
export interface Ensure extends AnyStep {
  readonly do: 'ensure';
  readonly desired: DesiredResource;
  readonly claim: MeshClaim | undefined;
  /** Those of `after` that must have succeeded, even if the resource they change already exists. */
  readonly awaits: readonly string[];
}

/** Delete a route that cannot be updated in place; it is recreated once its router has been updated. */
export interface Withdraw extends AnyStep {
  readonly do: 'withdraw';
  readonly desired: DesiredResource;
  readonly claim: MeshClaim;
  /** The router's new listeners. */
  readonly listeners: readonly MeshListener[];
}

/** Delete a resource of ours that no object wants any more. */
export interface Release extends AnyStep {
  readonly do: 'release';
  readonly claim: MeshClaim;
}

export type Step = Ensure | Withdraw | Release;

export interface MeshPlan {
  /** Ordered only by `after`; at most one step per key. */
  readonly steps: readonly Step[];
  /** By key, why a resource does not match the desired spec, or cannot. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Claims on unwanted resources that cannot be deleted yet. */
  readonly blocked: readonly MeshClaim[];
}

/**
 * The difference between the desired resources and the claims, as a graph of steps:
 *   wanted | claim                                           | step
 *   yes    | applied with that spec, or owned by others      | none
 *   yes    | refused with that spec                          | none, until the spec changes or all is verified
 *   yes    | none, or anything else                          | ensure, after its dependencies
 *   no     | its object is deleted, or valid and without it  | release, after its dependents
 *   no     | its object is invalid, or was never observed    | none: no object requested the deletion
 * If the listeners of a router change, `routeOrders` decides which of its routes come before it and which after.
 */
export function planMesh(desired: DesiredMesh, known: KnownMesh): MeshPlan {
  const possible = ensurable(desired.resources, known);
  const toRelease = releasable(desired, known, possible.resources);
  const { claims } = known;
  const changes = { released: toRelease.claims, claims };
  const toEnsure = withoutStranded(possible, refusedRouters(desired, possible.problems), changes);
  const orders = routeOrders({ ensured: toEnsure.resources, ...changes });
  const ensures = [...toEnsure.resources.values()].map((resource) =>
    ensureStep(resource, {
      claim: claims.get(resource.key),
      isStep: (key) => toEnsure.resources.has(key),
      dependenciesOf: (key) => desired.resources.get(key)?.dependsOn ?? [],
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

function refusedRouters(
  { resources }: DesiredMesh,
  problems: ReadonlyMap<string, Problem>,
): readonly DesiredResource[] {
  return [...problems.keys()].flatMap((key) => {
    const router = resources.get(key);
    return router?.resource.kind === 'virtualRouter' ? [router] : [];
  });
}

/** Routes wait for their router if only its new listeners, which App Mesh has refused, serve them. */
function withoutStranded(
  { resources, problems }: ReturnType<typeof ensurable>,
  routers: readonly DesiredResource[],
  changes: Pick<KnownMesh, 'claims'> & { readonly released: ReadonlyMap<string, MeshClaim> },
): ReturnType<typeof ensurable> {
  const ensured = new Map([...resources, ...routers.map((router) => [router.key, router] as const)]);
  const orders = routeOrders({ ensured, ...changes });
  const waiting = routers.flatMap(({ key }) =>
    [...(orders.get(key)?.awaiting ?? [])].map((route) => [route, waitsFor(key, problems.get(key))] as const),
  );
  const stranded = new Map(waiting);
  return {
    resources: new Map([...resources].filter(([key]) => !stranded.has(key))),
    problems: new Map([...problems, ...stranded]),
  };
}

interface StepContext {
  readonly claim: MeshClaim | undefined;
  readonly isStep: (key: string) => boolean;
  readonly dependenciesOf: (key: string) => readonly string[];
  readonly orders: Orders;
}

function ensureStep(
  desired: DesiredResource,
  { claim, isStep, dependenciesOf, orders }: StepContext,
): Ensure {
  const { key, dependsOn, resource } = desired;
  const router = routerOf(resource);
  const order = router === undefined ? undefined : orders.get(router);
  const { before = [], replaced = [] } = orders.get(key) ?? {};
  // App Mesh also validates what an unchanged dependency refers to: of a gateway route, its service's provider.
  const further = dependsOn.flatMap((dependency) => (isStep(dependency) ? [] : dependenciesOf(dependency)));
  return {
    do: 'ensure',
    key,
    after: [
      ...new Set([...dependsOn, ...further])
        .values()
        .filter((dependency) => isStep(dependency) && !(dependency === router && order?.before.has(key))),
      ...before,
      ...[...replaced].map(withdrawalOf),
    ],
    awaits: router !== undefined && order?.awaiting.has(key) ? [router] : [],
    desired,
    claim,
  };
}

/** After the dependencies of the new route, so that the route is absent as briefly as possible. */
function withdrawals(
  orders: Orders,
  ensured: ReadonlyMap<string, DesiredResource>,
  claims: KnownMesh['claims'],
): readonly Withdraw[] {
  return [...orders].flatMap(([routerKey, { replaced }]) =>
    [...replaced].flatMap((key): readonly Withdraw[] => {
      const [router, desired, claim] = [ensured.get(routerKey), ensured.get(key), claims.get(key)];
      if (router === undefined || desired === undefined || claim === undefined) return [];
      const after = desired.dependsOn.filter(
        (dependency) => dependency !== routerKey && ensured.has(dependency),
      );
      const listeners = listenersOf('virtualRouter', router.spec) ?? [];
      return [{ do: 'withdraw', key: withdrawalOf(key), after, desired, claim, listeners }];
    }),
  );
}

function withdrawalOf(key: string): string {
  return `deletion of ${key}`;
}

/** By resource key, the keys of the resources that refer to it, from the claims of the steps. */
function referrersByKey(claims: readonly (readonly [key: string, claim: MeshClaim])[]) {
  const pairs = claims.flatMap(([referrer, { dependsOn }]) =>
    dependsOn.map((dependency) => ({ dependency, referrer })),
  );
  return Map.groupBy(
    pairs.filter(({ dependency, referrer }) => dependency !== referrer),
    ({ dependency }) => dependency,
  );
}
