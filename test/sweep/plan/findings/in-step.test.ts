import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupInStep } from '../../../../shared/sweep/plan/findings/in-step.ts';

const keys = fc.array(fc.constantFrom('a/1', 'a/2', 'a-b/1', 'b/1', 'b/10', 'b/2', 'c/1'));

describe('a lookup in step', () => {
  it('a lookup in step returns what the map has, whatever the order and the number of lookups', () => {
    fc.assert(
      fc.property(keys, keys, (stored, asked) => {
        const map = new Map(stored.map((key, index) => [key, index]));
        const lookup = lookupInStep(map);
        expect(asked.map(lookup)).toEqual(asked.map((key) => map.get(key)));
      }),
    );
  });

  it('a lookup in step needs no hash lookup for the keys of the map in its own order, nor after keys that it does not have', () => {
    const map = new Map(['a', 'c', 'd', 'f'].map((key) => [key, key]));
    const known = new Map(map);
    map.get = () => undefined;
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(lookupInStep(map))).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => known.get(key)),
    );
  });
});
