import type { NamedMatch, QueryParameter, ValueMatch } from '../../../model/mesh/route-match.ts';
import type { Hostname, PathMatch, RequestMatch } from '../match.ts';
import { matchesWhole } from './regex.ts';
import { headerValuesOf, hostNameOf, type MeshRequest, pathOf, queryParameterOf } from './request.ts';

/** The first condition of a match that a request does not meet, in words; null if it meets all. */
export function failedCondition(match: RequestMatch, request: MeshRequest): string | null {
  return (
    failedPort(match.port, request.port) ??
    failedHostname(match.hostname, request) ??
    failedPath(match.path, pathOf(request)) ??
    failedText('the method', match.method, request.method) ??
    failedText('the scheme', match.scheme, request.scheme) ??
    first(match.headers, (each) => failedHeader(each, headerValuesOf(request, each.name))) ??
    first(match.queryParameters, (each) => failedParameter(each, queryParameterOf(request, each.name)))
  );
}

function first<T>(all: readonly T[], failed: (each: T) => string | null): string | null {
  for (const each of all) {
    const reason = failed(each);
    if (reason !== null) return reason;
  }
  return null;
}

function failedPort(expected: number | undefined, actual: number): string | null {
  return expected === undefined || expected === actual ? null : `the port is ${actual}; expected ${expected}`;
}

function failedText(what: string, expected: string | undefined, actual: string): string | null {
  return expected === undefined || expected === actual
    ? null
    : `${what} is ${quoted(actual)}; expected ${quoted(expected)}`;
}

/** A host name in a match may have a port, too. */
function failedHostname(hostname: Hostname | undefined, request: MeshRequest): string | null {
  const { exact, suffix } = hostname ?? {};
  const host = hostNameOf(request);
  const both = [host, request.host.toLowerCase()];
  if (exact)
    return both.includes(exact.toLowerCase())
      ? null
      : `the host is ${quoted(host)}; expected ${quoted(exact)}`;
  if (!suffix || both.some((each) => each.endsWith(suffix.toLowerCase()))) return null;
  return `the host is ${quoted(host)}; expected one that ends with ${quoted(suffix)}`;
}

/** A prefix is one of characters: /chapter matches /chapter1. */
function failedPath(expected: PathMatch, actual: string): string | null {
  if (expected === undefined) return null;
  const { kind, value } = expected;
  const matches = {
    exact: () => actual === value,
    prefix: () => actual.startsWith(value),
    regex: () => matchesWhole(value, actual),
  }[kind]();
  if (matches === true) return null;
  if (matches === undefined) return notEvaluated('the path', value);
  return `the path is ${quoted(actual)}; expected ${kindWords[kind]} ${quoted(value)}`;
}

const kindWords = { exact: 'exact', prefix: 'the prefix', suffix: 'the suffix', regex: 'the whole to match' };

/**
 * Envoy's rule: a header that is absent meets only the condition that it is absent, whatever else is inverted. Of several
 * values one has to match, or none if it is inverted.
 */
function failedHeader({ name, match, invert }: NamedMatch, values: readonly string[]): string | null {
  const header = `the header ${quoted(name)}`;
  const isInverted = invert === true;
  if (!match) {
    if (values.length > 0 !== isInverted) return null;
    return isInverted ? `${header} is there; expected none` : `${header} is absent`;
  }
  const expected = `${isInverted ? 'not ' : ''}${valueWords(match)}`;
  if (values.length === 0) return `${header} is absent; expected ${expected}`;
  const matches = values.map((value) => valueMatches(match, value));
  if (!matches.includes(true) && matches.includes(undefined)) return notEvaluated(header, match.regex ?? '');
  return matches.includes(true) !== isInverted
    ? null
    : `${header} is ${values.map(quoted).join(' and ')}; expected ${expected}`;
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

function failedParameter({ name, match }: QueryParameter, value: string | undefined): string | null {
  const parameter = `the query parameter ${quoted(name)}`;
  if (value === undefined)
    return `${parameter} is absent${match ? `; expected exact ${quoted(match.exact)}` : ''}`;
  return !match || match.exact === value
    ? null
    : `${parameter} is ${quoted(value)}; expected exact ${quoted(match.exact)}`;
}

const notKnown = 'not known whether';

/** Whether a failed condition only is not known to be met. */
export function isNotKnown(reason: string): boolean {
  return reason.startsWith(notKnown);
}

function notEvaluated(what: string, regex: string): string {
  return `${notKnown} ${what} matches ${quoted(regex)}: this regular expression cannot be evaluated here`;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
