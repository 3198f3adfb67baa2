type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Test = (value: unknown) => boolean;

/**
 * Compiles an event pattern: every field of the pattern must match one of its values or filters; an array in the event
 * matches if one of its elements does. Filters: prefix, suffix, anything-but, exists (EventBridge user guide,
 * "Comparison operators"). Throws on any other filter, so that no rule silently never matches.
 */
export function compilePattern(pattern: Readonly<Record<string, unknown>>, path = ''): Test {
  const fields = Object.entries(pattern).map(([name, expected]): [string, Test] => {
    const field = path === '' ? name : `${path}.${name}`;
    if (Array.isArray(expected)) return [name, anyOf(expected as Json[], field)];
    if (isObject(expected)) return [name, compilePattern(expected, field)];
    throw new TypeError(
      `event pattern: ${field} is ${JSON.stringify(expected)}, expected an array or an object`,
    );
  });
  return (event) => fields.every(([name, test]) => test(isObject(event) ? event[name] : undefined));
}

function anyOf(expected: readonly Json[], field: string): Test {
  const tests = expected.map((one) => (isObject(one) ? filter(one, field) : exactly(one)));
  return (value) => tests.some((test) => test(value));
}

function exactly(expected: Json): Test {
  return someElement((value) => value === expected);
}

function filter(expected: Readonly<Record<string, unknown>>, field: string): Test {
  const [name, operand] = Object.entries(expected)[0] ?? [];
  if (name === 'exists' && typeof operand === 'boolean') return (value) => (value !== undefined) === operand;
  if ((name === 'prefix' || name === 'suffix') && typeof operand === 'string')
    return someElement(affix(name, operand));
  if (name === 'anything-but') return someElement(anythingBut(operand, field));
  throw new TypeError(
    `event pattern: ${field} has the filter ${JSON.stringify(expected)}, which is not supported`,
  );
}

function anythingBut(operand: unknown, field: string): Test {
  if (isObject(operand)) {
    const excluded = filter(operand, field);
    return (value) => value !== undefined && !excluded(value);
  }
  const excluded = Array.isArray(operand) ? operand : [operand];
  return (value) => value !== undefined && !excluded.includes(value);
}

function affix(name: 'prefix' | 'suffix', text: string): Test {
  return (value) =>
    typeof value === 'string' && (name === 'prefix' ? value.startsWith(text) : value.endsWith(text));
}

function someElement(test: Test): Test {
  return (value) => (Array.isArray(value) ? value.some(test) : test(value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
