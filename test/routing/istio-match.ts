import { authorityOf, matchesWhole, pathOf, queryParameter, type Request } from './request.ts';

export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface IstioMatch {
  readonly uri?: StringMatch;
  readonly ignoreUriCase?: boolean;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sourceNamespace?: string;
}

/** Where a request is met: in a pod's sidecar ('mesh') or in a gateway. */
export interface Place {
  readonly gateway: string;
  readonly port: number;
  readonly namespace: string;
}

/** Whether the match is for requests that are met here. */
export function isFor(match: IstioMatch, place: Place): boolean {
  return (
    (match.port === undefined || match.port === place.port) &&
    (match.gateways === undefined || match.gateways.includes(place.gateway)) &&
    (match.sourceNamespace === undefined || match.sourceNamespace === place.namespace)
  );
}

export function matches(match: IstioMatch, request: Request): boolean {
  const { headers = {}, withoutHeaders = {}, queryParams = {} } = match;
  return (
    isMatch(match.uri, pathOf(request), match.ignoreUriCase) &&
    isMatch(match.scheme, request.scheme) &&
    isMatch(match.method, request.method) &&
    isMatch(match.authority, authorityOf(request)) &&
    Object.entries(headers).every(([name, value]) =>
      isPresentMatch(value, request.headers[name.toLowerCase()]),
    ) &&
    Object.entries(withoutHeaders).every(([name, value]) =>
      isWithout(value, request.headers[name.toLowerCase()]),
    ) &&
    Object.entries(queryParams).every(([name, value]) => isPresentMatch(value, queryParameter(request, name)))
  );
}

/** Pilot sends no route after one that takes every request. */
export function isCatchAll(match: IstioMatch): boolean {
  const { uri, headers = {}, withoutHeaders = {}, queryParams = {}, method, authority, scheme } = match;
  const path = uri === undefined || uri.prefix === '/' || uri.regex === '.*';
  const others = [headers, withoutHeaders, queryParams].every((each) => Object.keys(each).length === 0);
  return path && others && [method, authority, scheme].every((each) => each === undefined);
}

function isMatch(match: StringMatch | undefined, value: string, ignoreCase = false): boolean {
  if (match === undefined) return true;
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  if (match.exact !== undefined) return fold(value) === fold(match.exact);
  if (match.prefix !== undefined) return fold(value).startsWith(fold(match.prefix));
  return match.regex === undefined || match.regex === '*' || matchesWhole(match.regex, value);
}

/** An empty match asks for presence only. */
function isPresentMatch(match: StringMatch, value: string | undefined): boolean {
  return value !== undefined && isMatch(match, value);
}

/** An absent header counts as an empty one, unless the match asks for presence only. */
function isWithout(match: StringMatch, value: string | undefined): boolean {
  const presence = match.exact === undefined && match.prefix === undefined && (match.regex ?? '*') === '*';
  return presence ? value === undefined : !isMatch(match, value ?? '');
}
