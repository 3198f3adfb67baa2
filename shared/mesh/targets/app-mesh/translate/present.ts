type Present<T> = { [K in keyof T]: Exclude<T[K], null> };

/** The object without undefined and null members: App Mesh's answers leave out absent members, too. */
export function present<T extends object>(members: T): Present<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(kept) as Present<T>;
}

/** Translates a value; null and undefined become undefined. */
export function when<T, R>(value: T | null | undefined, translate: (value: T) => R): R | undefined {
  return value === undefined || value === null ? undefined : translate(value);
}

/** An object with exactly one member, as in the SDK's unions. */
type OneOf<T> = {
  [K in keyof T]-?: { [P in K]-?: Exclude<T[P], null | undefined> } & { [P in Exclude<keyof T, K>]?: never };
}[keyof T];

/** The union with the one set member: the schema accepts nothing else. */
export function oneOf<T extends object>(members: T): OneOf<T> {
  return present(members) as OneOf<T>;
}
