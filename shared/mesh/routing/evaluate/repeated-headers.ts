/**
 * Headers of which Envoy 1.40 makes one, with all values, if a request has them repeatedly. Of others it compares each value
 * for itself.
 */
const joined: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'authorization', 'cache-control', 'content-encoding', 'content-type'],
  ...['expect', 'grpc-timeout', 'if-match', 'if-modified-since', 'if-none-match', 'if-range'],
  ...['if-unmodified-since', 'origin', 'pragma', 'referer', 'user-agent', 'via', 'x-client-trace-id'],
  ...['access-control-request-headers', 'access-control-request-method', 'x-envoy-external-address'],
  ...['x-envoy-original-path', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id'],
]);

/** The values of a header as they are compared, without spaces around them. */
export function comparedValues(name: string, values: string | readonly string[]): readonly string[] {
  const trimmed = [values].flat().map((value) => value.trim());
  return joined.has(name) ? [trimmed.join(',')] : trimmed;
}
