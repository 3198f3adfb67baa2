import type { Kind } from '../../kinds/kind.ts';
import type { Schema } from '../../kinds/schema.ts';
import type { JsonObject } from '../../model/objects.ts';
import { patchTypes } from '../../verbs/patch.ts';
import { gitVersion, groupVersions } from '../discovery.ts';
import { mapSchema, schemasOf } from './schemas.ts';

const info = { title: 'Kubernetes', version: gitVersion };

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
 * that the server validates fields. Without operations that clients do not read. Undefined for other paths.
 */
export function openApiDocument(path: string, kinds: readonly Kind[]): JsonObject | undefined {
  const own = kinds.filter((kind) => `/openapi/v3/${pathOf(kind)}` === path);
  if (own.length === 0) return undefined;
  const paths = own.map((kind) => [urlOf(kind), { patch: patchOperation(kind) }]);
  const schemas = Object.entries(schemasOf(own)).map(([name, schema]) => [
    name,
    mapSchema(schema, published),
  ]);
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

/** In OpenAPI v3 form: a reference with siblings needs an allOf, and int-or-string is two types. */
function published({ $ref, ...rest }: Schema): Schema {
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
  if (!rest['x-kubernetes-int-or-string']) return rest;
  return { ...rest, oneOf: [{ type: 'integer' }, { type: 'string' }] };
}

/** `/openapi/v2`: the same of all kinds, in the form of Swagger 2.0. */
export function openApiV2(kinds: readonly Kind[]): JsonObject {
  const definitions = Object.entries(schemasOf(kinds)).map(([name, schema]) => [
    name,
    mapSchema(schema, publishedV2),
  ]);
  const paths = kinds.map((kind) => [urlOf(kind), { patch: patchOperationV2(kind) }]);
  return {
    swagger: '2.0',
    info,
    paths: Object.fromEntries(paths),
    definitions: Object.fromEntries(definitions),
  };
}

/** Swagger 2.0 has no choices and no null; int-or-string is a format of strings there. */
function publishedV2(schema: Schema): Schema {
  const { $ref, oneOf: _, anyOf: __, not: ___, allOf: ____, nullable: _____, ...rest } = schema;
  if ($ref !== undefined) return { ...rest, $ref: $ref.replace('#/components/schemas/', '#/definitions/') };
  if (!rest['x-kubernetes-int-or-string']) return rest;
  return { ...rest, type: 'string', format: 'int-or-string' };
}

function pathOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function urlOf(kind: Kind): string {
  const namespace = kind.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${pathOf(kind)}/${namespace}${kind.plural}/{name}`;
}

const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  type: name === 'force' ? 'boolean' : 'string',
}));

function operationOf({ group, version, kind }: Kind): JsonObject {
  return {
    operationId: `patch${kind}`,
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function mediaTypes(kind: Kind): string[] {
  return Object.values(patchTypes).filter((type) => kind.builtIn || type !== patchTypes.strategic);
}

function patchOperation(kind: Kind): JsonObject {
  const content = Object.fromEntries(mediaTypes(kind).map((type) => [type, { schema: { type: 'object' } }]));
  return {
    ...operationOf(kind),
    parameters: parameters.map(({ type, ...rest }) => ({ ...rest, schema: { type } })),
    requestBody: { content, required: true },
    responses: { 200: { description: 'OK' } },
  };
}

function patchOperationV2(kind: Kind): JsonObject {
  return {
    ...operationOf(kind),
    consumes: mediaTypes(kind),
    parameters,
    responses: { 200: { description: 'OK' } },
  };
}
