import type { NamedMatch } from '../../model/mesh/route-match.ts';
import type { Hostname, PathMatch, RequestMatch } from './match.ts';

/** A match with its headers and query parameters as texts to compare. */
export interface Compared {
  readonly match: RequestMatch;
  readonly conditions: readonly string[];
}

export function comparedOf(match: RequestMatch): Compared {
  return {
    match,
    conditions: [...match.headers.map(headerText), ...match.queryParameters.map(parameterText)],
  };
}

/** Of a path and host. A tenant can write any number of routes, and each is compared with those before it. */
const maxCompared = 100;

/**
 * The first of some matches that takes every request that another one matches, too. Of regular expressions only equal ones are
 * known to, and of more than 100 that take its paths and hosts the first 100 are compared.
 */
export function firstCovering<T extends Compared>(
  all: readonly T[],
  { match, conditions }: Compared,
): T | undefined {
  return all
    .filter((each) => coversPlace(each.match, match))
    .slice(0, maxCompared)
    .find((each) => each.conditions.every((condition) => conditions.includes(condition)));
}

function coversPlace(a: RequestMatch, b: RequestMatch): boolean {
  return (
    isSameOrAny(a.port, b.port) &&
    isSameOrAny(a.method, b.method) &&
    isSameOrAny(a.scheme, b.scheme) &&
    coversPath(a.path, b.path) &&
    coversHost(a.hostname, b.hostname)
  );
}

function isSameOrAny<T>(a: T | undefined, b: T | undefined): boolean {
  return a === undefined || a === b;
}

/** Every path begins with a slash. */
function coversPath(a: PathMatch, b: PathMatch): boolean {
  if (a === undefined || (a.kind === 'prefix' && a.value === '/')) return true;
  if (b === undefined) return false;
  if (a.kind === 'prefix') return b.kind !== 'regex' && b.value.startsWith(a.value);
  return a.kind === b.kind && a.value === b.value;
}

function coversHost(a: Hostname | undefined, b: Hostname | undefined): boolean {
  const [exact, suffix] = [a?.exact?.toLowerCase(), a?.suffix?.toLowerCase()];
  const other = (b?.exact ?? b?.suffix)?.toLowerCase();
  if (exact) return b?.exact?.toLowerCase() === exact;
  return !suffix || other?.endsWith(suffix) === true;
}

function headerText({ name, match, invert }: NamedMatch): string {
  const { exact, prefix, suffix, regex, range } = match ?? {};
  const value = [exact, prefix, suffix, regex, range?.start, range?.end];
  return JSON.stringify(['header', name.toLowerCase(), invert === true, match ? value : null]);
}

function parameterText({ name, match }: RequestMatch['queryParameters'][number]): string {
  return JSON.stringify(['query', name, match?.exact ?? null]);
}
