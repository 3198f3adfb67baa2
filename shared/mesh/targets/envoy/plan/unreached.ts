import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { Directory } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { perObject } from '../../../plan/per-directory.ts';
import type { Difference } from '../../../plan/resource.ts';
import { type Compared, comparedOf, firstCovering } from '../../../routing/covers.ts';
import {
  type GatewayRoute,
  gatewayOf,
  gatewayRouteOf,
  orderedGatewayRoutes,
} from '../../../routing/gateway-routes.ts';
import { orderedRoutes, type RouterRoute } from '../../../routing/routes.ts';

interface Tried extends Compared {
  readonly protocol: string;
  /** Of the match. */
  readonly path: string;
  /** In a message. */
  readonly name: string;
}

/** Routes that get no request, since an earlier one of the same router or gateway takes all that they match. */
export function unreachedIn(
  entry: ValidEntry,
  directory: Directory,
  isRefused: (entry: Entry) => boolean,
): readonly Difference[] {
  if (isOfKind(entry, 'VirtualRouter')) return unreachedRoutes(entry);
  return isOfKind(entry, 'GatewayRoute') ? unreachedGatewayRoute(entry, directory, isRefused) : [];
}

function unreachedRoutes({ content }: EntryOf<'VirtualRouter'>): readonly Difference[] {
  const tried = orderedRoutes(content.spec).map((route) => triedOf(route, `route "${route.name}"`));
  return tried.flatMap((each, index) => unreachedAt(tried, each, index));
}

const once = perObject<Entry, ReadonlyMap<Entry, Tried>>();

/** What a proxy has of a refused gateway route is not known. */
function unreachedGatewayRoute(
  entry: EntryOf<'GatewayRoute'>,
  directory: Directory,
  isRefused: (entry: Entry) => boolean,
): readonly Difference[] {
  const gateway = gatewayOf(directory, entry);
  if (gateway === undefined) return [];
  const tried = once(directory, gateway, () => {
    const all = orderedGatewayRoutes(directory, gateway).filter((each) => isOfKind(each, 'GatewayRoute'));
    const applied = all.filter((each) => !isRefused(each));
    return new Map(
      applied.map((each) => [each, triedOf(gatewayRouteOf(each.content.spec), objectNameText(each.id))]),
    );
  });
  const own = tried.get(entry);
  return own ? unreachedAt([...tried.values()], own, [...tried.keys()].indexOf(entry)) : [];
}

function triedOf({ protocol, match, path }: RouterRoute | GatewayRoute, name: string): Tried {
  return { ...comparedOf(match), protocol, path: `${path}.match`, name };
}

function unreachedAt(tried: readonly Tried[], each: Tried, index: number): readonly Difference[] {
  const before = tried.slice(0, index).filter(({ protocol }) => protocol === each.protocol);
  const first = firstCovering(before, each);
  return first ? [unreached(each, first.name)] : [];
}

function unreached({ path, protocol }: Tried, first: string): Difference {
  const what = protocol === 'tcp' ? 'connection' : 'request';
  return {
    path,
    effect: 'differs',
    message: `no ${what} gets here: ${first} is tried before and takes all that match`,
    instead: 'another match, or a priority that is tried first',
  };
}
