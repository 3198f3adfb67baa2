import type { MeshClaim } from '../model/mesh-claim.ts';
import { resourceKey } from '../model/mesh-resource.ts';
import type { DesiredMesh, DesiredResource } from './desired.ts';
import { ensurable } from './ensurable.ts';
import type { KnownMesh } from './known-mesh.ts';
import type { Problem } from './problem.ts';
import { releasable } from './releasable.ts';

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
}

/** Delete a resource of ours that nobody wants any more. */
export interface Release extends AnyStep {
  readonly do: 'release';
  readonly claim: MeshClaim;
}

export type Step = Ensure | Release;

export interface MeshPlan {
  /** In no order but that of `after`; one step a key at most. */
  readonly steps: readonly Step[];
  /** By key, why a resource is not, or cannot be, as it is wanted. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Claims on what nobody wants any more and what cannot be deleted yet. */
  readonly heldBack: readonly MeshClaim[];
}

/**
 * The difference between what the objects want and what the claims say there is, as a graph of steps:
 *   wanted | claim                                           | step
 *   yes    | applied with that spec, or kept by others       | none
 *   yes    | refused with that spec                          | none, until the spec changes or all is verified
 *   yes    | none, or anything else                          | ensure, after all that it needs
 *   no     | its object is gone, or sound and without it     | release, after all that needs it
 *   no     | its object is at fault, or never was heard of   | none: nobody said that it is to go
 * A router that is there gets several listeners after what its routes, those there, are to become: App Mesh refuses them
 * until every route says by its port which one it is of.
 */
export function planMesh(desired: DesiredMesh, known: KnownMesh): MeshPlan {
  const toEnsure = ensurable(desired.resources, known);
  const toRelease = releasable(desired, known, toEnsure.resources);
  const isStep = (key: string) => toEnsure.resources.has(key) || toRelease.claims.has(key);
  const isBehindRoutes = (key: string) => {
    const desired = toEnsure.resources.get(key);
    return desired !== undefined && hasSeveralListeners(desired) && isThere(known.claims.get(key));
  };
  const routes = routesByRouter([...known.claims].filter(([key, claim]) => isStep(key) && isThere(claim)));
  const isBefore = (need: string, { key, resource }: DesiredResource) =>
    toEnsure.resources.has(need) &&
    !(resource.kind === 'route' && isBehindRoutes(need) && isThere(known.claims.get(key)));
  const ensures = [...toEnsure.resources.values()].map(
    (resource): Ensure => ({
      do: 'ensure',
      key: resource.key,
      after: [
        ...resource.needs.filter((need) => isBefore(need, resource)),
        ...(isBehindRoutes(resource.key) ? (routes.get(resource.key) ?? []) : []),
      ],
      desired: resource,
      claim: known.claims.get(resource.key),
    }),
  );
  const referrers = referrersByKey([...known.claims].filter(([key]) => isStep(key)));
  const releases = [...toRelease.claims].map(
    ([key, claim]): Release => ({
      do: 'release',
      key,
      after: (referrers.get(key) ?? []).map(({ referrer }) => referrer),
      claim,
    }),
  );
  return {
    steps: [...ensures, ...releases],
    problems: new Map([...toEnsure.problems, ...toRelease.problems]),
    heldBack: [...toRelease.problems.keys()].flatMap((key) => known.claims.get(key) ?? []),
  };
}

/** By key of a resource, the keys of those that refer to it, as the claims of the steps say. */
function referrersByKey(claims: readonly (readonly [key: string, claim: MeshClaim])[]) {
  const pairs = claims.flatMap(([referrer, { needs }]) => needs.map((need) => ({ need, referrer })));
  return Map.groupBy(
    pairs.filter(({ need, referrer }) => need !== referrer),
    ({ need }) => need,
  );
}

function isThere(claim: MeshClaim | undefined): boolean {
  return claim?.arn !== undefined;
}

function hasSeveralListeners({ resource, spec }: DesiredResource): boolean {
  return resource.kind === 'virtualRouter' && Array.isArray(spec.listeners) && spec.listeners.length > 1;
}

/** By key of a virtual router, the keys of its routes. */
function routesByRouter(claims: readonly (readonly [key: string, claim: MeshClaim])[]) {
  const routes = new Map<string, string[]>();
  for (const [key, { resource }] of claims) {
    const { kind, meshName, meshOwner, parentName } = resource;
    if (kind !== 'route' || parentName === undefined) continue;
    const router = resourceKey({ kind: 'virtualRouter', meshName, meshOwner, name: parentName });
    routes.set(router, [...(routes.get(router) ?? []), key]);
  }
  return routes;
}
