import type { ValueMatch } from '../../../../../model/mesh/route-match.ts';
import { quoted, rangeRegex, regexFault } from './regex.ts';

/** Istio's StringMatch. Empty: only the presence is required. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** Several conditions on one value: `never` if none can meet them all, a fault if Istio cannot express them. */
export type Combined<T> = T | 'never' | Fault;

export interface Fault {
  readonly fault: string;
}

export function stringMatchOf(match: ValueMatch): StringMatch | Fault {
  if (match.exact) return { exact: match.exact };
  if (match.prefix) return { prefix: match.prefix };
  const regex = regexOf(match);
  const fault = regexFault(regex);
  return fault === undefined ? { regex } : { fault: `the regular expression ${fault}` };
}

function regexOf({ exact, prefix, suffix, regex, range }: ValueMatch): string {
  if (exact) return quoted(exact);
  if (prefix) return `${quoted(prefix)}.*`;
  if (suffix) return `.*${quoted(suffix)}`;
  return range ? rangeRegex(range.start, range.end) : (regex ?? '');
}

/** None of the values. */
export function unionOf(matches: readonly ValueMatch[]): StringMatch | Fault {
  const [only, ...others] = matches;
  if (only && others.length === 0) return stringMatchOf(only);
  const faulty = matches.map(stringMatchOf).find((each) => 'fault' in each);
  if (faulty) return faulty;
  return stringMatchOf({ regex: matches.map((each) => `(?:${regexOf(each)})`).join('|') });
}

/** All of the values. */
export function intersectionOf(matches: readonly ValueMatch[]): Combined<ValueMatch> {
  const [first, ...others] = matches;
  let all: Combined<ValueMatch> = first ?? {};
  for (const other of others) {
    if (all === 'never' || 'fault' in all) return all;
    all = both(all, other);
  }
  return all;
}

function both(a: ValueMatch, b: ValueMatch): Combined<ValueMatch> {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (a.exact) return withExact(a.exact, a, b);
  if (b.exact) return withExact(b.exact, b, a);
  if (a.range && b.range) return withRange(a.range, b.range);
  if (a.prefix && b.prefix) return nested(a, b, a.prefix.startsWith(b.prefix), b.prefix.startsWith(a.prefix));
  if (a.suffix && b.suffix) return nested(a, b, a.suffix.endsWith(b.suffix), b.suffix.endsWith(a.suffix));
  return withAffixes({ ...a, ...b });
}

function withExact(exact: string, one: ValueMatch, other: ValueMatch): Combined<ValueMatch> {
  if (other.regex) return several;
  return other.exact || !fits(exact, other) ? 'never' : one;
}

type Range = NonNullable<ValueMatch['range']>;

function withRange(a: Range, b: Range): Combined<ValueMatch> {
  const range = { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
  return range.start < range.end ? { range } : 'never';
}

function withAffixes({ prefix, suffix }: ValueMatch): Combined<ValueMatch> {
  return prefix && suffix ? { regex: affixed(prefix, suffix) } : several;
}

const several = { fault: 'Istio has one condition for each header' };

function nested(a: ValueMatch, b: ValueMatch, aIsLonger: boolean, bIsLonger: boolean): Combined<ValueMatch> {
  if (aIsLonger) return a;
  return bIsLonger ? b : 'never';
}

function fits(text: string, { prefix, suffix, range }: ValueMatch): boolean {
  if (prefix) return text.startsWith(prefix);
  if (suffix) return text.endsWith(suffix);
  return range ? new RegExp(`^(?:${rangeRegex(range.start, range.end)})$`).test(text) : false;
}

/** Begins with the one and ends with the other, which may overlap. */
function affixed(prefix: string, suffix: string): string {
  const overlapping = [...Array(suffix.length).keys()]
    .filter((length) => length > 0 && prefix.endsWith(suffix.slice(0, length)))
    .map((length) => quoted(prefix + suffix.slice(length)));
  const whole = prefix.endsWith(suffix) ? [quoted(prefix)] : [];
  return [`${quoted(prefix)}.*${quoted(suffix)}`, ...overlapping, ...whole].join('|');
}
