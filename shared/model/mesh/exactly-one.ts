/** The members of an object that are set; null is absent. */
export function setMembers(value: object): readonly string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name]) => name);
}

function found(value: unknown, members: readonly string[]): string {
  const set = setMembers(Object(value)).filter((name) => members.includes(name));
  return set.length === 0 ? 'none' : set.join(' and ');
}

/** Arguments for an object schema's `refine`: `expected exactly one of acm, file, sds; found none`. */
export function exactlyOne<M extends string>(...members: readonly M[]) {
  return [
    (value: Partial<Record<M, unknown>>) =>
      setMembers(value).filter((name) => members.some((member) => member === name)).length === 1,
    {
      error: ({ input }: { readonly input?: unknown }) =>
        `expected exactly one of ${members.join(', ')}; found ${found(input, members)}`,
    },
  ] as const;
}

/** As `exactlyOne`, where none is as good: `expected at most one of json, text; found json and text`. */
export function atMostOne<M extends string>(...members: readonly M[]) {
  return [
    (value: Partial<Record<M, unknown>>) =>
      setMembers(value).filter((name) => members.some((member) => member === name)).length <= 1,
    {
      error: ({ input }: { readonly input?: unknown }) =>
        `expected at most one of ${members.join(', ')}; found ${found(input, members)}`,
    },
  ] as const;
}
