import { isDeepStrictEqual } from 'node:util';

type Json = Record<string, unknown>;

/** A definition without descriptions, and with one schema for all versions that have the same one. */
export function shortened(definition: unknown): unknown {
  const { status: _, ...kept } = withoutDescriptions(definition) as Json;
  const versions = (kept.spec as Json).versions as Json[];
  for (const [index, version] of versions.entries()) {
    const same = versions.slice(0, index).find(({ schema }) => isDeepStrictEqual(schema, version.schema));
    if (same) version.schema = same.schema;
  }
  return kept;
}

/** `description` is a text where it documents a field, and an object where it is the name of one. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, child]) => !(name === 'description' && typeof child === 'string'))
      .map(([name, child]) => [name, withoutDescriptions(child)]),
  );
}
