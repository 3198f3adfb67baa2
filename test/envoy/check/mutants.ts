type Tree = Readonly<Record<string, unknown>>;

/** A copy of a tree with one thing changed. */
export interface Mutant<T> {
  /** `routes[0].name = ""`. */
  readonly change: string;
  readonly value: T;
}

const numbers = [-1, 0, 1, 101, 129, 600, 65_536, 2 ** 31, 2 ** 32, 1.5];
const durations = [
  '0s',
  '-1s',
  '0.0001s',
  '0.0000000001s',
  '1',
  '9223372036s',
  '9223372037s',
  '315576000001s',
  '1s ',
];
const texts = [
  '',
  'x',
  'a\0b',
  'a\nb',
  '50%',
  '%%',
  '%REQ(X)%',
  '(',
  '*',
  'a*b',
  'é',
  'host',
  ':path',
  '::1',
  'x'.repeat(300),
];

/** All trees that differ from one in one place. */
export function mutantsOf<T>(tree: T): readonly Mutant<T>[] {
  return placesIn(tree).flatMap(({ path, value }) =>
    changesOf(value, path.at(-1)).map((change) => ({
      change: `${path.join('.')} ${change.text}`,
      value: changed(tree, path, change.to) as T,
    })),
  );
}

interface Change {
  readonly text: string;
  /** Undefined: the field is removed. */
  readonly to: unknown;
}
const to = (value: unknown): Change => ({ text: `= ${JSON.stringify(value).slice(0, 40)}`, to: value });

function changesOf(value: unknown, key: string | number | undefined): readonly Change[] {
  const removed: Change = { text: 'removed', to: undefined };
  // The lists of a proxy are always there.
  if (key === undefined) return [];
  if (typeof value === 'number') return [...numbers.map(to), removed];
  if (typeof value === 'boolean') return [to(!value), to('text'), removed];
  if (typeof value === 'string')
    return [...(isDuration(value) ? durations : texts).map(to), to({ a: 1 }), removed];
  if (Array.isArray(value)) return [...listChanges(value), removed];
  return [
    { text: 'with an unknown field', to: { ...(value as Tree), unknown_field: 1 } },
    to('text'),
    to({}),
    removed,
  ];
}

const isDuration = (text: string) => /^[\d.]+s$/.test(text);

function listChanges(value: readonly unknown[]): readonly Change[] {
  return [
    to([]),
    to(true),
    { text: 'with an empty item', to: [...value, {}] },
    ...(value.length > 0 ? [{ text: 'with its first item twice', to: [...value, value[0]] }] : []),
    ...(value.length > 1 ? [{ text: 'reversed', to: value.toReversed() }] : []),
  ];
}

type Path = readonly (string | number)[];

function placesIn(
  value: unknown,
  path: Path = [],
): readonly { readonly path: Path; readonly value: unknown }[] {
  const here = { path, value };
  if (Array.isArray(value))
    return [here, ...value.flatMap((each, index) => placesIn(each, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]))];
}

function changed(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.flatMap((each, index) => {
      if (index !== key) return [each];
      const next = changed(each, rest, replacement);
      return next === undefined ? [] : [next];
    });
  const { [key]: old, ...others } = value as Tree;
  const next = changed(old, rest, replacement);
  return next === undefined ? others : { ...(value as Tree), [key]: next };
}
