import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envoy, missingEnvoy } from '../find.ts';
import { routeCases } from './cases.ts';
import { compare } from './differences.ts';

/** `ROUTE_CASES=10000` for a long run. */
const numRuns = Number(process.env.ROUTE_CASES ?? 500);
/** Cases in one Envoy: each has a few listeners. */
const casesInOne = 100;

describe.skipIf(missingEnvoy)(
  `the evaluator behind explain and a running Envoy ${missingEnvoy ?? ''}`,
  () => {
    it('Envoy chooses the route, targets and weights that are evaluated, for random routers, gateways and requests', {
      timeout: 60_000 + 200 * numRuns,
    }, async () => {
      const cases = fc.sample(routeCases, { numRuns });
      let routed = 0;
      for (let done = 0; done < numRuns; done += casesInOne) {
        const found = await compare(envoy, cases.slice(done, done + casesInOne));
        expect(found.differences).toEqual([]);
        routed += found.routed;
      }
      // So few refused or not found that the comparison means something.
      expect(routed).toBeGreaterThan(2 * numRuns);
    });

    it.each<[string, (text: string) => string]>([
      [
        'a prefix of whole segments',
        (text) => text.replaceAll('"prefix":"/a"', '"path_separated_prefix":"/a"'),
      ],
      ['no inversion', (text) => text.replaceAll(',"invert_match":true', '')],
      ['a range without its start', (text) => text.replaceAll('"start":5', '"start":6')],
      ['another weight', (text) => text.replaceAll('"weight":2', '"weight":5')],
      ['no method', (text) => text.replaceAll('":method"', '":scheme"')],
      ['the routes in another order', reversedRoutes],
      ['a gateway that keeps the host', (text) => text.replaceAll(/,"host_rewrite_literal":"[^"]*"/g, '')],
      [
        'another rewrite of the prefix',
        (text) => text.replaceAll('"prefix_rewrite":"/"', '"prefix_rewrite":"/x"'),
      ],
      ['an egress filter that lets all through', (text) => text.replaceAll('"*.amazonaws.com"', '"*.com"')],
    ])('a translation with a fault (%s) is found', async (_, fault) => {
      const cases = fc.sample(routeCases, { numRuns: casesInOne, seed: 1 });
      const { differences } = await compare(envoy, cases, fault);
      expect(differences.length).toBeGreaterThan(0);
    });
  },
);

function reversedRoutes(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value) => (key === 'routes' ? value.toReversed() : value));
}
