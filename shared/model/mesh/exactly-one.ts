/** Which of the members of a union are set; null is absent. */
function set(value: object, members: readonly string[]): readonly string[] {
  const given = new Map(Object.entries(value));
  return members.filter((member) => given.get(member) !== undefined && given.get(member) !== null);
}

function found(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' and ');
}

/** Arguments for an object schema's `refine`: `expected exactly one of acm, file, sds; found none`. */
export function exactlyOne<M extends string>(...members: readonly M[]) {
  return [
    (value: Partial<Record<M, unknown>>) => set(value, members).length === 1,
    {
      error: ({ input }: { readonly input?: unknown }) =>
        `expected exactly one of ${members.join(', ')}; found ${found(set(Object(input), members))}`,
    },
  ] as const;
}

/** As `exactlyOne`, where none is as good: `expected at most one of json, text; found json and text`. */
export function atMostOne<M extends string>(...members: readonly M[]) {
  return [
    (value: Partial<Record<M, unknown>>) => set(value, members).length <= 1,
    {
      error: ({ input }: { readonly input?: unknown }) =>
        `expected at most one of ${members.join(', ')}; found ${found(set(Object(input), members))}`,
    },
  ] as const;
}
