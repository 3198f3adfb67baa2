import { anyPath, type Common, commonPath, type Path, pathMatch } from './path.ts';
import { commonValues, type Values } from './value.ts';

/** One match of a route; all its conditions must hold. A gRPC call is a request to `/<service>/<method>`. */
export interface Match {
  readonly path: Path;
  readonly method?: string | undefined;
  readonly headers: Values;
  readonly query: Values;
}

const none: Values = new Map();
export const anyRequest: Match = { path: anyPath, headers: none, query: none };

/** The requests that both match. */
export function commonMatch(a: Match, b: Match): Common<Match> {
  const parts = [
    commonPath(a.path, b.path),
    commonValues(a.headers, b.headers),
    commonValues(a.query, b.query),
  ];
  if (a.method !== undefined && b.method !== undefined && a.method !== b.method) return null;
  if (parts.includes(null)) return null;
  const [path, headers, query] = parts as [Common<Path>, Common<Values>, Common<Values>];
  if (!path || !headers || !query) return undefined;
  return { path, method: a.method ?? b.method, headers, query };
}

export function isSameMatch(a: Match, b: Match): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ path, method, headers, query }: Match): string {
  const sorted = (values: Values) => [...values].sort(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify([path.kind, path.value, method, sorted(headers), sorted(query)]);
}

/**
 * By what the Gateway API chooses among the matches of a request, the first difference deciding: the type of the path, its
 * length, whether a method is given, the number of headers, of query parameters. What comes first has the higher number.
 * That a regular expression ranks lowest, and by its length, is Istio's choice; the Gateway API leaves it open.
 */
export function rankOf({ path, method, headers, query }: Match, asRegex: boolean): readonly number[] {
  const { type, value } = pathMatch(path, asRegex);
  const types = { Exact: 2, PathPrefix: 1, RegularExpression: 0 };
  return [types[type], value.length, method === undefined ? 0 : 1, headers.size, query.size];
}
