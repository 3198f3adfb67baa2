import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../arbitrary/cases.ts';
import { everything } from '../arbitrary/matches.ts';
import { askedOf, differenceOf } from '../comparison.ts';
import { evaluated } from './evaluated.ts';

/** `PROPERTY_RUNS=10000` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);
const nothing = { objects: [], refused: new Map() };

describe('the evaluator behind explain', () => {
  it('the evaluator sends each request where the reference of App Mesh sends it, written apart from it', {
    timeout: 30_000 + 50 * numRuns,
  }, () => {
    let compared = 0;
    fc.assert(
      fc.property(cases(everything), (each) => {
        // The reference knows TCP services by their addresses, a proxy of App Mesh by the port alone.
        const asked = askedOf(each, nothing).filter(({ request }) => request.protocol !== 'tcp');
        expect(differenceOf(evaluated(each.manifests), asked)).toBeUndefined();
        compared += asked.filter(({ choice }) => choice !== undefined).length;
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns);
  });
});
