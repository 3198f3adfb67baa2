import { isDeepStrictEqual } from 'node:util';

/** Whether two objects say the same, in whatever order, and whether or not what is undefined is there at all. */
export function isSameContent(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
