import type { RequestMatch } from '../../../mesh/routing/match.ts';

type Named = RequestMatch['headers'][number];

/** Which requests a route takes: `path /cart*, header x-beta = 1`; `every request`. */
export function matchText(match: RequestMatch): string {
  const { path, method, scheme, hostname, headers, queryParameters, port } = match;
  const parts = [
    path && path.value !== '/' ? pathText(path) : '',
    method && `method ${method}`,
    scheme && `scheme ${scheme}`,
    hostname && `host ${hostname.exact ?? `*${hostname.suffix}`}`,
    ...headers.map(headerText),
    ...queryParameters.map(({ name, match: value }) => `query ${name}${value ? ` = ${value.exact}` : ''}`),
    port && `port ${port}`,
  ].filter((part) => part !== '' && part !== undefined);
  return parts.length === 0 ? 'every request' : parts.join(', ');
}

function pathText({ kind, value }: NonNullable<RequestMatch['path']>): string {
  if (kind === 'regex') return `path like ${value}`;
  return kind === 'prefix' ? `path ${value}*` : `path ${value}`;
}

function headerText({ name, match, invert }: Named): string {
  return `header ${name}${invert ? ' not' : ''}${match ? ` ${valueText(match)}` : ''}`;
}

function valueText({ exact, prefix, suffix, regex, range }: NonNullable<Named['match']>): string {
  if (exact) return `= ${exact}`;
  if (prefix) return `= ${prefix}*`;
  if (suffix) return `= *${suffix}`;
  if (regex) return `like ${regex}`;
  return `from ${range?.start} to ${(range?.end ?? 1) - 1}`;
}
