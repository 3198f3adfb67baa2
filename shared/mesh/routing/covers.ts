import type { NamedMatch } from '../../model/mesh/route-match.ts';
import type { Hostname, PathMatch, RequestMatch } from './match.ts';

/** Whether every request that `b` matches is one that `a` matches, too. Of regular expressions only equal ones are known to. */
export function covers(a: RequestMatch, b: RequestMatch): boolean {
  return (
    isSameOrAny(a.port, b.port) &&
    isSameOrAny(a.method, b.method) &&
    isSameOrAny(a.scheme, b.scheme) &&
    coversPath(a.path, b.path) &&
    coversHost(a.hostname, b.hostname) &&
    isPart(a.headers.map(headerText), b.headers.map(headerText)) &&
    isPart(a.queryParameters.map(parameterText), b.queryParameters.map(parameterText))
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

function isPart(a: readonly string[], b: readonly string[]): boolean {
  return a.every((each) => b.includes(each));
}

function headerText({ name, match, invert }: NamedMatch): string {
  const { exact, prefix, suffix, regex, range } = match ?? {};
  const value = [exact, prefix, suffix, regex, range?.start, range?.end];
  return JSON.stringify([name.toLowerCase(), invert === true, match ? value : null]);
}

function parameterText({ name, match }: RequestMatch['queryParameters'][number]): string {
  return JSON.stringify([name, match?.exact ?? null]);
}
