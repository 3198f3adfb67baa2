import type { AppMeshClaim, AppMeshDesired } from './app-mesh-claim.ts';
import { areServed, listenersOf } from './listeners.ts';
import type { ListenerAlternatives } from './mesh-listener.ts';
import { routerOf } from './router-of.ts';

/** The order of a virtual router's listener change and the changes of its routes, by route key. */
export interface RouteOrder {
  /** Updated or deleted before the router: the new listeners do not serve their current spec. */
  readonly before: ReadonlySet<string>;
  /** Deleted before the router and created after it: no listener serves both their current and their new spec. */
  readonly replaced: ReadonlySet<string>;
  /** Only the new listeners serve their new spec: the router must be updated first. */
  readonly awaiting: ReadonlySet<string>;
}

interface Changes {
  readonly ensured: ReadonlyMap<string, AppMeshDesired>;
  readonly released: ReadonlyMap<string, AppMeshClaim>;
  readonly claims: ReadonlyMap<string, AppMeshClaim>;
}

/**
 * App Mesh refuses listeners that do not serve all existing routes, and a route that no listener serves:
 *   current spec served by the   | new spec by the   | what comes first
 *   new listeners                | old listeners     |
 *   yes                          | yes               | either
 *   yes                          | no                | the router
 *   no                           | yes               | the route
 *   no                           | no                | its deletion, then the router, then its creation
 *   no, and it will be deleted   |                   | its deletion
 * No route is replaced if another, unchanged route prevents the router's update anyway.
 */
export function routeOrders(changes: Changes): ReadonlyMap<string, RouteOrder> {
  const { ensured, claims } = changes;
  const routers = [...ensured.values()].filter(
    ({ key, resource }) => resource.kind === 'virtualRouter' && claims.get(key)?.id !== undefined,
  );
  const routes = routesByRouter(changes);
  return new Map(
    routers.map((router) => [router.key, orderOf(router, routes.get(router.key) ?? [], changes)]),
  );
}

function orderOf(
  router: AppMeshDesired,
  routes: readonly string[],
  { ensured, released, claims }: Changes,
): RouteOrder {
  const next = alternativesOf(router);
  const former = claims.get(router.key)?.listeners;
  const wantedOf = (key: string) => {
    const desired = ensured.get(key);
    return desired && alternativesOf(desired);
  };
  const isStranded = (key: string) => {
    const claim = claims.get(key);
    return claim !== undefined && mayExist(claim) && !areServed(currentOf(claim, ensured.get(key)), next);
  };
  const staying = routes.filter((key) => !released.has(key));
  const isPossible = staying.every((key) =>
    ensured.has(key) ? areServed(wantedOf(key), next) : !isStranded(key),
  );
  const isNew = (key: string) => !areServed(wantedOf(key), former);
  const stranded = routes.filter(isStranded);
  return {
    before: new Set(stranded.filter((key) => released.has(key) || (ensured.has(key) && !isNew(key)))),
    replaced: new Set(isPossible ? stranded.filter((key) => ensured.has(key) && isNew(key)) : []),
    awaiting: new Set(routes.filter((key) => isNew(key) && areServed(wantedOf(key), next))),
  };
}

function alternativesOf({ resource, spec }: AppMeshDesired): ListenerAlternatives {
  const listeners = listenersOf(resource.kind, spec);
  return listeners === undefined ? [] : [listeners];
}

/** The listener that a route requires now. A claim of an earlier version may only show that nothing changed. */
function currentOf(
  claim: AppMeshClaim,
  desired: AppMeshDesired | undefined,
): ListenerAlternatives | undefined {
  if (claim.listeners !== undefined || desired === undefined) return claim.listeners;
  return claim.fingerprint === desired.fingerprint ? alternativesOf(desired) : undefined;
}

/** A creation with an unknown result leaves a claim without an id. */
function mayExist({ id, listeners = [] }: AppMeshClaim): boolean {
  return id !== undefined || listeners.length > 0;
}

/** By key of a virtual router, the keys of its wanted and existing routes. */
function routesByRouter({ ensured, claims }: Changes): ReadonlyMap<string, readonly string[]> {
  const routes = new Map<string, string[]>();
  for (const [key, { resource }] of new Map<string, Pick<AppMeshClaim, 'resource'>>([
    ...claims,
    ...ensured,
  ])) {
    const router = routerOf(resource);
    if (router !== undefined) routes.set(router, [...(routes.get(router) ?? []), key]);
  }
  return routes;
}
