/**
 * A replacer of JSON.stringify, for the JSON protocols: a time is a number of seconds with a fraction. `value` is what
 * Date.toJSON made; the Date itself is in `this`.
 */
export function epochSeconds(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  return raw instanceof Date ? raw.getTime() / 1000 : value;
}
