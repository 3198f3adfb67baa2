import { type Common, quoted } from './path.ts';

/** What a match says of a header or a query parameter; both must be there. */
export interface Value {
  readonly kind: 'present' | 'exact' | 'prefix' | 'suffix' | 'regex';
  readonly value: string;
}

/** By name; header names in lower case. */
export type Values = ReadonlyMap<string, Value>;

export const present: Value = { kind: 'present', value: '' };

export function commonValue(a: Value, b: Value): Common<Value> {
  if (a.kind === 'present' || (a.kind === b.kind && a.value === b.value)) return b;
  if (b.kind === 'present') return a;
  if (a.kind === 'exact') return commonWithExact(a, b);
  if (b.kind === 'exact') return commonWithExact(b, a);
  if (a.kind === 'regex' || a.kind !== b.kind) return undefined;
  const [short, long] = a.value.length < b.value.length ? [a, b] : [b, a];
  return isIn(long.value, short) ? long : null;
}

function commonWithExact(exact: Value, other: Value): Common<Value> {
  if (other.kind === 'regex') return undefined;
  return isIn(exact.value, other) ? exact : null;
}

/** Of a prefix or a suffix; another exact value is not in it. */
function isIn(text: string, { kind, value }: Value): boolean {
  if (kind === 'prefix') return text.startsWith(value);
  return kind === 'suffix' && text.endsWith(value);
}

/** In one match of an HTTPRoute or a GRPCRoute. */
const maxValues = 16;

export function commonValues(a: Values, b: Values): Common<Values> {
  const all = new Map(a);
  let isExpressible = true;
  for (const [name, value] of b) {
    const other = all.get(name);
    const common = other === undefined ? value : commonValue(other, value);
    if (common === null) return null;
    if (common === undefined) isExpressible = false;
    else all.set(name, common);
  }
  return isExpressible && all.size <= maxValues ? all : undefined;
}

/** An entry of `headers` or `queryParams` of a match. */
export interface NamedValue {
  readonly name: string;
  readonly type: 'Exact' | 'RegularExpression';
  readonly value: string;
}

export function namedValues(values: Values): readonly NamedValue[] {
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { kind, value }]) =>
      kind === 'exact'
        ? { name, type: 'Exact', value }
        : { name, type: 'RegularExpression', value: regexOf(kind, value) },
    );
}

function regexOf(kind: Value['kind'], value: string): string {
  if (kind === 'regex') return value;
  // Of a header that is only present, the value is empty.
  return kind === 'prefix' ? `${quoted(value)}.*` : `.*${quoted(value)}`;
}
