import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { Directory } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { perObject } from '../../../plan/per-directory.ts';
import type { Difference } from '../../../plan/resource.ts';
import { covers } from '../../../routing/covers.ts';
import {
  type GatewayRoute,
  gatewayOf,
  gatewayRouteOf,
  orderedGatewayRoutes,
} from '../../../routing/gateway-routes.ts';
import type { RequestMatch } from '../../../routing/match.ts';
import { orderedRoutes } from '../../../routing/routes.ts';

interface Tried {
  readonly protocol: string;
  readonly match: RequestMatch;
  readonly path: string;
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
  const routes = orderedRoutes(content.spec);
  return routes.flatMap((route, index) => {
    const before = routes.slice(0, index).find((each) => takesAllOf(each, route));
    return before ? [unreached(route, `route "${before.name}"`)] : [];
  });
}

interface TriedGatewayRoute {
  readonly entry: Entry;
  readonly route: GatewayRoute;
}

const once = perObject<Entry, readonly TriedGatewayRoute[]>();

/** What a proxy has of a refused gateway route is not known. */
function unreachedGatewayRoute(
  entry: EntryOf<'GatewayRoute'>,
  directory: Directory,
  isRefused: (entry: Entry) => boolean,
): readonly Difference[] {
  const gateway = gatewayOf(directory, entry);
  if (gateway === undefined) return [];
  const all = once(directory, gateway, () =>
    orderedGatewayRoutes(directory, gateway).flatMap((each) =>
      isOfKind(each, 'GatewayRoute') && !isRefused(each)
        ? [{ entry: each, route: gatewayRouteOf(each.content.spec) }]
        : [],
    ),
  );
  const index = all.findIndex((each) => each.entry === entry);
  const own = all[index];
  const before = own && all.slice(0, index).find(({ route }) => takesAllOf(route, own.route));
  return before ? [unreached(own.route, objectNameText(before.entry.id))] : [];
}

function takesAllOf(first: Tried, second: Tried): boolean {
  return first.protocol === second.protocol && covers(first.match, second.match);
}

function unreached({ path, protocol }: Tried, first: string): Difference {
  const what = protocol === 'tcp' ? 'connection' : 'request';
  return {
    path: `${path}.match`,
    effect: 'differs',
    message: `no ${what} gets here: ${first} is tried before and takes all that match`,
    instead: 'another match, or a priority that is tried first',
  };
}
