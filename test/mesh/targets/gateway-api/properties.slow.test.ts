import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../shared/mesh/plan/directory.ts';
import { type MeshManifest, meshManifests } from '../../../property/mesh-manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { translated, translatedFrom } from './harness.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 25);
const labels = new Map(['apps', 'other'].map((name) => [name, {}]));

describe.each(['istio', 'amazon-vpc-lattice', 'nginx'])('the translation for class %s', (gatewayClass) => {
  it(`the translation for class ${gatewayClass} takes every valid cluster, and gives the same in any order of the objects`, () => {
    const orders = meshManifests.chain((manifests) => {
      const { entries } = directoryOf(...manifests);
      return fc.record({
        manifests: fc.constant(manifests),
        shuffled: fc.shuffledSubarray([...entries], { minLength: entries.length }),
      });
    });
    fc.assert(
      fc.property(orders, ({ manifests, shuffled }) => {
        const result = translated(manifests, gatewayClass);
        expect(translated(manifests, gatewayClass)).toEqual(result);
        expect(translatedFrom(new Directory(shuffled, labels), gatewayClass)).toEqual(result);
      }),
      { numRuns },
    );
  });

  it(`the translation for class ${gatewayClass} changes nothing in the App Mesh objects, and leaves no gaps`, () => {
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        const before = structuredClone(manifests);
        const { objects } = translated(manifests, gatewayClass);
        expect(manifests).toEqual(before);
        expect(JSON.parse(JSON.stringify(objects))).toEqual(objects);
      }),
      { numRuns },
    );
  });

  it(`the translation for class ${gatewayClass} names each refused field in the condition of its object, with what to do instead`, () => {
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        const { differences, problems } = translated(manifests, gatewayClass);
        for (const [object, all] of Object.entries(differences))
          for (const { effect, instead } of all) {
            expect(instead.length).toBeGreaterThan(2);
            if (effect === 'refused') expect(problems[object]?.join('\n')).toContain(`instead: ${instead}`);
          }
      }),
      { numRuns },
    );
  });
});

describe('the limits of VPC Lattice', () => {
  const maxima = { rules: 10, matches: 1, headers: 5, backends: 10, listeners: 2 };

  interface Rule {
    readonly matches?: readonly { readonly headers?: readonly { readonly type?: string }[] }[];
    readonly backendRefs?: readonly { readonly weight: number }[];
  }

  it('every route for VPC Lattice is within the limits of VPC Lattice', () => {
    const limited = (manifests: readonly MeshManifest[]) =>
      translated(manifests, 'amazon-vpc-lattice').objects.filter(({ kind }) => kind.endsWith('Route'));
    // About every second mesh has a route that VPC Lattice can carry.
    const runs = Math.max(numRuns, 200);
    let routes = 0;
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        for (const { kind, spec } of limited(manifests)) {
          routes += 1;
          const rules = spec.rules as readonly Rule[];
          const text = JSON.stringify(rules);
          expect(rules.length).toBeLessThanOrEqual(maxima.rules);
          expect(spec.parentRefs.length).toBeLessThanOrEqual(maxima.listeners);
          expect(text).not.toMatch(/RegularExpression|queryParams|filters|timeouts|retry/);
          for (const { matches = [], backendRefs = [] } of rules) {
            expect(matches.length).toBeLessThanOrEqual(maxima.matches);
            expect(matches[0]?.headers?.length ?? 0).toBeLessThanOrEqual(maxima.headers);
            expect(backendRefs.length).toBeLessThanOrEqual(maxima.backends);
            expect(backendRefs.every(({ weight }) => weight <= 999)).toBe(true);
          }
          const section = kind === 'GRPCRoute' ? 'https-' : 'http-';
          for (const { sectionName } of spec.parentRefs) expect(sectionName.startsWith(section)).toBe(true);
        }
      }),
      { numRuns: runs },
    );
    expect(routes).toBeGreaterThan(runs / 4);
  });
});
