/** A JSON path as in EventBridge targets: `$`, then names after dots. */
export function jsonPath(path: string): (value: unknown) => unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path))
    throw new TypeError(
      `JSON path ${JSON.stringify(path)}: expected $ and names after dots, such as $.detail.group`,
    );
  const names = path.split('.').slice(1);
  return (value) => names.reduce(member, value);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
