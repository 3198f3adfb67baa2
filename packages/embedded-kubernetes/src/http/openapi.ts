import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { definition, type Schema } from '../kinds/schema.ts';
import type { JsonObject } from '../model/objects.ts';
import { patchTypes } from '../verbs/patch.ts';
import { groupVersions } from './discovery.ts';

const info = { title: 'Kubernetes', version: 'v1.32.0-embedded' };
const reference = '#/components/schemas/';

/** `/openapi/v3`: the path of each group and version's document. */
export function openApiIndex(kinds: readonly Kind[]): JsonObject {
  const paths = groupVersions(kinds).map((each) => [
    pathOf(each),
    { serverRelativeURL: `/openapi/v3/${pathOf(each)}` },
  ]);
  return { paths: Object.fromEntries(paths) };
}

/**
 * `/openapi/v3/apis/GROUP/VERSION`: schemas with their merge keys, and the PATCH operations, by which kubectl detects
 * that the server validates fields. Without descriptions and operations that clients do not read. Undefined for other
 * paths.
 */
export function openApiDocument(path: string, kinds: readonly Kind[]): JsonObject | undefined {
  const own = kinds.filter((kind) => `/openapi/v3/${pathOf(kind)}` === path);
  if (own.length === 0) return undefined;
  const paths = own.map((kind) => [urlOf(kind), { patch: patchOperation(kind) }]);
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(paths),
    components: { schemas: schemasOf(own) },
  };
}

/** `/openapi/v2` as JSON: the same schemas. */
export function openApiV2(kinds: readonly Kind[]): JsonObject {
  const definitions = JSON.parse(
    JSON.stringify(schemasOf(kinds)).replaceAll(reference, '#/definitions/'),
  ) as JsonObject;
  return { swagger: '2.0', info, paths: {}, definitions };
}

function pathOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function urlOf(kind: Kind): string {
  const namespace = kind.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${pathOf(kind)}/${namespace}${kind.plural}/{name}`;
}

function typeOf({ group, version, kind }: Kind): JsonObject {
  return { group, version, kind };
}

function patchOperation(kind: Kind): JsonObject {
  const types = Object.values(patchTypes).filter((type) => kind.builtIn || type !== patchTypes.strategic);
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'object' } }]));
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string' },
  }));
  return {
    operationId: `patch${kind.kind}`,
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': typeOf(kind),
    parameters,
    requestBody: { content, required: true },
    responses: { 200: { description: 'OK' } },
  };
}

function schemasOf(kinds: readonly Kind[]): JsonObject {
  const schemas: Record<string, unknown> = {};
  for (const kind of kinds) {
    const name = `${apiVersionOf(kind).replaceAll('/', '.')}.${kind.kind}`;
    schemas[name] = { ...published(kind.schema), 'x-kubernetes-group-version-kind': [typeOf(kind)] };
    collect(kind.schema, schemas);
  }
  return schemas;
}

/** Adds every definition that a schema refers to. */
function collect(schema: Schema, schemas: Record<string, unknown>): void {
  const type = schema.$ref?.slice(reference.length);
  if (type !== undefined && schemas[type] === undefined) {
    schemas[type] = published(definition(type));
    collect(definition(type), schemas);
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

/** In OpenAPI form: a reference with siblings needs an allOf, and int-or-string is two types. */
function published(schema: Schema): Schema {
  const { $ref, ...rest } = schema;
  const { properties, additionalProperties, items } = schema;
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
  return {
    ...rest,
    ...(rest['x-kubernetes-int-or-string'] && { oneOf: [{ type: 'integer' }, { type: 'string' }] }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [name, published(child)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: published(additionalProperties),
    }),
    ...(items && { items: published(items) }),
  };
}
