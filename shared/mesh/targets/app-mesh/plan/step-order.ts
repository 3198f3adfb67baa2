import { waitsFor } from '../../../plan/problem.ts';
import type { Changes, StepOrder } from '../../../plan/target-rules.ts';
import type { AppMeshClaim, AppMeshDesired, Withdraw } from './app-mesh-claim.ts';
import { listenersOf } from './listeners.ts';
import { type RouteOrder, routeOrders } from './route-order.ts';
import { routerOf } from './router-of.ts';

type Orders = ReadonlyMap<string, RouteOrder>;

/** If the listeners of a router change: which of its routes come before it and which after (`routeOrders`). */
export function stepOrder(changes: Changes<AppMeshClaim>): StepOrder {
  const blocked = stranded(changes);
  const { ensured } = changes;
  const orders = routeOrders(changes);
  return {
    blocked,
    preparations: withdrawals(orders, ensured, changes.claims),
    of: (key) => orderOf(key, orders, ensured.get(key)),
  };
}

/** Routes wait for their router if only its new listeners, which App Mesh has refused, serve them. */
function stranded(changes: Changes<AppMeshClaim>): StepOrder['blocked'] {
  const { wanted, problems } = changes;
  const routers = [...problems.keys()].flatMap((key) => {
    const router = wanted.get(key);
    return router?.resource.kind === 'virtualRouter' ? [router] : [];
  });
  const ensured = new Map([...changes.ensured, ...routers.map((router) => [router.key, router] as const)]);
  const orders = routeOrders({ ...changes, ensured });
  const waiting = routers.flatMap(({ key }) =>
    [...(orders.get(key)?.awaiting ?? [])].map((route) => [route, waitsFor(key, problems.get(key))] as const),
  );
  return new Map(waiting);
}

function orderOf(
  key: string,
  orders: Orders,
  desired: AppMeshDesired | undefined,
): ReturnType<StepOrder['of']> {
  const router = desired && routerOf(desired.resource);
  const order = router === undefined ? undefined : orders.get(router);
  const { before = [], replaced = [] } = orders.get(key) ?? {};
  return {
    after: [...before, ...[...replaced].map(withdrawalOf)],
    notAfter: router !== undefined && order?.before.has(key) ? [router] : [],
    awaits: router !== undefined && order?.awaiting.has(key) ? [router] : [],
  };
}

/** After the dependencies of the new route, so that the route is absent as briefly as possible. */
function withdrawals(
  orders: Orders,
  ensured: ReadonlyMap<string, AppMeshDesired>,
  claims: ReadonlyMap<string, AppMeshClaim>,
): readonly Withdraw[] {
  return [...orders].flatMap(([routerKey, { replaced }]) =>
    [...replaced].flatMap((key): readonly Withdraw[] => {
      const [router, desired, claim] = [ensured.get(routerKey), ensured.get(key), claims.get(key)];
      if (router === undefined || desired === undefined || claim === undefined) return [];
      const after = desired.dependsOn.filter(
        (dependency) => dependency !== routerKey && ensured.has(dependency),
      );
      const listeners = listenersOf('virtualRouter', router.spec) ?? [];
      return [
        { do: 'prepare', key: withdrawalOf(key), after, needsToExist: after, desired, claim, listeners },
      ];
    }),
  );
}

function withdrawalOf(key: string): string {
  return `deletion of ${key}`;
}
