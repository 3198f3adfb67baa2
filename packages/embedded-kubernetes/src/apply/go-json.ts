import { isObject } from '../model/json.ts';

const escaped: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes a map, and so kubectl: keys in order, some characters escaped, a newline at the end. */
export function goJson(value: unknown): string {
  return `${encoded(value).replaceAll(/[<>&\u2028\u2029]/g, (each) => escaped[each] ?? each)}\n`;
}

// Not an object with sorted keys: JavaScript puts keys that are numbers first.
function encoded(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(encoded).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${encoded(value[key])}`);
  return `{${fields.join(',')}}`;
}
