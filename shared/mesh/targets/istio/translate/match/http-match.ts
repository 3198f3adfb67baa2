import type { NamedMatch, QueryParameter, ValueMatch } from '../../../../../model/mesh/route-match.ts';
import type { Hostname, RequestMatch } from '../../../../routing/match.ts';
import { quoted } from './regex.ts';
import { type Combined, intersectionOf, type StringMatch, stringMatchOf, unionOf } from './value-match.ts';

type Matches = Readonly<Record<string, StringMatch>>;

/** Istio's HTTPMatchRequest, without path and port. */
export interface HttpMatch {
  readonly method?: StringMatch;
  readonly scheme?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Matches;
  readonly withoutHeaders?: Matches;
  readonly queryParams?: Matches;
}

/** The fault is in a header, or in a query parameter. */
export type MatchFault = { readonly fault: string; readonly field: 'headers' | 'queryParameters' };

/** A request that meets all of the matches, whatever their path and port. */
export function httpMatchOf(matches: readonly RequestMatch[]): HttpMatch | 'never' | MatchFault {
  const method = same(matches.flatMap(({ method }) => method ?? []));
  const scheme = same(matches.flatMap(({ scheme }) => scheme ?? []));
  const headers = headersOf(matches.flatMap(({ headers }) => headers));
  const query = queryOf(matches.flatMap(({ queryParameters }) => queryParameters));
  if (method === 'never' || scheme === 'never' || headers === 'never' || query === 'never') return 'never';
  if ('fault' in headers) return { fault: String(headers.fault), field: 'headers' };
  if ('fault' in query) return { fault: String(query.fault), field: 'queryParameters' };
  const hostname = matches.flatMap(({ hostname }) => hostname ?? [])[0];
  return { ...method('method'), ...scheme('scheme'), ...authorityOf(hostname), ...headers, ...query };
}

/** As the member of a match; none if there is no condition. */
function same(values: readonly string[]) {
  const [exact, other] = new Set(values);
  if (other !== undefined) return 'never';
  return <Name extends string>(name: Name) =>
    exact === undefined ? {} : ({ [name]: { exact } } as { readonly [N in Name]: StringMatch });
}

/** Host names have no case, and the header may have a port. */
function authorityOf(hostname: Hostname | undefined): Pick<HttpMatch, 'authority'> {
  if (!hostname) return {};
  const { exact, suffix } = hostname;
  const host = exact ? quoted(exact) : `.*${quoted(suffix ?? '')}`;
  return { authority: { regex: `(?i:${host})(:\\d+)?` } };
}

interface Headers {
  readonly headers?: Matches;
  readonly withoutHeaders?: Matches;
}

const headerName = /^(:method|:scheme|:authority|:path|[!#$%&'*+\-.^_`|~0-9a-z]+)$/;

function headersOf(all: readonly NamedMatch[]): Combined<Headers> {
  const headers = new Map<string, StringMatch>();
  const without = new Map<string, StringMatch>();
  for (const [name, conditions] of Map.groupBy(all, (each) => each.name.toLowerCase())) {
    if (!headerName.test(name)) return { fault: `"${name}" is not the name of a header` };
    const found = headerOf(conditions);
    if (found === 'never' || 'fault' in found) return found;
    if (found.match) headers.set(name, found.match);
    if (found.without) without.set(name, found.without);
  }
  return { ...members('headers', headers), ...members('withoutHeaders', without) };
}

/** The conditions on one header. In App Mesh an inverted match requires the header, unless it is of the presence itself. */
function headerOf(conditions: readonly NamedMatch[]) {
  const inverted = conditions.filter(({ invert }) => invert);
  const positive = conditions.filter(({ invert }) => !invert);
  const none = valuesOf(inverted);
  const isAbsent = inverted.some(({ match }) => !match);
  if (isAbsent) return conditions.length > inverted.length || none.length > 0 ? 'never' : { without: {} };
  const match = positiveOf(valuesOf(positive));
  if (match === 'never' || 'fault' in match) return match;
  const without = none.length > 0 ? unionOf(none) : undefined;
  return without && 'fault' in without ? without : { match, without };
}

function positiveOf(values: readonly ValueMatch[]): Combined<StringMatch> {
  if (values.length === 0) return {};
  const all = intersectionOf(values);
  return all === 'never' || 'fault' in all ? all : stringMatchOf(all);
}

/** Of the schema's null members nothing remains. */
function valuesOf(conditions: readonly NamedMatch[]): readonly ValueMatch[] {
  return conditions.flatMap(({ match }) => {
    const set = Object.entries(match ?? {}).filter(([, value]) => value !== null && value !== undefined);
    return set.length > 0 ? [Object.fromEntries(set) as ValueMatch] : [];
  });
}

function queryOf(all: readonly QueryParameter[]): Combined<Pick<HttpMatch, 'queryParams'>> {
  const params = new Map<string, StringMatch>();
  for (const { name, match } of all) {
    if (name === '') return { fault: 'a query parameter without a name' };
    const before = params.get(name)?.exact;
    if (match && before !== undefined && before !== match.exact) return 'never';
    if (match || !params.has(name)) params.set(name, match ? { exact: match.exact } : {});
  }
  return members('queryParams', params);
}

/** By name in a fixed order; none without entries. */
function members<Name extends string>(name: Name, map: ReadonlyMap<string, StringMatch>) {
  const sorted = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return (map.size > 0 ? { [name]: Object.fromEntries(sorted) } : {}) as { readonly [N in Name]?: Matches };
}
