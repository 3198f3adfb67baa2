import type { Random } from '../property/random.ts';

/** Values that break assumptions: of every type, at the borders of every rule, and names that JavaScript acts on. */
const oddities: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  'x'.repeat(70_000),
  '\u0000',
  '😀',
  '../..',
  '__proto__',
  '9'.repeat(200),
  '-5',
  '2026-13-45T99:99:99Z',
  '1969-12-31T23:59:59Z',
  'AWS_ALIAS_DNS_NAME',
  '10.0.0.256',
  '::ffff:10.0.0.1',
  [],
  [[]],
  {},
  { toString: 'x' },
];

/** One to four changes at random places: replaced, removed, doubled, renamed, or broken as text. */
export function mutate(random: Random, value: unknown): string {
  const copy = structuredClone(value);
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change++) mutateOnce(random, copy);
  const text = JSON.stringify(copy);
  return random.chance(0.05) ? text.slice(0, random.below(text.length)) : text;
}

function mutateOnce(random: Random, root: unknown): void {
  const [parent, key] = placeIn(random, root);
  if (parent === undefined || key === undefined) return;
  const oddity = structuredClone(oddities[random.below(oddities.length)]);
  switch (random.below(5)) {
    case 0:
      delete parent[key];
      break;
    case 1:
      parent[`${key}x`] = parent[key];
      delete parent[key];
      break;
    case 2:
      parent[(JSON.stringify(oddity) ?? '').slice(0, 300)] = parent[key];
      break;
    default:
      parent[key] = oddity;
  }
}

/** A random key of a random object or list, at any depth. */
function placeIn(random: Random, root: unknown): [Record<string, unknown>?, string?] {
  let parent = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(parent);
    const key = keys[random.below(keys.length)];
    if (key === undefined) return [];
    const child = parent[key];
    if (typeof child !== 'object' || child === null || random.chance(0.3)) return [parent, key];
    parent = child as Record<string, unknown>;
  }
}
