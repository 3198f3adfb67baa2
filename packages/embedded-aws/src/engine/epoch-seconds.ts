/**
 * A replacer for JSON.stringify in the JSON protocols: a time is a number of seconds with a fraction. `value` is the
 * result of Date.toJSON; `this` holds the Date itself.
 */
export function epochSeconds(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  return raw instanceof Date ? raw.getTime() / 1000 : value;
}
