import type { FieldSupport, FieldTable } from './field-table.ts';

/** Fields that a target supports alike. `{a,b}` in a path stands for each of them. */
export type Group = readonly [support: FieldSupport, ...paths: readonly string[]];
/** By kind. */
export type Groups = Readonly<Record<string, readonly Group[]>>;

export const exact: FieldSupport = { effect: 'exact' };

export function exactly(note: string): FieldSupport {
  return { effect: 'exact', note };
}

export function differs(note: string, instead: string): FieldSupport {
  return { effect: 'differs', note, instead };
}

export function refused(note: string, instead: string): FieldSupport {
  return { effect: 'refused', note, instead };
}

export function tableOf(...parts: readonly Groups[]): FieldTable {
  return Object.fromEntries(
    parts
      .flatMap((part) => Object.entries(part))
      .flatMap(([kind, all]) =>
        all.flatMap(([support, ...paths]) =>
          paths.flatMap(expanded).map((path) => [`${kind} ${path}`, support] as const),
        ),
      ),
  );
}

/** The innermost braces first. */
function expanded(path: string): readonly string[] {
  const [whole, choices] = /\{([^{}]*)\}/.exec(path) ?? [];
  if (whole === undefined || choices === undefined) return [path];
  const [start = '', ...end] = path.split(whole);
  // Of nested braces each choice is part of an outer one, so that the text stays a list there.
  const isNested = start.lastIndexOf('{') > start.lastIndexOf('}');
  const parts = choices.split(',');
  if (!isNested) return parts.flatMap((part) => expanded(start + part + end.join(whole)));
  const head = start.slice(Math.max(start.lastIndexOf('{'), start.lastIndexOf(',')) + 1);
  const before = start.slice(0, start.length - head.length);
  return expanded(before + parts.map((part) => head + part).join() + end.join(whole));
}
