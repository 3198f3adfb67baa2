import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPaths } from '../../../../shared/mesh/plan/fields/field-paths.ts';
import type { FieldTable } from '../../../../shared/mesh/plan/fields/field-table.ts';
import { gatewayApiFields, latticeFields } from '../../../../shared/mesh/targets/gateway-api/fields.ts';
import { type MeshManifest, meshManifests } from '../../../property/mesh-manifests.ts';
import { translated } from './harness.ts';

const tables = [
  { gatewayClass: 'istio', table: gatewayApiFields },
  { gatewayClass: 'amazon-vpc-lattice', table: latticeFields },
];

/** The set fields of a value, each with its path, and that with `[]` for each index. */
function leavesIn(value: unknown, path: string, field: string): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || field.endsWith('.matchLabels')) return [[path, field]];
  if (Array.isArray(value))
    return value.flatMap((item, index) => leavesIn(item, `${path}[${index}]`, `${field}[]`));
  return Object.entries(value).flatMap(([name, member]) =>
    leavesIn(member, `${path}.${name}`, `${field}.${name}`),
  );
}

function isIn(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** By kind, paths of problems with an object as a whole or with a reference: not about one field. */
const general: Readonly<Record<string, RegExp>> = {
  VirtualNode: /^spec\.(podSelector|listeners)$/,
  VirtualService: /^spec\.provider$|Ref$/,
  VirtualRouter:
    /^spec\.(routes|listeners)$|^spec\.routes\[\d+\]\.\w+$|Ref$|\.(headers|metadata)(\[\d+\])?$|\.queryParameters\[\d+\]$/,
  GatewayRoute:
    /^spec(\.priority|\.\w+Route(\.match|\.action\.target)?)?$|Ref$|\.(headers|metadata)(\[\d+\])?$|\.queryParameters\[\d+\]$/,
};
/** VPC Lattice refuses them as a whole; a backend group has no condition about a target. */
const wholes = ['amazon-vpc-lattice GatewayRoute', 'amazon-vpc-lattice VirtualGateway'];

/** By field, the effects that the objects have on it where it is set. */
function effectsOf(manifests: readonly MeshManifest[], gatewayClass: string, table: FieldTable) {
  const { differences } = translated(manifests, gatewayClass);
  const planned = manifests.filter(({ kind }) => kind !== 'Namespace' && kind !== 'BackendGroup');
  return planned.flatMap(({ kind, metadata, spec }) => {
    const stated =
      differences[`${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`] ?? [];
    const isWhole = wholes.includes(`${gatewayClass} ${kind}`);
    const isGeneral = (path: string) => !isWhole && general[kind]?.test(path) === true;
    const own = stated.filter(
      ({ object, path }) =>
        (object === undefined || (object.kind === kind && object.name === metadata.name)) && !isGeneral(path),
    );
    return leavesIn(spec ?? {}, 'spec', `${kind} spec`).map(([path, field]) => ({
      field,
      effects: own
        .filter((each) => (isWhole && table[field]?.effect === 'refused') || isIn(path, each.path))
        .map(({ effect }) => effect),
    }));
  });
}

describe.each(tables)('the fields of class $gatewayClass', ({ gatewayClass, table }) => {
  it(`the field table of gateway class ${gatewayClass} has the fields of the App Mesh schemas`, () => {
    expect(Object.keys(table)).toEqual(fieldPaths());
  });

  it(`each inexact field of gateway class ${gatewayClass} states what is not carried and what to do instead`, () => {
    for (const { effect, note, instead } of Object.values(table))
      expect(effect === 'exact' || (note !== undefined && instead !== undefined)).toBe(true);
  });

  it(`the field table of gateway class ${gatewayClass} agrees with the translation of objects that set the fields`, () => {
    const seen = new Map<string, Set<string>>();
    fc.assert(
      fc.property(meshManifests, (manifests) => {
        for (const { field, effects } of effectsOf(manifests, gatewayClass, table)) {
          const all = seen.get(field) ?? new Set();
          seen.set(field, all);
          for (const effect of effects) all.add(effect);
          expect({
            field,
            effects,
            unexpected: effects.filter((each) => !isAllowed(table, field, each)),
          }).toEqual({
            field,
            effects,
            unexpected: [],
          });
        }
      }),
      { numRuns: 350, seed: 7 },
    );
    const missing = [...seen]
      .filter(([field, effects]) => !isShown(table, field, effects))
      .map(([field]) => field);
    expect(missing).toEqual([]);
    expect(fieldPaths().filter((field) => !seen.has(field) && !unset.test(field))).toEqual([]);
  });
});

/** What the generated objects never set: they are all of one mesh and gateway. */
const unset =
  /^BackendGroup|^Mesh spec\.(awsName|namespaceSelector)|^VirtualGateway spec\.(namespaceSelector|gatewayRouteSelector|podSelector\.matchExpressions\[\]\.values)/;

function isAllowed(table: FieldTable, field: string, effect: string): boolean {
  const support = table[field];
  if (support?.effect === 'exact') return support.note !== undefined;
  return support?.effect === 'refused' || support?.effect === effect || support?.note !== undefined;
}

/** A field that is not exact has been seen to differ, or to be refused. */
function isShown(table: FieldTable, field: string, effects: ReadonlySet<string>): boolean {
  const effect = table[field]?.effect ?? 'exact';
  return effect === 'exact' || effects.has(effect);
}
