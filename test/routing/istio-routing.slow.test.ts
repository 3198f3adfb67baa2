import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases, gatewayLabels } from './arbitrary/cases.ts';
import { everything } from './arbitrary/matches.ts';
import { askedOf, differenceOf } from './comparison.ts';
import { Istio } from './istio.ts';
import { toIstio } from './targets.ts';

/** `PROPERTY_RUNS=3000` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);

describe('the translation into Istio', () => {
  it('the Istio translation sends each request where App Mesh sends it, with the same weights, path and host', {
    timeout: 30_000 + 50 * numRuns,
  }, () => {
    let compared = 0;
    fc.assert(
      fc.property(cases(everything), (each) => {
        const translated = toIstio(each.manifests);
        const asked = askedOf(each, translated);
        const istio = new Istio([...translated.objects, ...each.services]);
        const difference = differenceOf(
          {
            fromPod: (request) => istio.fromPod(request, 'shop'),
            fromGateway: (request) => istio.fromGateway(gatewayLabels, request),
          },
          asked,
        );
        compared += asked.filter(({ choice }) => choice !== undefined).length;
        expect(difference).toBeUndefined();
      }),
      { numRuns },
    );
    // So few refused that the comparison means something.
    expect(compared).toBeGreaterThan(numRuns);
  });
});
