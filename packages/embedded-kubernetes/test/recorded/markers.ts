import * as models from '@kubernetes/client-node/dist/gen/models/all.js';

/** What OpenAPI v2 says of types that the client's models do not: how lists and maps merge, and what is a quantity. */
export interface Markers {
  /** By `Model` or `Model.field`. */
  readonly rules: Readonly<Record<string, object>>;
  readonly quantities: readonly string[];
}

interface Definition {
  readonly $ref?: string;
  readonly items?: Definition;
  readonly additionalProperties?: Definition;
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly [extension: string]: unknown;
}

const extensions = [
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-patch-strategy',
  'x-kubernetes-patch-merge-key',
];

export function markersOf(definitions: Readonly<Record<string, Definition>>): Markers {
  const rules: Record<string, object> = {};
  const quantities: string[] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    const model = modelOf(name);
    if (model === undefined) continue;
    add(rules, model, definition);
    for (const [field, schema] of Object.entries(definition.properties ?? {})) {
      add(rules, `${model}.${field}`, schema);
      if (isQuantity(schema)) quantities.push(`${model}.${field}`);
    }
  }
  return { rules, quantities };
}

/** V1PodSpec or CoreV1Event for `io.k8s.api.core.v1.…`; undefined for a type without a model. */
function modelOf(name: string): string | undefined {
  const [, group = '', version = '', type = ''] = /\.([a-z]+)\.(v\d\w*)\.(\w+)$/.exec(name) ?? [];
  const [prefix, suffix] = [capital(group), `${capital(version)}${type}`];
  return [`${prefix}${suffix}`, suffix].find((each) => each in models);
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function add(rules: Record<string, object>, key: string, schema: Definition): void {
  const found = extensions.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]);
  if (found.length > 0) rules[key] = Object.fromEntries(found);
}

function isQuantity(schema: Definition): boolean {
  const { $ref, items, additionalProperties } = schema;
  if ($ref !== undefined) return $ref.endsWith('.resource.Quantity');
  return [items, additionalProperties].some((each) => typeof each === 'object' && isQuantity(each));
}
