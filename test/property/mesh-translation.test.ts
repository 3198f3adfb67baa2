import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import type { Resolver } from '../../shared/mesh/plan/references/resolver.ts';
import { meshSpecInput } from '../../shared/mesh/targets/app-mesh/translate/mesh.ts';
import { virtualGatewaySpecInput } from '../../shared/mesh/targets/app-mesh/translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../../shared/mesh/targets/app-mesh/translate/virtual-node.ts';
import { meshSpec } from '../../shared/model/mesh/kinds/mesh.ts';
import { virtualGatewaySpec } from '../../shared/model/mesh/kinds/virtual-gateway.ts';
import { virtualNodeSpec } from '../../shared/model/mesh/kinds/virtual-node.ts';
import { meshSpecs, virtualGatewaySpecs, virtualNodeSpecs } from './mesh-specs.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 30);

const resolver: Resolver = {
  nameOf: (_, { name, namespace }) => `${name}.${namespace ?? 'shop'}`,
  backendGroup: ({ namespace }) => new Set(['b', 'a'].map((name) => `${name}.${namespace ?? 'shop'}`)),
};

const kinds: readonly Kind[] = [
  kindOf('Mesh', meshSpec, meshSpecs, meshSpecInput),
  kindOf('VirtualNode', virtualNodeSpec, virtualNodeSpecs, (spec) => virtualNodeSpecInput(spec, resolver)),
  kindOf('VirtualGateway', virtualGatewaySpec, virtualGatewaySpecs, virtualGatewaySpecInput),
];

interface Kind {
  readonly kind: string;
  readonly specs: fc.Arbitrary<object>;
  /** The input of a spec, or undefined for one that is not valid. */
  readonly translate: (spec: unknown) => object | undefined;
}

function kindOf<S extends z.ZodMiniType>(
  kind: string,
  schema: S,
  specs: fc.Arbitrary<object>,
  input: (spec: z.output<S>) => object,
): Kind {
  const translate = (spec: unknown) => {
    const { success, data } = schema.safeParse(spec);
    return success ? input(data as z.output<S>) : undefined;
  };
  return { kind, specs, translate };
}

/** Where in it undefined or null stands. */
function gaps(value: unknown, path = ''): readonly string[] {
  if (value === undefined || value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => gaps(member, `${path}/${name}`));
}

/** The spec with another value in one of its places, which `pick` chooses. */
function mutated(value: unknown, pick: number, other: unknown): unknown {
  const places = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const place = places[pick % places.length];
  if (place === undefined) return other;
  const [copy, deeper] = [
    structuredClone(value) as Record<string, unknown>,
    Math.floor(pick / places.length),
  ];
  copy[place] = mutated(copy[place], deeper, other);
  return copy;
}

describe.each(kinds)('the translation of a $kind', ({ specs, translate }) => {
  it('the translation takes every valid spec, leaves the spec as it is, and has no gaps', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const before = structuredClone(spec);
        const input = translate(spec);
        expect(input).toBeDefined();
        expect(gaps(input)).toEqual([]);
        expect(translate(spec)).toEqual(input);
        expect(spec).toEqual(before);
      }),
      { numRuns },
    );
  });

  it('the translation takes whatever the schema lets through', () => {
    fc.assert(
      fc.property(specs, fc.nat(), fc.jsonValue({ maxDepth: 1 }), (spec, pick, other) => {
        const input = translate(mutated(spec, pick, other));
        expect(input === undefined ? [] : gaps(input)).toEqual([]);
      }),
      { numRuns },
    );
  });
});
