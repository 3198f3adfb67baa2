import { describe, expect, it } from 'vitest';
import { fieldPaths } from '../../../../shared/mesh/plan/fields/field-paths.ts';
import { envoyFields } from '../../../../shared/mesh/targets/envoy/fields.ts';
import type { Manifest } from '../../harness/harness.ts';
import { directoryOf } from '../../plan/entries.ts';
import { samples } from '../field-samples.ts';
import { desiredEnvoys } from './desired-envoys.ts';

interface Field {
  readonly field: string;
  readonly value: unknown;
}

/** The fields that a manifest sets, as the table names them. */
function fieldsOf({ kind, spec }: Manifest): readonly Field[] {
  const leaves = (value: unknown, path: string): readonly Field[] => {
    if (envoyFields[path]) return [{ field: path, value }];
    if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
    return Object.entries(value ?? {}).flatMap(([name, member]) => leaves(member, `${path}.${name}`));
  };
  return leaves(spec, `${kind} spec`);
}

/** Of a field that is not exact for every value, whether it is for this one. */
function isExact({ field, value }: Field): boolean {
  return envoyFields[field]?.effect === 'exact' || value === '/dev/stdout';
}

interface Stated {
  readonly effect: string;
  readonly path: string;
}

/** What a translation states of the object itself. */
function statedOf(manifest: Manifest, context: readonly Manifest[]): readonly Stated[] {
  const { objects } = desiredEnvoys(directoryOf(...context, manifest));
  const { kind, metadata } = manifest;
  const plan = objects.find(({ entry }) => entry.id.kind === kind && entry.id.name === metadata.name);
  return (plan?.differences ?? []).map(({ effect, path }) => ({
    effect,
    path: `${kind} ${path.replace(/\[\d+\]/g, '[]')}`,
  }));
}

function isIn(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);
}

describe('the fields that Envoy expresses', () => {
  it('the Envoy field table has all fields of the seven App Mesh kinds', () => {
    expect(Object.keys(envoyFields).sort()).toEqual([...fieldPaths()].sort());
  });

  it('each field that Envoy does not express exactly has something to do instead', () => {
    const without = Object.entries(envoyFields).filter(
      ([, { effect, note, instead }]) => effect !== 'exact' && !(note && instead),
    );
    expect(without).toEqual([]);
  });

  it('the samples set every field of the Envoy field table', () => {
    const set = new Set(samples.flatMap(({ manifest }) => fieldsOf(manifest).map(({ field }) => field)));
    expect(Object.keys(envoyFields).filter((field) => !set.has(field))).toEqual([]);
  });
});

describe.each(samples)('$title', ({ manifest, context }) => {
  it('a sample object states each field that the Envoy table says is refused or different', () => {
    const stated = statedOf(manifest, context);
    for (const { field } of fieldsOf(manifest).filter((each) => !isExact(each)))
      expect(stated).toContainEqual({
        effect: envoyFields[field]?.effect,
        path: expect.toSatisfy((path: string) => isIn(field, path)),
      });
  });

  it('a sample object states no other field, but one of which the Envoy table names a limit', () => {
    const set = fieldsOf(manifest);
    for (const { effect, path } of statedOf(manifest, context)) {
      const fields = set.filter(({ field }) => isIn(field, path));
      const allowed = fields.some(({ field }) => {
        const support = envoyFields[field];
        return support?.effect === effect || support?.note !== undefined;
      });
      expect({ path, effect, allowed }).toEqual({ path, effect, allowed: true });
    }
  });
});
