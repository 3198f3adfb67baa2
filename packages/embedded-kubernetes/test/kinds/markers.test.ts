import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listRules } from '../../src/kinds/list-rules.ts';
import { definition } from '../../src/kinds/schema.ts';
import type { Markers } from '../recorded/markers.ts';

/** The OpenAPI extensions of kube-apiserver 1.36.3. */
const [first = {}, ...others] = readFileSync(new URL('../recorded/markers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, object>);
const { quantities } = first as unknown as Pick<Markers, 'quantities'>;
const recorded = Object.assign({}, ...others) as Markers['rules'];

/** Atomic is what a list without a rule is. */
const isDefault = (rule: object) => JSON.stringify(rule) === '{"x-kubernetes-list-type":"atomic"}';

describe('markers of built-in types', () => {
  it('lists and maps merge as the OpenAPI of a real API server says', () => {
    const { 'V1ComponentStatus.conditions': _, ...served } = recorded;
    const expected = Object.entries(served).filter(([key, rule]) => !isDefault(rule) || key in listRules);
    const own = Object.entries(listRules).map(([key, rule]) => [
      key,
      Object.fromEntries(
        Object.entries(rule).filter(([, value]) => !Array.isArray(value) || value.length > 0),
      ),
    ]);
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(expected));
  });

  it.each(quantities)('%s takes a number as a quantity', (path) => {
    const [type = '', field = ''] = path.split('.');
    const schema = definition(type).properties?.[field];
    const inner = schema?.items ?? schema?.additionalProperties ?? schema;
    expect(inner).toMatchObject({ format: 'quantity' });
  });
});
