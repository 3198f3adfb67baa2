import { describe, expect, it } from 'vitest';
import { fieldPaths } from '../../../../shared/mesh/plan/fields/field-paths.ts';
import { istioFields } from '../../../../shared/mesh/targets/istio/fields.ts';
import { meshContentOf } from '../../../../shared/model/mesh/object.ts';
import type { Sample } from '../field-parts.ts';
import { samples } from '../field-samples.ts';
import { translated } from './translated.ts';

interface Field {
  readonly field: string;
  /** Of a field that is not exact for every value, whether it is for this one. */
  readonly isExact: boolean;
}

/** The fields that a manifest sets, as the table names them. */
function fieldsOf({ kind, spec }: Sample['manifest']): readonly Field[] {
  const leaves = (value: unknown, path: string): readonly Field[] => {
    if (istioFields[path]) return [{ field: path, isExact: isExactValue(path, value) }];
    if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
    const members = Object.entries(value ?? {}).flatMap(([name, member]) =>
      leaves(member, `${path}.${name}`),
    );
    return isOneLabel(value) ? members.map((each) => ({ ...each, isExact: true })) : members;
  };
  return leaves(spec, `${kind} spec`);
}

function isExactValue(path: string, value: unknown): boolean {
  if (path.endsWith('.tls.mode')) return value !== 'PERMISSIVE';
  return path.endsWith('.accessLog.file.path')
    ? value === '/dev/stdout'
    : istioFields[path]?.effect === 'exact';
}

/** An expression of a selector that says the same as matchLabels. */
function isOneLabel(value: unknown): boolean {
  const { operator, values = [] } = (value ?? {}) as { operator?: string; values?: readonly string[] };
  return operator === 'In' && values.length === 1;
}

function isIn(field: string, path: string): boolean {
  return field === path || [`${path}.`, `${path}[`].some((start) => field.startsWith(start));
}

describe('the fields that Istio expresses', () => {
  it('the Istio field table has all fields of the seven App Mesh kinds', () => {
    expect(Object.keys(istioFields).sort()).toEqual([...fieldPaths()].sort());
  });

  it('each field that Istio does not express exactly has something to do instead', () => {
    const without = Object.entries(istioFields).filter(
      ([, { effect, note, instead }]) => effect !== 'exact' && !(note && instead),
    );
    expect(without).toEqual([]);
  });

  it('the samples set every field of the Istio field table', () => {
    const set = new Set(samples.flatMap(({ manifest }) => fieldsOf(manifest).map(({ field }) => field)));
    expect(Object.keys(istioFields).filter((field) => !set.has(field))).toEqual([]);
  });
});

describe.each(samples)('$title', ({ manifest, context }) => {
  it('a sample object is valid, and its Istio translation differs in exactly the fields that the table says', () => {
    const { kind, metadata, spec = {} } = manifest;
    const checked = { uid: 'uid', resourceVersion: '1', creationTimestamp: '2026-11-21T10:00:00Z' };
    const object = {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind,
      metadata: { ...metadata, ...checked },
      spec,
    };
    expect(meshContentOf(object)).not.toHaveProperty('fault');

    const { problems, differences } = translated(...context, manifest);
    const name = [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
    const stated = (differences[name] ?? []).map((text) => {
      const [effect, path = ''] = text.split(' ');
      return { effect, path: `${kind} ${path.replace(/\[\d+\]/g, '[]')}` };
    });
    const expected = fieldsOf(manifest)
      .filter(({ isExact }) => !isExact)
      .map(({ field }) => ({ field, effect: istioFields[field]?.effect }));
    for (const { field, effect } of expected)
      expect(stated).toContainEqual({ effect, path: expect.toSatisfy((path: string) => isIn(field, path)) });
    for (const { effect, path } of stated)
      expect(expected).toContainEqual({
        effect,
        field: expect.toSatisfy((field: string) => isIn(field, path)),
      });
    const isRefused = stated.some(({ effect }) => effect === 'refused');
    expect((problems[name] ?? []).some((problem) => problem.startsWith('Unsupported'))).toBe(isRefused);
  });
});
