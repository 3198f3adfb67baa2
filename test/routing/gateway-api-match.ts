import type { GrpcMethod, HttpMatch, ValueMatch } from './gateway-api-specs.ts';
import { matchesWhole, pathOf, queryParameter, type Request } from './request.ts';

export function matches(match: HttpMatch, request: Request): boolean {
  const { path, method, headers = [], queryParams = [] } = match;
  return (
    pathMatches(path, pathOf(request)) &&
    (typeof method === 'object'
      ? callMatches(method, pathOf(request))
      : (method ?? request.method) === request.method) &&
    firstOfEach(headers).every((each) => valueMatches(each, request.headers[each.name.toLowerCase()])) &&
    firstOfEach(queryParams).every((each) => valueMatches(each, queryParameter(request, each.name)))
  );
}

/** Of several matches of one name, only the first counts. */
function firstOfEach(all: readonly ValueMatch[]): readonly ValueMatch[] {
  const names = all.map(({ name }) => name.toLowerCase());
  return all.filter(({ name }, at) => names.indexOf(name.toLowerCase()) === at);
}

function pathMatches(path: HttpMatch['path'], actual: string): boolean {
  const value = path?.value ?? '/';
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return actual === value;
    case 'PathPrefix':
      return `${actual}/`.startsWith(`${withoutSlash(value)}/`);
    default:
      return matchesWhole(value, actual);
  }
}

/** A prefix is one of whole elements: /chapter matches /chapter/1, not /chapter1. */
export function withoutSlash(prefix: string): string {
  return prefix.replace(/\/$/, '');
}

function callMatches({ type, service, method }: GrpcMethod, path: string): boolean {
  const [, calledService, calledMethod] = path.split('/');
  return [[service, calledService] as const, [method, calledMethod] as const].every(
    ([wanted, actual = '']) => !wanted || textMatches(type, wanted, actual),
  );
}

function valueMatches({ type, value }: ValueMatch, actual: string | undefined): boolean {
  return actual !== undefined && textMatches(type, value, actual);
}

function textMatches(type: ValueMatch['type'], wanted: string, actual: string): boolean {
  return type === 'RegularExpression' ? matchesWhole(wanted, actual) : wanted === actual;
}

/** Of /a and /a/, which are the same prefix, too. */
function prefixLength(path: HttpMatch['path']): number {
  const value = path?.value ?? '/';
  return path?.type === 'RegularExpression' ? value.length : withoutSlash(value).length;
}

/**
 * Smaller comes first. An exact path, then the longest prefix, then a regular expression, which the API leaves to the
 * implementation; a method; the number of headers; the number of query parameters. Of gRPC: the longest service, then
 * the longest method.
 */
export function rank({ path, method, headers = [], queryParams = [] }: HttpMatch): readonly number[] {
  const kinds = { Exact: 0, PathPrefix: 1, RegularExpression: 2 };
  const type = path?.type ?? 'PathPrefix';
  const call = typeof method === 'object' ? method : {};
  return [
    kinds[type],
    type === 'Exact' ? 0 : -prefixLength(path),
    -(call.service?.length ?? 0),
    -(call.method?.length ?? 0),
    typeof method === 'string' ? 0 : 1,
    -headers.length,
    -queryParams.length,
  ];
}
