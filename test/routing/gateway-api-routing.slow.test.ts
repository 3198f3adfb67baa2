import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases, gateway } from './arbitrary/cases.ts';
import { forGatewayApi, forLattice } from './arbitrary/matches.ts';
import { askedOf, differenceOf } from './comparison.ts';
import { GatewayApi } from './gateway-api.ts';
import type { Request } from './request.ts';
import { toGatewayApi, withStatedHost } from './targets.ts';

/** `PROPERTY_RUNS=3000` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);

describe('the translation into the Gateway API', () => {
  it('the Gateway API translation sends each request where App Mesh sends it, with the same weights, path and host', {
    timeout: 30_000 + 50 * numRuns,
  }, () => {
    let compared = 0;
    fc.assert(
      fc.property(cases(forGatewayApi), (each) => {
        const translated = toGatewayApi(each.manifests);
        const asked = askedOf(each, translated).map(withStatedHost);
        const api = new GatewayApi([...translated.objects, ...each.services]);
        const difference = differenceOf(
          {
            fromPod: (request) => api.fromPod(request, 'shop'),
            fromGateway: (request) => api.fromGateway(gateway, request),
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

  it('the VPC Lattice translation sends each request to a service where App Mesh sends it', {
    timeout: 30_000 + 50 * numRuns,
  }, () => {
    let compared = 0;
    fc.assert(
      fc.property(cases(forLattice), (each) => {
        const translated = toGatewayApi(each.manifests, 'amazon-vpc-lattice');
        const asked = askedOf(each, translated).filter(({ from }) => from === 'pod');
        const api = new GatewayApi([...translated.objects, ...each.services]);
        const fromPod = (request: Request) =>
          api.fromLattice(request.host.toLowerCase().slice(0, 2), request);
        compared += asked.filter(({ choice }) => choice !== undefined).length;
        expect(differenceOf({ fromPod, fromGateway: () => undefined }, asked)).toBeUndefined();
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns);
  });
});
