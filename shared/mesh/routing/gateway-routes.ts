import type {
  GatewayRouteSpec,
  GatewayRouteTarget,
  HttpRewrite,
} from '../../model/mesh/kinds/gateway-route.ts';
import type { Directory } from '../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../plan/entry.ts';
import { compareRanks, grpcMatchOf, httpMatchOf, type RequestMatch, rankOf } from './match.ts';

/** A gateway route, whatever its protocol. */
export interface GatewayRoute {
  readonly protocol: 'http' | 'http2' | 'grpc';
  /** Its field in the object: `spec.httpRoute`. */
  readonly path: string;
  readonly match: RequestMatch;
  readonly target: GatewayRouteTarget;
  /** Without a rewrite, the default: of the host always, of the path if the match is by prefix. */
  readonly rewrite: HttpRewrite | undefined;
}

export function gatewayRouteOf({ httpRoute, http2Route, grpcRoute }: GatewayRouteSpec): GatewayRoute {
  const http = httpRoute ?? http2Route;
  const { target, rewrite } = (http ?? grpcRoute)?.action ?? { target: { virtualService: {} } };
  const protocol = grpcRoute ? 'grpc' : httpRoute ? 'http' : 'http2';
  const match = http ? httpMatchOf(http.match) : grpcMatchOf(grpcRoute?.match ?? {});
  return { protocol, path: `spec.${protocol}Route`, match, target, rewrite: rewrite ?? undefined };
}

/**
 * All gateway routes of a gateway, in the order in which App Mesh tries them; equal ones by namespace and name. Invalid ones
 * come last, since what they matched before is not known.
 */
export function orderedGatewayRoutes(directory: Directory, gateway: Entry): readonly Entry[] {
  const rankOfEntry = (entry: Entry) =>
    isOfKind(entry, 'GatewayRoute')
      ? rankOf(gatewayRouteOf(entry.content.spec).match, entry.content.spec.priority)
      : [Number.POSITIVE_INFINITY, 4];
  return directory.entries
    .filter((entry) => gatewayOf(directory, entry) === gateway)
    .map((entry) => ({ entry, rank: rankOfEntry(entry), name: `${entry.id.namespace}/${entry.id.name}` }))
    .sort((a, b) => compareRanks(a.rank, b.rank) || (a.name < b.name ? -1 : 1))
    .map(({ entry }) => entry);
}

/** The gateway that a gateway route belongs to. */
export function gatewayOf(directory: Directory, entry: Entry): EntryOf<'VirtualGateway'> | undefined {
  const place = directory.placeOf(entry);
  const gateway = 'reason' in place ? undefined : place.gateway;
  return gateway && isOfKind(gateway, 'VirtualGateway') ? gateway : undefined;
}
