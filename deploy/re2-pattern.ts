/** What a JavaScript pattern may have and Go's does not: lookaround, back references, \u and \c escapes, [^]. */
const unknownToGo = /\(\?<?[=!]|\\(?:[1-9]|k<|u|c[A-Za-z])|\[\^?\]/;
/** The largest count that Go's regexp takes. */
const largestCount = 1000;

/**
 * A JavaScript pattern as Go's regexp, and so the API server, reads it: RE2's syntax. Throws an error that names `path`
 * for a pattern that it cannot read.
 */
export function re2Pattern(source: string, path: string): string {
  const [foreign] = unknownToGo.exec(source) ?? [];
  const tooLarge = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].find(([, least, most]) =>
    [least, most].some((count) => Number(count ?? 0) > largestCount),
  );
  const fault = foreign ?? tooLarge?.[0];
  if (fault !== undefined)
    throw new Error(`${path}: the API server cannot read ${fault} in the pattern ${source}`);
  return source.replaceAll('\\/', '/');
}
