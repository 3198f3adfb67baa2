import { matchesWhole, pathOf, queryParameter, type Request } from './request.ts';

export interface ValueMatch {
  readonly exact?: string | null;
  readonly prefix?: string | null;
  readonly suffix?: string | null;
  readonly regex?: string | null;
  readonly range?: { readonly start: number; readonly end: number } | null;
}

export interface NamedMatch {
  readonly name: string;
  readonly match?: ValueMatch | null;
  readonly invert?: boolean | null;
}

/** What the matches of routes and gateway routes have, of HTTP and of gRPC. */
export interface Match {
  readonly prefix?: string | null;
  readonly path?: { readonly exact?: string | null; readonly regex?: string | null } | null;
  readonly method?: string | null;
  readonly scheme?: string | null;
  readonly headers?: readonly NamedMatch[] | null;
  readonly metadata?: readonly NamedMatch[] | null;
  readonly queryParameters?:
    | readonly { readonly name: string; readonly match?: { readonly exact: string } | null }[]
    | null;
  readonly hostname?: { readonly exact?: string | null; readonly suffix?: string | null } | null;
  readonly serviceName?: string | null;
  readonly methodName?: string | null;
  readonly port?: number | null;
}

export function matches(match: Match, request: Request): boolean {
  return (
    isOrUnset(match.port, request.port) &&
    isOrUnset(match.method, request.method) &&
    isOrUnset(match.scheme, request.scheme) &&
    hostnameMatches(match, request.host.toLowerCase()) &&
    pathMatches(match, pathOf(request)) &&
    serviceMatches(match, pathOf(request)) &&
    [...(match.headers ?? []), ...(match.metadata ?? [])].every((each) => headerMatches(each, request)) &&
    (match.queryParameters ?? []).every(({ name, match: value }) => {
      const actual = queryParameter(request, name);
      return actual !== undefined && isOrUnset(value?.exact, actual);
    })
  );
}

function isOrUnset<T>(expected: T | null | undefined, actual: T): boolean {
  return expected === undefined || expected === null || expected === actual;
}

function hostnameMatches({ hostname }: Match, host: string): boolean {
  if (!hostname) return true;
  if (hostname.exact) return hostname.exact.toLowerCase() === host;
  return host.endsWith((hostname.suffix ?? '').toLowerCase());
}

/** A prefix is one of characters: /chapter matches /chapter1. */
function pathMatches({ prefix, path }: Match, actual: string): boolean {
  if (prefix) return actual.startsWith(prefix);
  if (path?.exact) return actual === path.exact;
  return path?.regex ? matchesWhole(path.regex, actual) : true;
}

function serviceMatches({ serviceName, methodName }: Match, path: string): boolean {
  if (!serviceName) return true;
  return methodName ? path === `/${serviceName}/${methodName}` : path.startsWith(`/${serviceName}/`);
}

/** Envoy's rule: a header that is absent matches only "absent", whatever else is inverted. */
function headerMatches({ name, match, invert }: NamedMatch, { headers }: Request): boolean {
  const value = headers[name.toLowerCase()];
  const inverted = invert === true;
  if (!match) return (value !== undefined) !== inverted;
  return value !== undefined && valueMatches(match, value) !== inverted;
}

function valueMatches({ exact, prefix, suffix, regex, range }: ValueMatch, value: string): boolean {
  if (exact) return value === exact;
  if (prefix) return value.startsWith(prefix);
  if (suffix) return value.endsWith(suffix);
  if (regex) return matchesWhole(regex, value);
  return range ? /^-?\d+$/.test(value) && Number(value) >= range.start && Number(value) < range.end : false;
}
