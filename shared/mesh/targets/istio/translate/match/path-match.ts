import type { GatewayRoute } from '../../../../routing/gateway-routes.ts';
import type { PathMatch } from '../../../../routing/match.ts';
import { regexFault } from './regex.ts';
import type { Combined, Fault, StringMatch } from './value-match.ts';

/** A request has one of the paths. */
export interface Paths {
  /** Absent: any path. In the order in which they are tried. */
  readonly uris: readonly StringMatch[];
  /** What replaces the matched prefix, or the whole path. */
  readonly rewrite?: string;
}

const anyPath = { kind: 'prefix', value: '/' } as const;

/** The path of a route, as it is. */
export function pathsOf(path: PathMatch): Paths | Fault {
  if (path === undefined) return { uris: [] };
  const fault = path.kind === 'regex' ? regexFault(path.value) : undefined;
  return fault === undefined
    ? { uris: [{ [path.kind]: path.value }] }
    : { fault: `the regular expression ${fault}` };
}

/**
 * The paths that match a gateway route and, after its rewrite, a route of a virtual router; with the rewrite. A prefix
 * `/shop` that becomes `/` takes `/shop/a` and `/shopa` to `/a`.
 */
export function pathsThrough({ match, rewrite, protocol }: GatewayRoute, route: PathMatch): Combined<Paths> {
  const path = match.path ?? anyPath;
  if (protocol === 'grpc' || match.path === undefined) return identical(path, route);
  if (path.kind !== 'prefix') {
    const exact = rewrite?.path?.exact;
    return exact ? constant(path, exact, route) : identical(path, route);
  }
  const { defaultPrefix, value } = rewrite?.prefix ?? {};
  const to = value ?? '/';
  if (defaultPrefix === 'DISABLED' || path.value === to) return identical(path, route);
  return replaced(path.value, to, route);
}

/** Without a rewrite: the paths that match both. */
function identical(path: NonNullable<PathMatch>, other: PathMatch): Combined<Paths> {
  if (other === undefined || isAny(other)) return pathsOf(path);
  if (isAny(path) || (other.kind === path.kind && other.value === path.value)) return pathsOf(other);
  if (path.kind === 'regex' || other.kind === 'regex') return regexAndMore;
  if (other.kind === 'exact') return fits(other.value, path) ? pathsOf(other) : 'never';
  if (fits(path.value, other)) return pathsOf(path);
  return fits(other.value, path) ? pathsOf(other) : 'never';
}

const regexAndMore = {
  fault: 'Istio cannot require a regular expression and another path, or rewrite one of them',
};

/** Every matched path becomes the same one. */
function constant(path: NonNullable<PathMatch>, to: string, route: PathMatch): Combined<Paths> {
  if (route?.kind === 'regex') return regexAndMore;
  if (route !== undefined && !fits(to, route)) return 'never';
  return rewritten(pathsOf(path), to);
}

function replaced(prefix: string, to: string, route: PathMatch): Combined<Paths> {
  const heads = prefix.endsWith('/') ? [prefix] : [`${prefix}/`, prefix];
  if (route === undefined || (route.kind === 'prefix' && to.startsWith(route.value)))
    return { uris: heads.map((head) => ({ prefix: head })), rewrite: to };
  if (route.kind === 'regex') return regexAndMore;
  if (!route.value.startsWith(to)) return 'never';
  const rest = route.value.slice(to.length);
  // Of two slashes the first belongs to the prefix.
  const possible = rest.startsWith('/') ? heads.slice(0, 1) : heads;
  return { uris: possible.map((head) => ({ [route.kind]: head + rest })), rewrite: route.value };
}

function rewritten(paths: Paths | Fault, rewrite: string): Combined<Paths> {
  return 'fault' in paths ? paths : { ...paths, rewrite };
}

function fits(path: string, { kind, value }: NonNullable<PathMatch>): boolean {
  return kind === 'exact' ? path === value : path.startsWith(value);
}

function isAny({ kind, value }: NonNullable<PathMatch>): boolean {
  return kind === 'prefix' && value === '/';
}
