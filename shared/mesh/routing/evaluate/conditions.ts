import type { NamedMatch, QueryParameter, ValueMatch } from '../../../model/mesh/route-match.ts';
import type { Hostname, PathMatch, RequestMatch } from '../match.ts';
import { matchesWhole } from './regex.ts';
import { headerValuesOf, hostNameOf, type MeshRequest, pathOf, queryParameterOf } from './request.ts';

/** A condition that a request does not meet, in words. */
export interface FailedCondition {
  readonly reason: string;
  /** The condition cannot be evaluated here; the request may meet it. */
  readonly isUnknown: boolean;
}

/** The first condition of a match that a request does not meet, else the first that cannot be evaluated; null if it meets all. */
export function failedCondition(match: RequestMatch, request: MeshRequest): FailedCondition | null {
  const failed = [
    failedPort(match.port, request.port),
    failedHostname(match.hostname, request),
    failedPath(match.path, pathOf(request)),
    failedText('the method', match.method, request.method),
    failedText('the scheme', match.scheme, request.scheme),
    ...match.headers.map((each) => failedHeader(each, headerValuesOf(request, each.name))),
    ...match.queryParameters.map((each) => failedParameter(each, queryParameterOf(request, each.name))),
  ].filter((each) => each !== null);
  return failed.find(({ isUnknown }) => !isUnknown) ?? failed[0] ?? null;
}

export function notMet(reason: string): FailedCondition {
  return { reason, isUnknown: false };
}

function failedPort(expected: number | undefined, actual: number): FailedCondition | null {
  return expected === undefined || expected === actual
    ? null
    : notMet(`the port is ${actual}; expected ${expected}`);
}

function failedText(what: string, expected: string | undefined, actual: string): FailedCondition | null {
  return expected === undefined || expected === actual
    ? null
    : notMet(`${what} is ${quoted(actual)}; expected ${quoted(expected)}`);
}

/** A host name in a match may have a port, too. */
function failedHostname(hostname: Hostname | undefined, request: MeshRequest): FailedCondition | null {
  const { exact, suffix } = hostname ?? {};
  const host = hostNameOf(request);
  const both = [host, request.host.toLowerCase()];
  if (exact)
    return both.includes(exact.toLowerCase())
      ? null
      : notMet(`the host is ${quoted(host)}; expected ${quoted(exact)}`);
  if (!suffix || both.some((each) => each.endsWith(suffix.toLowerCase()))) return null;
  return notMet(`the host is ${quoted(host)}; expected one that ends with ${quoted(suffix)}`);
}

/** A prefix is one of characters: /chapter matches /chapter1. */
function failedPath(expected: PathMatch, actual: string): FailedCondition | null {
  if (expected === undefined) return null;
  const { kind, value } = expected;
  const matches = {
    exact: () => actual === value,
    prefix: () => actual.startsWith(value),
    regex: () => matchesWhole(value, actual),
  }[kind]();
  if (matches === true) return null;
  if (matches === undefined) return notEvaluated('the path', value);
  return notMet(`the path is ${quoted(actual)}; expected ${kindWords[kind]} ${quoted(value)}`);
}

const kindWords = { exact: 'exact', prefix: 'the prefix', suffix: 'the suffix', regex: 'the whole to match' };

/**
 * Envoy's rule: a header that is absent meets only the condition that it is absent, whatever else is inverted. Of several
 * values one has to match, or none if it is inverted.
 */
function failedHeader(
  { name, match, invert }: NamedMatch,
  values: readonly string[],
): FailedCondition | null {
  const header = `the header ${quoted(name)}`;
  const isInverted = invert === true;
  if (!match) {
    if (values.length > 0 !== isInverted) return null;
    return notMet(isInverted ? `${header} is there; expected none` : `${header} is absent`);
  }
  const expected = `${isInverted ? 'not ' : ''}${valueWords(match)}`;
  if (values.length === 0) return notMet(`${header} is absent; expected ${expected}`);
  const matches = values.map((value) => valueMatches(match, value));
  if (!matches.includes(true) && matches.includes(undefined)) return notEvaluated(header, match.regex ?? '');
  return matches.includes(true) !== isInverted
    ? null
    : notMet(`${header} is ${values.map(quoted).join(' and ')}; expected ${expected}`);
}

function valueMatches({ exact, prefix, suffix, regex, range }: ValueMatch, value: string) {
  if (exact) return value === exact;
  if (prefix) return value.startsWith(prefix);
  if (suffix) return value.endsWith(suffix);
  if (regex) return matchesWhole(regex, value);
  return range ? isInRange(value, range) : false;
}

/** Without the end. */
function isInRange(value: string, { start, end }: NonNullable<ValueMatch['range']>): boolean {
  return /^[+-]?\d+$/.test(value) && Number(value) >= start && Number(value) < end;
}

function valueWords({ exact, prefix, suffix, regex, range }: ValueMatch): string {
  if (range) return `a whole number from ${range.start} to ${range.end - 1}`;
  const [kind, value] = Object.entries({ exact, prefix, suffix, regex }).find(([, each]) => each) ?? [];
  return `${kindWords[kind as keyof typeof kindWords]} ${quoted(value ?? '')}`;
}

function failedParameter({ name, match }: QueryParameter, value: string | undefined): FailedCondition | null {
  const parameter = `the query parameter ${quoted(name)}`;
  if (value === undefined)
    return notMet(`${parameter} is absent${match ? `; expected exact ${quoted(match.exact)}` : ''}`);
  return !match || match.exact === value
    ? null
    : notMet(`${parameter} is ${quoted(value)}; expected exact ${quoted(match.exact)}`);
}

function notEvaluated(what: string, regex: string): FailedCondition {
  const reason = `not known whether ${what} matches ${quoted(regex)}: this regular expression cannot be evaluated here`;
  return { reason, isUnknown: true };
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
