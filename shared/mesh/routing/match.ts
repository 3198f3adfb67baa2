import type { NamedMatch, QueryParameter } from '../../model/mesh/route-match.ts';

/** A path, or a gRPC method as the path of its request. Absent: any path. */
export type PathMatch = { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string } | undefined;

/** What the matches of routes and gateway routes of all protocols have in common. A prefix is one of characters: `/a` matches `/ab`. */
export interface RequestMatch {
  readonly path: PathMatch;
  readonly method?: string | undefined;
  readonly scheme?: string | undefined;
  /** Of gateway routes. */
  readonly hostname?: Hostname | undefined;
  /** Headers, or the metadata of a gRPC call. */
  readonly headers: readonly NamedMatch[];
  readonly queryParameters: readonly QueryParameter[];
  readonly port?: number | undefined;
}

export interface Hostname {
  readonly exact?: string | null | undefined;
  readonly suffix?: string | null | undefined;
}

interface HttpMatch {
  readonly prefix?: string | null | undefined;
  readonly path?:
    | { readonly exact?: string | null | undefined; readonly regex?: string | null | undefined }
    | null
    | undefined;
  readonly method?: string | null | undefined;
  readonly scheme?: string | null | undefined;
  readonly hostname?: Hostname | null | undefined;
  readonly headers?: readonly NamedMatch[] | null | undefined;
  readonly queryParameters?: readonly QueryParameter[] | null | undefined;
  readonly port?: number | null | undefined;
}

interface GrpcMatch {
  readonly serviceName?: string | null | undefined;
  readonly methodName?: string | null | undefined;
  readonly hostname?: Hostname | null | undefined;
  readonly metadata?: readonly NamedMatch[] | null | undefined;
  readonly port?: number | null | undefined;
}

export function httpMatchOf(match: HttpMatch): RequestMatch {
  const { prefix, path, method, scheme, hostname, headers, queryParameters, port } = match;
  return {
    path: pathOf(prefix, path),
    method: method ?? undefined,
    scheme: scheme ?? undefined,
    hostname: hostname ?? undefined,
    headers: headers ?? [],
    queryParameters: queryParameters ?? [],
    port: port ?? undefined,
  };
}

function pathOf(prefix: HttpMatch['prefix'], path: HttpMatch['path']): PathMatch {
  if (prefix) return { kind: 'prefix', value: prefix };
  if (path?.exact) return { kind: 'exact', value: path.exact };
  return path?.regex ? { kind: 'regex', value: path.regex } : undefined;
}

export function grpcMatchOf(match: GrpcMatch): RequestMatch {
  const { serviceName, methodName, hostname, metadata, port } = match;
  const path: PathMatch = methodName
    ? { kind: 'exact', value: `/${serviceName}/${methodName}` }
    : { kind: 'prefix', value: `/${serviceName}/` };
  return {
    path: serviceName ? path : undefined,
    hostname: hostname ?? undefined,
    headers: metadata ?? [],
    queryParameters: [],
    port: port ?? undefined,
  };
}

const pathRanks = { exact: 0, prefix: 1, regex: 2 } as const;

/**
 * The order in which routes are tried, as a list to compare: priority, none last; then exact paths, prefixes from the
 * longest, regular expressions, any path; then exact host names, the longest suffix, any host; then those with a method,
 * with more headers, with more query parameters. App Mesh documents priority and length of the prefix only; the rest is the
 * order of the Gateway API, but for the host name, which comes first there.
 */
export function rankOf(match: RequestMatch, priority: number | null | undefined): readonly number[] {
  const { path, hostname, method, headers, queryParameters } = match;
  return [
    priority ?? Number.POSITIVE_INFINITY,
    path === undefined ? 3 : pathRanks[path.kind],
    path?.kind === 'prefix' ? -path.value.length : 0,
    hostname?.exact ? Number.NEGATIVE_INFINITY : -(hostname?.suffix?.length ?? 0),
    method === undefined ? 1 : 0,
    -headers.length,
    -queryParameters.length,
  ];
}

export function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((rank, at) => rank !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) < (b[index] ?? 0) ? -1 : 1;
}
