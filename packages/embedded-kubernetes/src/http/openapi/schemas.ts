import { apiVersionOf, type Kind } from '../../kinds/kind.ts';
import { modelTexts } from '../../kinds/model-texts.ts';
import { definition, type Schema } from '../../kinds/schema.ts';

const reference = '#/components/schemas/';

/** The named schemas of kinds, with every built-in type that they refer to, with their descriptions. */
export function schemasOf(kinds: readonly Kind[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = {};
  for (const kind of kinds) {
    const { group, version, kind: name } = kind;
    const own = kind.model === undefined ? kind.schema : described(kind.model);
    schemas[nameOf(kind)] = {
      ...named(own),
      'x-kubernetes-group-version-kind': [{ group, version, kind: name }],
    };
    collect(own, schemas);
  }
  return schemas;
}

/** The name of a kind's own schema. */
function nameOf(kind: Kind): string {
  return `${apiVersionOf(kind).replaceAll('/', '.')}.${kind.kind}`;
}

/** `io.k8s.api.v1.PodSpec` for the model V1PodSpec, `io.k8s.api.core.v1.Event` for CoreV1Event. */
function typeName(model: string): string {
  const [, group = '', version = '', name = model] =
    /^([A-Z][a-z]+)?(V\d+(?:alpha\d+|beta\d+)?)([A-Z].*)$/.exec(model) ?? [];
  return ['io.k8s.api', group, version, name]
    .filter((part) => part !== '')
    .map((part, index, all) => (index === all.length - 1 ? part : part.toLowerCase()))
    .join('.');
}

/** A built-in type with the descriptions of its fields, and which of them are required. */
function described(model: string): Schema {
  const { description, fields } = modelTexts(model);
  const schema = definition(model);
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]): [string, Schema] => {
    const text = fields.get(name)?.description ?? '';
    return [name, text === '' ? field : { ...field, description: text }];
  });
  const required = [...fields].filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return {
    ...schema,
    ...(description !== '' && { description }),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

/** Adds every definition that a schema refers to. */
function collect(schema: Schema, schemas: Record<string, Schema>): void {
  const model = schema.$ref?.slice(reference.length);
  if (model !== undefined && schemas[typeName(model)] === undefined) {
    const type = described(model);
    schemas[typeName(model)] = named(type);
    collect(type, schemas);
  }
  for (const child of childSchemas(schema)) collect(child, schemas);
}

function childSchemas({ properties, additionalProperties, items }: Schema): Schema[] {
  return [
    ...Object.values(properties ?? {}),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(items ? [items] : []),
  ];
}

/** The schema with the published names of the types that it refers to. */
function named(schema: Schema): Schema {
  return mapSchema(schema, ({ $ref, ...rest }) =>
    $ref === undefined ? rest : { ...rest, $ref: `${reference}${typeName($ref.slice(reference.length))}` },
  );
}

/** Changes a schema and all schemas in its properties, items and values. */
export function mapSchema(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const { properties, additionalProperties, items } = schema;
  return change({
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [name, mapSchema(child, change)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: mapSchema(additionalProperties, change),
    }),
    ...(items && { items: mapSchema(items, change) }),
  });
}
