import { type ResourceName, resourceKey } from './resource-name.ts';

/** The key of a route's router. */
export function routerOf({ kind, meshName, meshOwner, parentName }: ResourceName): string | undefined {
  if (kind !== 'route' || parentName === undefined) return undefined;
  return resourceKey({ kind: 'virtualRouter', meshName, meshOwner, name: parentName });
}
