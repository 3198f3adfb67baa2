import { commonMatch, isSameMatch, type Match } from './match.ts';
import { anyPath, type Common, isAnyPath, type Path, segmentsOf } from './path.ts';
import type { Action } from './rules.ts';

/** How a gateway changes the path before the virtual service's router sees it. */
export type PathRewrite =
  | { readonly kind: 'full'; readonly value: string }
  /** `prefix` as in the match of the gateway route. */
  | { readonly kind: 'prefix'; readonly prefix: string; readonly value: string }
  | undefined;

/** Requests at a gateway that a route of the virtual service takes, and how their path is written. */
export interface Expanded {
  readonly match: Match;
  readonly path: Action['path'];
}

/**
 * The requests that a gateway route sends to one route of its virtual service. undefined: they cannot be matched. With a
 * prefix rewrite `gateway.path` is the prefix in whole segments.
 */
export function expanded(
  gateway: Match,
  rewrite: PathRewrite,
  route: Match,
): readonly Expanded[] | undefined {
  if (rewrite === undefined) return one(commonMatch(gateway, route), undefined);
  const rest = commonMatch({ ...gateway, path: anyPath }, { ...route, path: anyPath });
  if (rest === null) return [];
  if (rewrite.kind === 'prefix') return withPrefix(rest, rewrite, route.path);
  const isTaken = takes(route.path, rewrite.value);
  if (isTaken === undefined) return undefined;
  return isTaken ? one(rest && { ...rest, path: gateway.path }, { replacement: rewrite.value }) : [];
}

function one(match: Common<Match>, path: Action['path']): readonly Expanded[] | undefined {
  if (match === undefined) return undefined;
  return match === null ? [] : [{ match, path }];
}

function withPrefix(
  rest: Match | undefined,
  { prefix, value }: { readonly prefix: string; readonly value: string },
  path: Path,
): readonly Expanded[] | undefined {
  const paths = pathsBefore({ prefix, value }, path);
  if (paths?.length === 0) return [];
  if (paths === undefined || rest === undefined) return undefined;
  const rewritten = { prefix: segmentsOf(prefix).value, replacement: value };
  return paths.map((each) => ({ match: { ...rest, path: each }, path: rewritten }));
}

/** Whether a path matches; undefined for a regular expression. */
function takes(path: Path, value: string): boolean | undefined {
  if (path.kind === 'regex') return undefined;
  if (path.kind === 'exact') return path.value === value;
  return (
    isAnyPath(path) ||
    value === path.value ||
    value.startsWith(path.kind === 'prefix' ? path.value : `${path.value}/`)
  );
}

/** The paths that the rewrite turns into those of a route. */
function pathsBefore(
  { prefix, value }: { prefix: string; value: string },
  path: Path,
): readonly Path[] | undefined {
  if (path.kind === 'regex') return undefined;
  const base = segmentsOf(prefix).value;
  const hasSlash = prefix !== base;
  const exact = (text: string): Path => ({ kind: 'exact', value: text });
  const whole = hasSlash ? [exact(`${base}/`)] : [exact(base), exact(`${base}/`)];
  if (path.kind === 'exact') {
    if (path.value === value) return whole;
    return path.value.startsWith(value) ? [exact(`${base}/${path.value.slice(value.length)}`)] : [];
  }
  // A path that ends where the prefix does becomes `value` with its slash, which a replaced prefix has not.
  if (value.startsWith(path.value) || isAnyPath(path))
    return [...(value === '/' || hasSlash ? [] : [exact(base)]), segmentsOf(base)];
  return path.value.startsWith(value) ? [segmentsOf(`${base}/${path.value.slice(value.length)}`)] : [];
}

/** Whether the last of the routes takes all that the gateway route matches. */
export function isCovered(gateway: Match, rows: readonly { readonly match: Match }[]): boolean {
  return rows.some(({ match }) => isSameMatch(match, gateway));
}
