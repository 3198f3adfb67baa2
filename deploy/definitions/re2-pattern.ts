/** JavaScript pattern syntax that Go does not support: lookaround, back references, \u and \c escapes, [^]. */
const unknownToGo = /\(\?<?[=!]|\\(?:[1-9]|k<|u|c[A-Za-z])|\[\^?\]/;
/** The largest repeat count in Go's regexp. */
const largestCount = 1000;

/**
 * A JavaScript pattern in the RE2 syntax of Go's regexp, which the API server uses. Throws an error that names `path` for an
 * unsupported pattern.
 */
export function re2Pattern(source: string, path: string): string {
  const [foreign] = unknownToGo.exec(source) ?? [];
  const tooLarge = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].find(([, min, max]) =>
    [min, max].some((count) => Number(count ?? 0) > largestCount),
  );
  const fault = foreign ?? tooLarge?.[0];
  if (fault !== undefined)
    throw new Error(`${path}: the API server cannot read ${fault} in the pattern ${source}`);
  return source.replaceAll('\\/', '/');
}
