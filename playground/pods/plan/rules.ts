/** What an application answers for a path: a text, or the answer of another host. */
export type Rule = { readonly path: string; readonly isExact: boolean } & (
  | { readonly status: number; readonly body: string; readonly type: string }
  | { readonly proxy: string }
);

/** The rule for a path: the exact one, else the longest prefix. */
export function ruleFor(rules: readonly Rule[], path: string): Rule | undefined {
  const exact = rules.find((rule) => rule.isExact && rule.path === path);
  const [longest] = rules
    .filter((rule) => !rule.isExact && path.startsWith(rule.path))
    .sort((a, b) => b.path.length - a.path.length);
  return exact ?? longest;
}

/** The URL that a request is passed on to. As with nginx, a path in `proxy` replaces the part that the rule matched. */
export function proxiedUrl(proxy: string, rule: Rule, pathAndQuery: string): URL {
  const hasPath = /^https?:\/\/[^/]+\//.test(proxy);
  return hasPath ? new URL(proxy + pathAndQuery.slice(rule.path.length)) : new URL(pathAndQuery, proxy);
}
