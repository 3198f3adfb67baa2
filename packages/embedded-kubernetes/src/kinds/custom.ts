import { ruleFaults } from '../cel/rule-faults.ts';
import { at, isObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import type { FieldFault } from '../model/status.ts';
import { age } from './age.ts';
import { nameColumn, plainPrinter } from './columns.ts';
import { jsonPath } from './json-path.ts';
import type { Column, Kind, Printer, Subresource } from './kind.ts';
import type { Schema } from './schema.ts';
import { duplicateFaults } from './validate-lists.ts';
import { applySchemaDefaults, validateSchema } from './validate-schema.ts';

/** The kinds of a CustomResourceDefinition, one per served version. */
export function customKinds(definition: KubernetesObject): Kind[] {
  const served = listAt(definition, 'spec', 'versions').filter((version) => at(version, 'served') === true);
  return served.filter(isObject).map((version) => customKind(definition, version));
}

function customKind(definition: KubernetesObject, version: JsonObject): Kind {
  const names = objectAt(definition, 'spec', 'names');
  const kind = stringAt(names, 'kind');
  const schema = rootSchema(objectAt(version, 'schema', 'openAPIV3Schema') as Schema);
  return {
    group: stringAt(definition, 'spec', 'group'),
    version: stringAt(version, 'name'),
    kind,
    plural: stringAt(names, 'plural'),
    singular: stringAt(names, 'singular') || kind.toLowerCase(),
    shortNames: listAt(names, 'shortNames').map(String),
    categories: listAt(names, 'categories').map(String),
    namespaced: at(definition, 'spec', 'scope') === 'Namespaced',
    subresources: subresourcesOf(version),
    builtIn: false,
    hasGeneration: true,
    schema,
    printer: printerOf(listAt(version, 'additionalPrinterColumns')),
    setDefaults: (object) => applySchemaDefaults(object, schema),
    validate: (object, old) => validateCustom(object, old, schema),
    selectableFields: selectableFields(version),
  };
}

/** As the API server does, rules are not evaluated on an object that is invalid without them. */
function validateCustom(
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  schema: Schema,
): FieldFault[] {
  const { metadata: _, ...content } = object;
  const faults = [
    ...validateSchema(content, withoutMetadata(schema), ''),
    ...duplicateFaults(content, schema, ''),
  ];
  return faults.length > 0 ? faults : ruleFaults({ value: object, old, schema, path: '' });
}

function subresourcesOf(version: JsonObject): Subresource[] {
  return isObject(at(version, 'subresources', 'status')) ? ['status'] : [];
}

/** The declared schema, with the fields of every object added. */
function rootSchema(declared: Schema): Schema {
  return {
    ...declared,
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      ...declared.properties,
      metadata: { $ref: '#/components/schemas/V1ObjectMeta' },
    },
  };
}

function withoutMetadata(schema: Schema): Schema {
  const { metadata: _, ...properties } = schema.properties ?? {};
  return {
    ...schema,
    properties,
    ...(schema.required && { required: schema.required.filter((name) => name !== 'metadata') }),
  };
}

function selectableFields(version: JsonObject): Record<string, (object: KubernetesObject) => string> {
  const paths = listAt(version, 'selectableFields').map((field) => stringAt(field, 'jsonPath'));
  return Object.fromEntries(
    paths.map((path) => {
      const find = jsonPath(path);
      return [path.replace(/^\./, ''), (object: KubernetesObject) => String(find(object)[0] ?? '')];
    }),
  );
}

function printerOf(declared: readonly unknown[]): Printer {
  if (declared.length === 0) return plainPrinter;
  const columns = declared.map(columnOf);
  const paths = declared.map((column) => jsonPath(stringAt(column, 'jsonPath')));
  return {
    columns: [nameColumn, ...columns],
    cells: (object, now) => [
      object.metadata.name,
      ...columns.map((column, index) => cell(paths[index]?.(object)[0], column, now)),
    ],
  };
}

/** A column from an additionalPrinterColumn. */
function columnOf(declared: unknown): Column {
  const format = stringAt(declared, 'format');
  return {
    name: stringAt(declared, 'name'),
    type: stringAt(declared, 'type') as Column['type'],
    ...(format && { format }),
    description: stringAt(declared, 'description'),
    priority: numberAt(declared, 'priority'),
  };
}

function cell(value: unknown, { type }: Column, now: number): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'date') return age(String(value), now);
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  return value;
}
