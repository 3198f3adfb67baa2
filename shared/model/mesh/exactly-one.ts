/** The members of an object that are set; null counts as absent. */
export function setMembers(value: object): readonly string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name]) => name);
}

/** Arguments for an object schema's `refine`: a check of how many of the members are set, and its message. */
function counted<M extends string>(
  expected: string,
  members: readonly M[],
  isRight: (count: number) => boolean,
) {
  const found = (value: unknown) =>
    setMembers(Object(value)).filter((name) => members.some((member) => member === name));
  return [
    (value: Partial<Record<M, unknown>>) => isRight(found(value).length),
    {
      /** For readers of the schema that cannot call a function, such as the CRD generator. */
      params: { expected, members },
      /** Also if a member has faults of its own, so that all are named at once. */
      when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
      error: ({ input }: { readonly input?: unknown }) =>
        `expected ${expected} of ${members.join(', ')}; found ${found(input).join(' and ') || 'none'}`,
    },
  ] as const;
}

/** `expected exactly one of acm, file, sds; found none` */
export function exactlyOne<M extends string>(...members: readonly M[]) {
  return counted('exactly one', members, (count) => count === 1);
}

/** `expected at most one of prefix, path; found prefix and path` */
export function atMostOne<M extends string>(...members: readonly M[]) {
  return counted('at most one', members, (count) => count <= 1);
}

/** `expected at least one of prefix, path, hostname; found none` */
export function atLeastOne<M extends string>(...members: readonly M[]) {
  return counted('at least one', members, (count) => count >= 1);
}
