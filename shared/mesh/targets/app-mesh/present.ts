type Present<T> = { [K in keyof T]: Exclude<T[K], null> };

/** The object without members that are undefined or null: App Mesh answers without what it was not told, too. */
export function present<T extends object>(members: T): Present<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(kept) as Present<T>;
}

/** Translates what is there; what is null or undefined stays away. */
export function when<T, R>(value: T | null | undefined, translate: (value: T) => R): R | undefined {
  return value === undefined || value === null ? undefined : translate(value);
}

/** An object of which one member is set, as the SDK has unions. */
type OneOf<T> = {
  [K in keyof T]-?: { [P in K]-?: Exclude<T[P], null | undefined> } & { [P in Exclude<keyof T, K>]?: never };
}[keyof T];

/** The union of the one member that is set: the schema lets nothing else through. */
export function oneOf<T extends object>(members: T): OneOf<T> {
  return present(members) as OneOf<T>;
}
