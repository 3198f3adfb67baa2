import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { Directory } from '../../../plan/directory.ts';
import { type Entry, isValid } from '../../../plan/entry.ts';
import { objectResourceKey } from '../../../plan/object-resource.ts';
import { perDirectory } from '../../../plan/per-directory.ts';
import { configMapOf } from './config-map.ts';
import { isOwner, sourcesOf } from './sources.ts';

/** By object: its generation. */
export type Generations = Readonly<Record<string, number>>;

/** The virtual services, routers and gateway routes that the proxies of a virtual node or gateway are made of. */
export function generationsIn(entry: Entry, directory: Directory): Generations {
  return Object.fromEntries(
    carriedBy(entry, directory).map(({ id, generation = 0 }) => [objectNameText(id), generation]),
  );
}

/** By virtual service, router and gateway route: the keys of the ConfigMaps that it is in. */
export const carriersIn: (directory: Directory) => ReadonlyMap<string, readonly string[]> = perDirectory(
  (directory) => {
    const carriers = new Map<string, string[]>();
    for (const owner of directory.entries)
      for (const { id } of carriedBy(owner, directory)) {
        const name = objectNameText(id);
        const keys = carriers.get(name) ?? [];
        keys.push(objectResourceKey(configMapOf(owner)));
        carriers.set(name, keys);
      }
    return carriers;
  },
);

function carriedBy(owner: Entry, directory: Directory): readonly Entry[] {
  const place = directory.placeOf(owner);
  if (!isValid(owner) || !isOwner(owner) || 'reason' in place) return [];
  const { gatewayRoutes, services } = sourcesOf(owner, place, directory);
  const used = services.flatMap(({ service, router }) => (router ? [service, router] : [service]));
  return [...new Set([...gatewayRoutes, ...used])];
}
