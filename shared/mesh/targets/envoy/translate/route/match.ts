import type { NamedMatch, QueryParameter } from '../../../../../model/mesh/route-match.ts';
import type { PathMatch, RequestMatch } from '../../../../routing/match.ts';
import type { Protocol } from '../../../../routing/routes.ts';
import type { Fields } from '../typed.ts';

/** Envoy's RouteMatch, without host name and port. A gRPC call is known by its content type. */
export function routeMatchOf(
  { path, method, scheme, headers, queryParameters }: RequestMatch,
  protocol: Protocol,
): Fields {
  const conditions = [
    ...(method === undefined ? [] : [exactly(':method', method)]),
    ...(scheme === undefined ? [] : [exactly(':scheme', scheme)]),
    ...headers.map(headerMatcherOf),
  ];
  return {
    ...pathMatchOf(path),
    ...(protocol === 'grpc' && { grpc: {} }),
    ...(conditions.length > 0 && { headers: conditions }),
    ...(queryParameters.length > 0 && { query_parameters: queryParameters.map(parameterMatcherOf) }),
  };
}

/** As App Mesh and Envoy do, a prefix is one of characters: `/a` matches `/ab`. */
function pathMatchOf(path: PathMatch): Fields {
  if (path === undefined) return { prefix: '/' };
  if (path.kind === 'regex') return { safe_regex: { regex: path.value } };
  return path.kind === 'exact' ? { path: path.value } : { prefix: path.value };
}

function exactly(name: string, value: string): Fields {
  return { name, string_match: { exact: value } };
}

/** Of an absent header only its absence is matched, inverted or not, as in App Mesh. */
function headerMatcherOf({ name, match, invert }: NamedMatch): Fields {
  return { name, ...valueMatcherOf(match), ...(invert && { invert_match: true }) };
}

function valueMatcherOf(match: NamedMatch['match']): Fields {
  const { exact, prefix, suffix, regex, range } = match ?? {};
  if (range) return { range_match: { start: range.start, end: range.end } };
  if (exact) return { string_match: { exact } };
  if (prefix) return { string_match: { prefix } };
  if (suffix) return { string_match: { suffix } };
  return regex ? { string_match: { safe_regex: { regex } } } : { present_match: true };
}

function parameterMatcherOf({ name, match }: QueryParameter): Fields {
  return { name, ...(match ? { string_match: { exact: match.exact } } : { present_match: true }) };
}
