/** What a match says of a request's path. */
export interface Path {
  /** `prefix`: of characters, as in App Mesh. `segments`: of whole segments, as `PathPrefix`; it ends with / only if it is /. */
  readonly kind: 'exact' | 'prefix' | 'segments' | 'regex';
  readonly value: string;
}

/** All that two matches have in common; null: nothing; undefined: something that one match cannot express. */
export type Common<T> = T | null | undefined;

export const anyPath: Path = { kind: 'prefix', value: '/' };

export function isAnyPath({ kind, value }: Path): boolean {
  return value === '/' && (kind === 'prefix' || kind === 'segments');
}

/** `/chapter` for `/chapter/` */
export function segmentsOf(prefix: string): Path {
  return { kind: 'segments', value: prefix.replace(/(?<=.)\/+$/, '') };
}

export function commonPath(a: Path, b: Path): Common<Path> {
  if (isAnyPath(a) || (a.kind === b.kind && a.value === b.value)) return b;
  if (isAnyPath(b)) return a;
  if (a.kind === 'regex') return commonWithRegex(a, b);
  if (b.kind === 'regex') return commonWithRegex(b, a);
  if (contains(a, b)) return b;
  return contains(b, a) ? a : null;
}

/** Prefixes and exact paths are nested or have nothing in common. */
function contains(outer: Path, inner: Path): boolean {
  if (outer.kind === 'exact') return false;
  if (!inner.value.startsWith(outer.value)) return false;
  const rest = inner.value.slice(outer.value.length);
  return outer.kind === 'prefix' || rest.startsWith('/') || (rest === '' && inner.kind !== 'prefix');
}

function commonWithRegex(regex: Path, other: Path): Common<Path> {
  const start = literalStart(regex.value);
  if (other.kind === 'regex') {
    const second = literalStart(other.value);
    return start.startsWith(second) || second.startsWith(start) ? undefined : null;
  }
  const border = other.kind === 'segments' ? `${other.value}/` : other.value;
  if (other.kind !== 'exact' && start.startsWith(border)) return regex;
  return border.startsWith(start) ? undefined : null;
}

/** The characters that every text begins with that the regular expression (RE2) matches as a whole: `/orders/` of `/orders/[0-9]+`. */
function literalStart(regex: string): string {
  if (regex.includes('|')) return '';
  const [start = ''] = /^\^?(?:[^\\.+*?()[\]{}^$]|\\[^\w\s])*/.exec(regex) ?? [];
  const isRepeated = /^[*?{+]/.test(regex.slice(start.length));
  return (isRepeated ? start.replace(/\\?.$/s, '') : start).replace(/^\^/, '').replace(/\\(.)/gs, '$1');
}

/** A regular expression (RE2) that matches just this text. */
export function quoted(text: string): string {
  return text.replace(/[\\.+*?()[\]{}|^$]/g, '\\$&');
}

/** `match.path` of an HTTPRoute. */
export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

/** What the schema of an HTTPRoute accepts in `Exact` and `PathPrefix`. */
export function isPlainPath(value: string): boolean {
  return (
    /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(value) &&
    !/\/\/|\/\.\.?(\/|$)|%2f/i.test(value)
  );
}

/** `asRegex`: also where a plain match would do, since a regular expression ranks below it. */
export function pathMatch({ kind, value }: Path, asRegex: boolean): PathMatch {
  if (kind === 'regex') return { type: 'RegularExpression', value };
  if (kind === 'segments') return { type: 'PathPrefix', value };
  if (kind === 'exact' && isPlainPath(value)) return { type: 'Exact', value };
  if (value === '/' && !asRegex) return { type: 'PathPrefix', value };
  return { type: 'RegularExpression', value: kind === 'exact' ? quoted(value) : `${quoted(value)}.*` };
}
