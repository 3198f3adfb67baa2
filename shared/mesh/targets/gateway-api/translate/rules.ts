import type { Spec } from '../../../plan/resource.ts';
import type { Match } from './match.ts';
import { isAnyPath, pathMatch } from './path.ts';
import { namedValues } from './value.ts';

/** A Service that gets requests, with its share. */
export interface Backend {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly weight: number;
}

/** What is done with a request. Without backends it is answered with an error. */
export interface Action {
  readonly backends: readonly Backend[];
  /** Infinite: without a limit. */
  readonly timeoutMs?: number | undefined;
  /** The host that the backend sees. */
  readonly host?: string | undefined;
  /** The path that the backend sees: all of it, or `replacement` for `prefix` and the slash behind that. */
  readonly path?: { readonly prefix?: string; readonly replacement: string } | undefined;
}

export interface Rule {
  readonly match: Match;
  readonly action: Action;
  readonly actionText: string;
}

export function backendRefs(backends: readonly Backend[], from: string): readonly Spec[] {
  return backends.map(({ namespace, name, port, weight }) => ({
    ...{ group: '', kind: 'Service', name, port, weight },
    ...(namespace !== from && { namespace }),
  }));
}

/** The rules of an HTTPRoute in the namespace `from`. Neighbours that do the same are one rule. */
export function httpRules(
  rules: readonly Rule[],
  { from, asRegex }: { from: string; asRegex: boolean },
): readonly Spec[] {
  return groups(rules, 64).map(([first, ...others]) => ({
    matches: [first, ...others].map(({ match }) => httpMatch(match, asRegex)),
    ...(filtersOf(first) && { filters: filtersOf(first) }),
    ...(first.action.backends.length > 0 && { backendRefs: backendRefs(first.action.backends, from) }),
    ...(first.action.timeoutMs !== undefined &&
      first.action.backends.length > 0 && { timeouts: { request: durationText(first.action.timeoutMs) } }),
  }));
}

type Group = readonly [Rule, ...Rule[]];

/** A rewrite of a prefix belongs to one match. */
function groups(rules: readonly Rule[], maxMatches: number): readonly Group[] {
  const found: [Rule, ...Rule[]][] = [];
  for (const rule of rules) {
    const last = found.at(-1);
    const isSame = last !== undefined && last[0].actionText === rule.actionText && last.length < maxMatches;
    if (isSame && rule.action.path === undefined) last.push(rule);
    else found.push([rule]);
  }
  return found;
}

function httpMatch({ path, method, headers, query }: Match, asRegex: boolean): Spec {
  return {
    path: pathMatch(path, asRegex),
    ...(method !== undefined && { method }),
    ...(headers.size > 0 && { headers: namedValues(headers) }),
    ...(query.size > 0 && { queryParams: namedValues(query) }),
  };
}

function filtersOf({ match, action }: Rule): readonly Spec[] | undefined {
  const { host, path } = action;
  if (action.backends.length === 0 || (host === undefined && path === undefined)) return undefined;
  const urlRewrite = {
    ...(host !== undefined && { hostname: host }),
    ...(path && { path: rewriteOf(match, path) }),
  };
  return [{ type: 'URLRewrite', urlRewrite }];
}

/** For just the requests of the match, which may be fewer than those of the prefix. */
function rewriteOf({ path: { kind, value } }: Match, path: NonNullable<Action['path']>): Spec {
  if (path.prefix === undefined) return { type: 'ReplaceFullPath', replaceFullPath: path.replacement };
  const rewritten = rewrittenPath(value, path.prefix, path.replacement);
  return kind === 'exact'
    ? { type: 'ReplaceFullPath', replaceFullPath: rewritten }
    : { type: 'ReplacePrefixMatch', replacePrefixMatch: rewritten };
}

/** As App Mesh: `/chapter/1` and `/chapter` become `/1` and `/` where `/` replaces `/chapter`. */
function rewrittenPath(path: string, prefix: string, replacement: string): string {
  return replacement + path.slice(prefix.length + 1);
}

/** The rules of a GRPCRoute. */
export function grpcRules(rules: readonly Rule[], from: string): readonly Spec[] {
  return groups(rules, 64).map((group) => {
    const refs = backendRefs(group[0].action.backends, from);
    return {
      matches: group.map(({ match }) => grpcMatch(match)),
      ...(refs.length > 0 && { backendRefs: refs }),
    };
  });
}

function grpcMatch({ path, headers }: Match): Spec {
  const [, service, method] = /^\/(.*)\/(.*)$/s.exec(path.value) ?? [];
  return {
    ...(!isAnyPath(path) && { method: { type: 'Exact', service, ...(method && { method }) } }),
    ...(headers.size > 0 && { headers: namedValues(headers) }),
  };
}

/** In the Gateway API's form: at most five digits for each unit. Above 11 years there is no limit. */
function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
    [ms % 1000, 'ms'],
  ] as const;
  if (parts[0][0] > 99_999) return '0s';
  const text = parts.flatMap(([number, unit]) => (number > 0 ? [`${number}${unit}`] : [])).join('');
  return text === '' ? '0s' : text;
}
