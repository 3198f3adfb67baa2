/** Whether two objects have the same content; key order and undefined properties are ignored. */
export function isSameContent(a: unknown, b: unknown): boolean {
  return contentText(a) === contentText(b);
}

/** JSON with the keys of every object sorted: equal content gives equal text. */
export function contentText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isPlainObject(part) ? Object.fromEntries(Object.entries(part).sort(byKey)) : part,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
